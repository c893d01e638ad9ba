import { createRoom, type Room, revealName } from "@fairlead/guard";
import type { Client } from "../api/client.ts";
import { toTime, toTs } from "../api/ids.ts";
import { present } from "../errors.ts";
import { toAttachmentText } from "../text/attachments.ts";
import { toBlocksText } from "../text/blocks.ts";
import { findMentions, type Names, toMarked, toPlain } from "../text/reading.ts";
import type { Channels, Place } from "./channels.ts";
import type { Groups } from "./groups.ts";
import type { People } from "./people.ts";

/** Channels of quoted messages looked into for one answer. */
const maxQuoted = 10;
/** Characters of one message, unless all of it is asked for. */
const maxText = 1_000;

/** A message in one compact row. */
export type Row = {
  readonly ts: string;
  readonly user: string;
  /** What others wrote, the names of files included, marked as theirs. */
  readonly text: string;
  /** How much of the message this is, where it is not all. */
  readonly shown?: string | undefined;
  readonly reactions?: string | undefined;
  readonly replies?: number | undefined;
};

/** A message as Slack describes it, in the parts used here. */
export interface RawMessage {
  readonly ts?: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly username?: string;
  readonly bot_profile?: { readonly name?: string };
  readonly text?: string;
  readonly blocks?: unknown;
  readonly attachments?: readonly RawAttachment[];
  readonly reply_count?: number;
  readonly reactions?: readonly { readonly name?: string; readonly count?: number }[];
  readonly files?: readonly { readonly id?: string; readonly name?: string | null }[];
}

/** An attachment, of which only this is read here. */
interface RawAttachment {
  readonly channel_id?: string;
}

/** Where a page begins: Slack's cursor and how many of its messages were shown. */
export interface Position {
  readonly at?: string | undefined;
  readonly skip: number;
}

export interface ReadOptions {
  readonly channel: string;
  /** The message a thread hangs on; the channel itself without it. */
  readonly thread?: string | undefined;
  readonly limit: number;
  readonly oldest?: string | undefined;
  readonly latest?: string | undefined;
  readonly from?: Position | undefined;
  /** Characters of a row; a longer message comes in several. Without it messages are cut. */
  readonly perRow?: number | undefined;
  readonly signal: AbortSignal;
}

export interface Conversation {
  readonly place: Place;
  readonly rows: readonly Row[];
  readonly next: Position | undefined;
}

export interface MessagesParts {
  readonly client: Client;
  readonly channels: Channels;
  readonly people: People;
  readonly groups: Groups;
}

/** Reads what was said in channels and threads. */
export class Messages {
  readonly #client: Client;
  readonly #channels: Channels;
  readonly #people: People;
  readonly #groups: Groups;

  constructor({ client, channels, people, groups }: MessagesParts) {
    this.#client = client;
    this.#channels = channels;
    this.#people = people;
    this.#groups = groups;
  }

