import { HintError, toRecord } from "@fairlead/guard";
import { findUpstreamError } from "@fairlead/upstream";

/** An error about Slack that the caller can do something about: the hint says what. */
export class SlackError extends HintError {
  override readonly name = "SlackError";
  /** Slack's own word for it, where there is one. */
  readonly code: string | undefined;

  constructor(message: string, hint: string, code?: string) {
    super(message, hint);
    this.code = code;
  }
}

const operator = "The person who runs this server must correct the token.";
const join = "Invite the app to the channel (/invite @app), or use another channel.";
const channels = "slack_list_channels shows the channels and their ids.";
const messages = "slack_get_channel_history shows the messages and their ts.";

/** What to do next, by Slack's error codes. */
const hints: ReadonlyMap<string, string> = new Map(
  Object.entries({
    account_inactive: operator,
    already_reacted: "The reaction is there.",
    cannot_dm_bot: "Choose a person.",
    cant_delete_message: "Only messages of the app itself can be deleted.",
    cant_update_message: "Only messages of the app itself can be changed.",
    canvas_creation_failed: "Shorten or simplify the Markdown, and try again.",
    channel_not_found: channels,
    edit_window_closed: "The workspace no longer allows to change this message; post a new one.",
    fatal_error: "This is a fault of Slack; try again later.",
    file_not_found: "Check the id; files of messages are in slack_get_channel_history.",
    internal_error: "This is a fault of Slack; try again later.",
    invalid_auth: operator,
    invalid_blocks: "Check the blocks against Block Kit, or send text alone.",
    invalid_cursor: "Begin again without a cursor.",
    invalid_name: "Give the emoji's name without colons, such as thumbsup.",
    invalid_time: "Give a time in the future, at most 120 days ahead.",
    is_archived: "The channel is archived: nothing can be posted there.",
    message_not_found: messages,
    msg_too_long: "Shorten the text, or upload it as a file.",
    no_reaction: "The reaction is not there.",
    no_text: "Give a text or blocks.",
    not_allowed_token_type: "This needs the other kind of token (bot or user).",
    not_authed: operator,
    not_in_channel: join,
    org_login_required: "The workspace is being moved; try again later.",
    ratelimited: "Try again in a minute; asking sooner does not help.",
    restricted_action: "The workspace's settings forbid this.",
    service_unavailable: "This is a fault of Slack; try again later.",
    team_access_not_granted: operator,
    thread_not_found: messages,
    time_in_past: "Give a time in the future.",
    time_too_far: "Give a time at most 120 days ahead.",
    token_expired: operator,
    token_revoked: operator,
    too_many_reactions: "The message has as many reactions as Slack allows.",
    user_disabled: "The account is deactivated.",
    user_not_found: "slack_search_users finds people and their ids.",
    users_not_found: "slack_search_users finds people and their ids.",
  }),
);

/** What Slack or the way to it has against a request; no message of it holds one of `secrets`. */
export function toSlackError(error: unknown, secrets: readonly string[]): unknown {
  if (error instanceof SlackError) return error;
  const upstream = findUpstreamError(error);
  if (upstream !== undefined) return upstream;
  if (!(error instanceof Error)) return error;
  const { code, data, statusCode, retryAfter } = toRecord(error);
  if (code === "slack_webapi_platform_error") return fromSlack(toRecord(data), secrets);
  if (code === "slack_webapi_rate_limited_error") {
    return new SlackError(
      `Slack limits the rate of requests for another ${String(retryAfter)} seconds.`,
      `Try again in ${String(retryAfter)} seconds; asking sooner does not help.`,
      "ratelimited",
    );
  }
  if (code === "slack_webapi_http_error") {
    return new SlackError(
      `Slack answered with HTTP ${String(statusCode)}.`,
      hints.get("fatal_error") ?? "",
    );
  }
  // Whatever else its client stumbles over is an answer it did not expect.
  return malformed();
}

/** An answer that is not what Slack's description promises. */
export function malformed(what = "Slack's answer"): SlackError {
  return new SlackError(
    `${what} could not be read: it is not what the Web API promises.`,
    "This is a fault of Slack or of a proxy on the way; try again later.",
  );
}

/** A field an answer must have; throws the error of a malformed answer where it has none. */
export function present<T>(value: T | null | undefined, what?: string): T {
  if (value === undefined || value === null) throw malformed(what);
  return value;
}

function fromSlack(
  data: Readonly<Record<string, unknown>>,
  secrets: readonly string[],
): SlackError {
  const { error: code, needed, provided } = data;
  // A page of a proxy or of a login arrives as the "error" too.
  if (typeof code !== "string" || !/^[a-z][a-z0-9_]{1,60}$/.test(code)) return malformed();
  if (code === "missing_scope") {
    const scopes = clean(`needs ${String(needed)}, has ${String(provided)}`, secrets);
    return new SlackError(
      `The token may not do that (missing_scope: ${scopes}).`,
      `The person who runs this server can add the scope to the app and install it again.`,
      code,
    );
  }
  const hint = hints.get(code) ?? "Check the arguments; Slack's documentation explains this code.";
  return new SlackError(`Slack refused: ${code}.`, hint, code);
}

function clean(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, secret) => left.replaceAll(secret, "[redacted]"), text);
}
