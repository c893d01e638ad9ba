import { SlackError } from "../errors.ts";

/** Public and private channels, group messages and direct messages. */
const channelId = /^[CGD][A-Z0-9]{6,20}$/;
const userId = /^[UW][A-Z0-9]{6,20}$/;
const fileId = /^F[A-Z0-9]{6,20}$/;

export function isChannelId(text: string): boolean {
  return channelId.test(text);
}

export function isUserId(text: string): boolean {
  return userId.test(text);
}

/** A user's id, also out of a mention. Throws SlackError for anything else. */
export function toUserId(text: string): string {
  const bare = text.trim().replace(/^<@([^|>]+)(?:\|[^>]*)?>$/, "$1");
  if (isUserId(bare)) return bare;
  throw new SlackError(
    `${JSON.stringify(text)} is not a user id.`,
    "Ids begin with U or W; slack_search_users finds them by name.",
  );
}

/** A file's id. Throws SlackError for anything else. */
export function toFileId(text: string): string {
  if (fileId.test(text.trim())) return text.trim();
  throw new SlackError(
    `${JSON.stringify(text)} is not a file id.`,
    "Ids begin with F; slack_get_channel_history shows the files of messages.",
  );
}

/**
 * A message's ts as Slack writes it: `1234567890.123456`, also from the form without a point and the
 * one of permalinks. Throws SlackError for anything else.
 */
export function toTs(text: string): string {
  const [, seconds, micros] = /^p?(\d{10})\.?(\d{6})$/.exec(text.trim()) ?? [];
  if (seconds !== undefined && micros !== undefined) return `${seconds}.${micros}`;
  throw new SlackError(
    `${JSON.stringify(text)} is not a message ts.`,
    "It has the form 1234567890.123456; slack_get_channel_history shows it.",
  );
}

/** A point in time for Slack: a ts or Unix seconds as they are, an ISO 8601 date as seconds. */
export function toTime(text: string): string {
  const trimmed = text.trim();
  if (/^\d{1,10}(?:\.\d{1,6})?$/.test(trimmed)) return trimmed;
  const ms = /^\d{4}-\d{2}-\d{2}/.test(trimmed) ? Date.parse(trimmed) : Number.NaN;
  if (Number.isFinite(ms)) return (ms / 1_000).toFixed(6);
  throw new SlackError(
    `${JSON.stringify(text)} is not a point in time.`,
    "Give a ts, Unix seconds, or a date such as 2026-11-21 or 2026-11-21T08:00:00Z.",
  );
}

/** A reaction's name without its colons. Throws SlackError for what can be none. */
export function toEmojiName(text: string): string {
  const name = text.trim().replace(/^:+|:+$/g, "");
  if (/^[\p{L}\p{N}_+'-]{1,100}(?:::skin-tone-[2-6])?$/u.test(name)) return name;
  throw new SlackError(
    `${JSON.stringify(text)} is not an emoji's name.`,
    "Give its name, such as thumbsup.",
  );
}

/** A day as Slack's search takes it. Throws SlackError for anything else. */
export function toDay(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text.trim())) return text.trim();
  throw new SlackError(`${JSON.stringify(text)} is not a day.`, "Give it as YYYY-MM-DD.");
}