  /** One page of a channel, the newest first, or of a thread, the oldest first. */
  async read(options: ReadOptions): Promise<Conversation> {
    const { limit, from = { skip: 0 }, signal, perRow } = options;
    const thread = options.thread === undefined ? undefined : toTs(options.thread);
    const span = {
      limit,
      ...(options.oldest !== undefined && { oldest: toTime(options.oldest) }),
      ...(options.latest !== undefined && { latest: toTime(options.latest) }),
      ...(from.at !== undefined && { cursor: from.at }),
    };
    const place = await this.#channels.forReading(options.channel, signal);
    const common = { channel: place.id, ...span };
    const { messages, response_metadata, has_more } = await this.#client.ask(signal, (api) =>
      thread === undefined
        ? api.conversations.history(common)
        : api.conversations.replies({ ...common, ts: thread }),
    );
    const raw: readonly RawMessage[] = present(messages);
    const at = has_more === false ? undefined : response_metadata?.next_cursor || undefined;
    const rows =
      perRow === undefined
        ? await this.toRows(raw.slice(from.skip), { signal })
        : (await this.toRows(raw, { perRow, signal })).slice(from.skip);
    return { place, rows, next: at === undefined ? undefined : { at, skip: 0 } };
  }

  /** Messages as rows, with names in place of ids. */
  async toRows(
    messages: readonly RawMessage[],
    { perRow, signal }: { readonly perRow?: number; readonly signal: AbortSignal },
  ): Promise<Row[]> {
    const own = messages.map(findOwnText);
    const authors = messages.flatMap(({ user }) => (user === undefined ? [] : [user]));
    const [open] = await Promise.all([
      this.#findOpen(messages, signal),
      this.#findNames([...authors, ...own.flatMap(findMentions)], signal),
    ]);
    const texts = messages.map((message, at) => withQuotes(own[at] ?? "", message, open));
    // Only who is mentioned in a quote is asked for now.
    const names = await this.#findNames([...authors, ...texts.flatMap(findMentions)], signal);
    return messages.flatMap((message, index) => {
      const text = toPlain(texts[index] ?? "", names);
      return perRow === undefined
        ? toRow(message, names, cut(text))
        : split(text, perRow).map((part, at) => {
            return toRow(at === 0 ? message : { ...message, ...nothingElse }, names, part);
          });
    });
  }

  /** The names behind ids of people, groups and channels, as far as they are known. */
  async #findNames(ids: readonly string[], signal: AbortSignal): Promise<Names> {
    const [people, groups] = await Promise.all([
      this.#people.names(ids, signal),
      this.#groups.names(ids, signal),
    ]);
    return new Map([...this.#channels.names(), ...people, ...groups]);
  }

  /** The channels of quoted messages that may be read: what was shared is its own channel's. */
  async #findOpen(messages: readonly RawMessage[], signal: AbortSignal): Promise<Set<string>> {
    const ids = messages.flatMap(({ attachments = [] }) =>
      attachments.flatMap(({ channel_id }) => (channel_id === undefined ? [] : [channel_id])),
    );
    const asked = [...new Set(ids)].slice(0, maxQuoted);
    const admitted = await Promise.all(asked.map((id) => this.#channels.admitsOneOf([id], signal)));
    return new Set(asked.filter((_, at) => admitted[at]));
  }
}

/** What a message says: its blocks, which Slack shows in place of its text, else its text. */
function findOwnText({ text = "", blocks }: RawMessage): string {
  return toBlocksText(blocks) || text;
}

/** The same with what it quotes and shows below itself. */
function withQuotes(
  own: string,
  { attachments = [] }: RawMessage,
  open: ReadonlySet<string>,
): string {
  const quoted = attachments.map((attachment) =>
    attachment.channel_id === undefined || open.has(attachment.channel_id)
      ? toAttachmentText({ ...attachment }).replaceAll("\n", "\n> ")
      : "[a message of a channel that is not open here]",
  );
  return [own, ...quoted].filter((part) => part.trim() !== "").join("\n> ");
}

/** What only the first part of a message says. */
const nothingElse = { reactions: [], files: [], reply_count: 0 } satisfies Partial<RawMessage>;

/** What of a message goes into a row, and what that is where it is not all. */
interface Shown {
  readonly text: string;
  readonly shown?: string;
}

function toRow(message: RawMessage, names: Names, { text, shown }: Shown): Row {
  const { reactions = [], files = [], reply_count = 0 } = message;
  const user = toAuthor(message);
  const counted = reactions.map(({ name = "", count = 1 }) => `${revealName(name)}:${count}`);
  const named = files.map(({ id = "", name }) => `${id} ${toName(name ?? "")}`.trim());
  const body = named.length === 0 ? text : `${text}\nFiles: ${named.join(", ")}`.trim();
  return {
    ts: present(message.ts),
    user,
    text: body === "" ? "" : toMarked(body, names.get(user) ?? user),
    ...(shown !== undefined && { shown }),
    ...(counted.length > 0 && { reactions: counted.join(" ") }),
    ...(reply_count > 0 && { replies: reply_count }),
  };
}

function toAuthor({ user, username, bot_profile, bot_id = "" }: RawMessage): string {
  return user ?? toName(username ?? bot_profile?.name ?? bot_id);
}

function toName(text: string): string {
  return revealName(text.trim()).slice(0, 200).toWellFormed();
}

function cut(text: string): Shown {
  if (text.length <= maxText) return { text };
  // Never between the halves of one character.
  const start = text.slice(0, maxText).replace(/[\uD800-\uDBFF]$/, "");
  const shown = `${start.length} of ${text.length} characters; slack_get_thread_replies shows all`;
  return { text: `${start}…`, shown };
}

/** A text in parts of so many characters, each of which has room in an answer. */
function split(text: string, perRow: number): Shown[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const length = Math.max(createRoom(perRow).fit(text.slice(at)), 2);
    parts.push(text.slice(at, at + length));
    at += length;
  }
  if (parts.length < 2) return [{ text }];
  return parts.map((part, index) => ({
    text: part,
    shown: `part ${index + 1} of ${parts.length}`,
  }));
}

/** A row as it stands in an answer, where no more is certain than this. */
interface Line {
  readonly ts: string;
  readonly user: string;
  readonly text: string;
  readonly [more: string]: unknown;
}

/** Rows as text: `ts user [reactions]:` in a line, then what was said. */
export function toText(rows: readonly Line[]): string {
  return rows.map(toEntry).join("\n");
}

function toEntry({ ts, user, text, shown, channel, reactions, replies, link }: Line): string {
  const notes = [shown, reactions, replies && `${String(replies)} replies`, link];
  const known = notes.flatMap((note) => (note ? [` [${String(note)}]`] : []));
  const place = channel === undefined ? "" : `${String(channel)} `;
  return `${place}${ts} ${user}${known.join("")}:\n${text}`.trimEnd();
}

/** How many rows an answer has room for, in both of its forms. */
export function countFitting(rows: readonly Line[], openRoom: () => Room): number {
  const [asText, asJson] = [openRoom(), openRoom()];
  const first = rows.findIndex(
    (row) => !asText.take(`${toEntry(row)}\n`) || !asJson.take(`${JSON.stringify(row)},`),
  );
  return first < 0 ? rows.length : first;
}
