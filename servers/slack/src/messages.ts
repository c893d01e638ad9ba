import { cleanText } from "@fairlead/runtime/guard";
import type { Channels, Place } from "./channels.ts";
import type { Client } from "./client.ts";
import { present } from "./errors.ts";
import { toTime, toTs } from "./ids.ts";
import type { People } from "./people.ts";
import { findBlockText, findMentions, type Names, toPlain } from "./reading.ts";
import { toRecord } from "./records.ts";

/** Channels of quoted messages looked into for one answer. */
const maxQuoted = 10;
/** Characters of one message, unless all of it is asked for. */
const maxText = 1_000;

/** A message in one compact row. */
export type Row = {
  readonly ts: string;
  readonly user: string;
  readonly text: string;
  readonly reactions?: string | undefined;
  readonly replies?: number | undefined;
  readonly files?: string | undefined;
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

interface RawAttachment {
  readonly channel_id?: string;
  readonly pretext?: string;
  readonly title?: string;
  readonly text?: string;
  readonly fallback?: string;
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
  readonly whole?: boolean;
  readonly signal: AbortSignal;
}

export interface Conversation {
  readonly place: Place;
  readonly rows: readonly Row[];
  readonly users: Names;
  readonly next: Position | undefined;
}

/** Reads what was said in channels and threads. */
export class Messages {
  readonly #client: Client;
  readonly #channels: Channels;
  readonly #people: People;

  constructor(client: Client, channels: Channels, people: People) {
    this.#client = client;
    this.#channels = channels;
    this.#people = people;
  }

  /** One page of a channel, the newest first, or of a thread, the oldest first. */
  async read(options: ReadOptions): Promise<Conversation> {
    const { limit, from = { skip: 0 }, signal, whole = false } = options;
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
    const raw: readonly RawMessage[] = present(messages).slice(from.skip);
    const at = has_more === false ? undefined : response_metadata?.next_cursor || undefined;
    const shown = await this.toRows(raw, { whole, signal });
    return { place, ...shown, next: at === undefined ? undefined : { at, skip: 0 } };
  }

  /** Rows with the names that stand in them. */
  async toRows(
    messages: readonly RawMessage[],
    { whole = false, signal }: { readonly whole?: boolean; readonly signal: AbortSignal },
  ): Promise<{ rows: Row[]; users: Names }> {
    const open = await this.#findOpen(messages, signal);
    const texts = messages.map((message) => findText(message, open));
    const authors = messages.flatMap(({ user }) => (user === undefined ? [] : [user]));
    const users = await this.#people.names([...authors, ...texts.flatMap(findMentions)], signal);
    const limit = whole ? Number.POSITIVE_INFINITY : maxText;
    const rows = messages.map((message, index) => toRow(message, texts[index] ?? "", users, limit));
    return { rows, users };
  }

  /** The channels of quoted messages that may be read: what was shared is its own channel's. */
  async #findOpen(messages: readonly RawMessage[], signal: AbortSignal): Promise<Set<string>> {
    const ids = messages.flatMap(({ attachments = [] }) =>
      attachments.flatMap(({ channel_id }) => (channel_id === undefined ? [] : [channel_id])),
    );
    const open = new Set<string>();
    for (const id of [...new Set(ids)].slice(0, maxQuoted)) {
      if (await this.#channels.admitsOneOf([id], signal)) open.add(id);
    }
    return open;
  }
}

/** What a message says: its text, else what its blocks say, and what it quotes. */
function findText(message: RawMessage, open: ReadonlySet<string>): string {
  const { text = "", blocks, attachments = [] } = message;
  const quoted = attachments.map(({ channel_id, pretext, title, text: body, fallback }) =>
    channel_id === undefined || open.has(channel_id)
      ? [pretext, title, body ?? fallback].filter((part) => part).join("\n")
      : "[a message of a channel that is not open here]",
  );
  const own = text.trim() === "" ? findBlockText(blocks) : text;
  return [own, ...quoted].filter((part) => part !== "").join("\n> ");
}

function toRow(message: RawMessage, text: string, users: Names, limit: number): Row {
  const { reactions = [], files = [], reply_count = 0 } = message;
  const plain = toPlain(text, users);
  const counted = reactions.map(({ name = "", count = 1 }) => `${cleanText(name)}:${count}`);
  const named = files.map(({ id = "", name }) => `${id} ${cleanText(name ?? "")}`.trim());
  return {
    ts: present(message.ts),
    user: toAuthor(message),
    text: plain.length > limit ? cut(plain, limit) : plain,
    ...(counted.length > 0 && { reactions: counted.join(" ") }),
    ...(reply_count > 0 && { replies: reply_count }),
    ...(named.length > 0 && { files: named.join(", ") }),
  };
}

function toAuthor({ user, username, bot_profile, bot_id = "" }: RawMessage): string {
  return user ?? cleanText(username ?? bot_profile?.name ?? bot_id);
}

function cut(text: string, limit: number): string {
  // Never between the halves of one character.
  const end = text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, "");
  return `${end}… [${limit} of ${text.length} characters; slack_get_thread_replies shows all]`;
}

/** A row as it stands in an answer, where no more is certain than this. */
interface Line {
  readonly ts: string;
  readonly user: string;
  readonly text: string;
  readonly [more: string]: unknown;
}

/**
 * Rows as text: `ts user: text [reactions]`, further lines of a message indented, and at the end
 * who is who, since names are read and ids are used.
 */
export function toText(rows: readonly Line[], known: unknown): string {
  const users = toRecord(known);
  const lines = rows.map(({ ts, user, text, channel, reactions, replies, files, link }) => {
    const notes = [
      reactions,
      replies && `${String(replies)} replies`,
      files && `files: ${String(files)}`,
      link,
    ].flatMap((note) => (note === undefined ? [] : [` [${String(note)}]`]));
    const place = channel === undefined ? "" : `${String(channel)} `;
    const name = String(users[user] ?? user);
    return `${place}${ts} ${name}: ${text.replaceAll("\n", "\n  ")}${notes.join("")}`;
  });
  const names = Object.entries(users).map(([id, name]) => `${String(name)} = ${id}`);
  return [...lines, ...(names.length === 0 ? [] : [`Users: ${names.join(", ")}`])].join("\n");
}
