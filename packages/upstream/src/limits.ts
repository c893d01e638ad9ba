/** GitHub asks for a minute where a secondary limit names no time. */
const secondaryMs = 60_000;
const firstPauseMs = 1_000;
const firstRetryMs = 250;
/** Below this a reset is in seconds from now, as some APIs have it, and no point in time. */
const firstEpoch = 100_000_000;

/**
 * Milliseconds that an API asks clients to wait; undefined if the response is not a rate limit. Reads
 * Retry-After (RFC 9110 10.2.3), GitHub's x-ratelimit-* and secondary limits, and the 403 with which
 * Google says the same.
 */
export function findLimit(
  { status, headers }: Response,
  text: string,
  attempt: number,
  now: number,
): number | undefined {
  if (status !== 429 && status !== 403) return undefined;
  const asked = readRetryAfter(headers, now);
  if (asked !== undefined) return asked;
  if (headers.get("x-ratelimit-remaining") === "0") {
    const reset = Number(headers.get("x-ratelimit-reset"));
    if (reset > 0 && reset < firstEpoch) return reset * 1_000;
    if (reset > 0) return Math.max(reset * 1_000 - toServerTime(headers, now), 0);
  }
  if (/secondary rate limit|abuse detection/i.test(text)) return secondaryMs;
  const limited = status === 429 || /rate.?limit|quota.?exceeded/i.test(text);
  return limited ? firstPauseMs * 2 ** attempt : undefined;
}

/** Milliseconds before a failed request is sent again: doubling, and spread so that clients part. */
export function toPause(attempt: number, headers: Headers | undefined, now: number): number {
  const asked = headers && readRetryAfter(headers, now);
  return asked ?? firstRetryMs * 2 ** attempt * (0.5 + Math.random());
}

function readRetryAfter(headers: Headers, now: number): number | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+(?:\.\d+)?$/.test(value)) return Number(value) * 1_000;
  // An HTTP date has letters. Date.parse would read a date without them too.
  const date = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(date - toServerTime(headers, now), 0);
}

/** A date of the server is told by the clock of the server: the one here may be wrong by a day. */
function toServerTime(headers: Headers, now: number): number {
  const date = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(date) ? now : date;
}
