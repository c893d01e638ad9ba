import { cleanPlainText, revealName } from "@fairlead/guard";
import type { Client } from "../api/client.ts";
import { toTs, toUserId } from "../api/ids.ts";
import type { Links } from "../api/links.ts";
import { present, SlackError } from "../errors.ts";
import { toMarkdown, toMarkup } from "../text/compose.ts";
import type { Channels } from "./channels.ts";
import type { People } from "./people.ts";

const commonEmoji = [
  ...["+1", "-1", "100", "clap", "eyes", "fire", "heart", "heavy_check_mark", "joy", "memo"],
  ...["no_entry", "ok_hand", "pray", "question", "raised_hands", "rocket", "smile", "tada"],
  ...["thinking_face", "thumbsdown", "thumbsup", "warning", "wave", "white_check_mark", "x"],
];

/** The parts of a workspace that single questions are asked of. */
export interface LookupParts {
  readonly client: Client;
  readonly channels: Channels;
  readonly people: People;
}

/** A person's profile in the words Slack shows it with; fields of the workspace's own by label. */
export async function getProfile(
  { client, people }: LookupParts,
  user: string,
  signal: AbortSignal,
) {
  const id = /^\s*(?:<@)?[UW][A-Z0-9]{6,}/.test(user)
    ? toUserId(user)
    : await people.find(user, signal);
  const { profile: raw } = await client.ask(signal, (api) =>
    api.users.profile.get({ user: id, include_labels: true }),
  );
  const profile = present(raw);
  const fields: Readonly<Record<string, { label?: string; value?: string }>> = profile.fields ?? {};
  const facts = {
    real_name: profile.real_name ?? "",
    display_name: profile.display_name ?? "",
    title: profile.title,
    email: profile.email,
    phone: profile.phone,
    pronouns: profile.pronouns,
    status: [profile.status_emoji, profile.status_text].filter((part) => part).join(" "),
    ...Object.fromEntries(
      Object.entries(fields).map(([key, { label, value }]) => [label || key, value]),
    ),
  };
  const known = Object.entries(facts).flatMap(([key, value]) =>
    value === undefined || value === "" ? [] : [[key, value].map(revealName)],
  );
  return { id, fields: Object.fromEntries(known) };
}

/** One page of the people in a channel, with their names. */
export async function listMembers(
  { client, channels, people }: LookupParts,
  options: {
    readonly channel: string;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
  signal: AbortSignal,
) {
  const place = await channels.forReading(options.channel, signal);
  const { members, response_metadata } = await client.ask(signal, (api) =>
    api.conversations.members({
      channel: place.id,
      limit: options.limit,
      ...(options.cursor !== undefined && { cursor: options.cursor }),
    }),
  );
  const ids = present(members);
  const names = await people.names(ids, signal);
  return {
    members: ids.map((id) => ({ id, name: names.get(id) ?? "" })),
    next: response_metadata?.next_cursor || undefined,
  };
}

/** The address of a message. */
export async function getPermalink(
  { client, channels }: LookupParts,
  target: { readonly channel: string; readonly ts: string },
  signal: AbortSignal,
): Promise<string> {
  const message_ts = toTs(target.ts);
  const place = await channels.forReading(target.channel, signal);
  const { permalink } = await client.ask(signal, (api) =>
    api.chat.getPermalink({ channel: place.id, message_ts }),
  );
  return present(permalink);
}

/** The workspace's groups of people. */
export async function listUserGroups({ client }: LookupParts, signal: AbortSignal) {
  const { usergroups } = await client.ask(signal, (api) =>
    api.usergroups.list({ include_count: true }),
  );
  return present(usergroups).map(
    ({ id, handle = "", name = "", description = "", user_count }) => ({
      id: present(id),
      handle: revealName(handle),
      name: revealName(name),
      description: cleanPlainText(description),
      members: Number(user_count ?? 0),
    }),
  );
}

/** Names of emoji that begin so: the common ones and the workspace's own. */
export async function completeEmoji(
  { client }: LookupParts,
  prefix: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const wanted = prefix.trim().replace(/^:/, "").toLowerCase();
  const own = await client
    .ask(signal, (api) => api.emoji.list({}))
    .then(({ emoji = {} }) => Object.keys(emoji))
    .catch((error: unknown) => {
      // Without the scope emoji:read there are the common ones.
      if (error instanceof SlackError) return [];
      throw error;
    });
  return [...commonEmoji, ...own].filter((name) => name.startsWith(wanted)).sort();
}

/** Opens the direct message with these people. */
export async function openDirectMessage(
  { client, channels }: LookupParts,
  users: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  if (channels.allowed.length > 0) {
    throw new SlackError(
      "Direct messages are outside the channels this server may use.",
      "The person who runs it can name the one that is meant in SLACK_CHANNEL_IDS.",
    );
  }
  const ids = users.map(toUserId);
  const { channel } = await client.ask(signal, (api) =>
    api.conversations.open({ users: ids.join(",") }),
  );
  return present(channel?.id);
}

export interface CanvasOptions {
  readonly title: string;
  readonly markdown: string;
  readonly channel?: string | undefined;
}

/** Creates a canvas, in a channel if one is named. */
export async function createCanvas(
  { client, channels }: LookupParts,
  links: Links,
  { title, markdown, channel }: CanvasOptions,
  signal: AbortSignal,
): Promise<string> {
  if (channel === undefined && channels.allowed.length > 0) {
    throw new SlackError(
      "A canvas without a channel is outside the channels this server may use.",
      "Give the channel_id it belongs to.",
    );
  }
  links.check(`${title}\n${markdown}`);
  const quiet = toMarkup(toMarkdown(markdown, links), { mentions: false, broadcasts: false });
  const place = channel === undefined ? undefined : await channels.forWriting(channel, signal);
  const { canvas_id } = await client.ask(signal, (api) =>
    api.canvases.create({
      title,
      document_content: { type: "markdown", markdown: quiet },
      ...(place !== undefined && { channel_id: place.id }),
    }),
  );
  return present(canvas_id);
}
