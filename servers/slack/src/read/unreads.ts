import type { Client } from "../api/client.ts";
import { present } from "../errors.ts";
import type { Channels } from "./channels.ts";

export interface Unread {
  readonly id: string;
  readonly name: string;
  readonly unread: number;
  /** There are more than were counted. */
  readonly more: boolean;
  readonly last_read: string;
}

const counted = 50;

export interface UnreadOptions {
  /** Channels looked into; each costs two requests. */
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly teamId?: string | undefined;
  readonly signal: AbortSignal;
}

/** The person's channels that hold messages they have not read, a page of them at a time. */
export async function findUnreads(
  client: Client,
  channels: Channels,
  { limit, cursor, teamId, signal }: UnreadOptions,
): Promise<{ unread: Unread[]; next: string | undefined }> {
  const types =
    channels.allowPrivate || channels.allowed.length > 0
      ? "public_channel,private_channel,mpim,im"
      : "public_channel";
  const page = await client.ask(
    signal,
    (api) =>
      api.users.conversations({
        types,
        exclude_archived: true,
        limit,
        ...(cursor !== undefined && { cursor }),
        ...(teamId !== undefined && { team_id: teamId }),
      }),
    "user",
  );
  const open = present(page.channels).filter((raw) => channels.admits(raw));
  const counted = await Promise.all(
    open.map(async (raw) => {
      const { id, name } = channels.remember(raw);
      return { id, name, ...(await countUnread(client, id, signal)) };
    }),
  );
  const unread = counted.filter((found) => found.unread > 0);
  return { unread, next: page.response_metadata?.next_cursor || undefined };
}

async function countUnread(client: Client, channel: string, signal: AbortSignal) {
  const { channel: info } = await client.ask(
    signal,
    (api) => api.conversations.info({ channel }),
    "user",
  );
  const last = present(info).last_read;
  if (last === undefined) return { unread: 0, more: false, last_read: "" };
  const { messages, has_more } = await client.ask(
    signal,
    (api) => api.conversations.history({ channel, oldest: last, limit: counted }),
    "user",
  );
  return { unread: present(messages).length, more: has_more === true, last_read: last };
}
