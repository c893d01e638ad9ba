import type { Trace } from "../protocol/trace.ts";

const longestArguments = 2_000;

/**
 * A request as one line of the log.
 *
 * @example
 * toRequestLine(trace, { showArguments: false });
 * // "tools/call query by ada: ok in 12.4 ms, 1,234 characters"
 */
export function toRequestLine(
  { method, target, principal, milliseconds, outcome, characters, params }: Trace,
  { showArguments }: { readonly showArguments: boolean },
): string {
  const what = target === undefined ? method : `${method} ${target}`;
  const size = characters === 0 ? "" : `, ${characters.toLocaleString("en-US")} characters`;
  const line = `${what} by ${principal}: ${outcome} in ${milliseconds.toFixed(1)} ms${size}`;
  const given = showArguments ? toArguments(params) : undefined;
  return given === undefined ? line : `${line}, arguments ${given}`;
}

function toArguments(params: unknown): string | undefined {
  const given =
    typeof params === "object" && params !== null && "arguments" in params
      ? JSON.stringify(params.arguments)
      : undefined;
  if (given === undefined || given.length <= longestArguments) return given;
  return `${given.slice(0, longestArguments)}… [${given.length} characters]`;
}
