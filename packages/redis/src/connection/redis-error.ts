/** Why Redis did not do what it was asked: short, and never an address, a password or an argument. */
export type Reason = string;

/**
 * What was asked of Redis did not happen, or nobody knows whether it did. Message and hint are fit for a
 * client; `reason` is for the operator's log, such as `ECONNREFUSED`, `timeout` or `OOM`. Neither holds
 * the URL, the password or what was sent.
 */
export class RedisError extends Error {
  readonly hint = "Try again in a few seconds.";
  readonly reason: Reason;

  constructor(reason: Reason) {
    super("The store that the processes of this server share does not answer.");
    this.name = "RedisError";
    this.reason = reason;
  }
}

/**
 * What may be said of an error of the client library. The error object itself has the command with its
 * arguments, those of `AUTH` too, so only the reason is passed on.
 */
export function toReason(error: unknown): Reason {
  if (error instanceof RedisError) return error.reason;
  if (!(error instanceof Error)) return "unknown error";
  if ("code" in error && typeof error.code === "string") return error.code;
  if (error.message === "Command timed out" || error.message === "connect ETIMEDOUT") {
    return "timeout";
  }
  // An error reply begins with a word in capitals: WRONGPASS, NOAUTH, OOM, READONLY, NOPERM.
  const [word] = /^[A-Z]{2,}\b/.exec(error.message) ?? [];
  return isRefusal(error) ? (word ?? "error reply") : "not connected";
}

/** Whether Redis answered with an error. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === "ReplyError";
}

/** Whether an error reply begins with this word. */
export function isReply(error: unknown, word: string): boolean {
  return error instanceof Error && error.message.startsWith(word);
}
