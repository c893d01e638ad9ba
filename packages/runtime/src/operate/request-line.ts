import type { Trace } from "../protocol/trace.ts";

/** Characters of a name that a client chose. */
export const longestName = 200;
const longestArguments = 2_000;

/**
 * A request as one line of the log, what the client wrote in it shortened.
 *
 * @example
 * ```ts
 * import { toRequestLine } from "@fairlead/runtime/serve";
 *
 * toRequestLine(
 *   {
 *     method: "tools/call",
 *     target: "query",
 *     principal: "ada",
 *     milliseconds: 12.4,
 *     outcome: "ok",
 *     characters: 1_234,
 *     arguments: {},
 *   },
 *   { showArguments: false },
 * ); // "tools/call query by ada: ok in 12.4 ms, 1,234 characters"
 * ```
 */
export function toRequestLine(
  trace: Trace,
  { showArguments }: { readonly showArguments: boolean },
): string {
  const { method, target, principal, milliseconds, outcome, characters } = trace;
  const what = shorten(target === undefined ? method : `${method} ${target}`, longestName);
  const size = characters === 0 ? "" : `, ${characters.toLocaleString("en-US")} characters`;
  const line = `${what} by ${principal}: ${outcome} in ${milliseconds.toFixed(1)} ms${size}`;
  const given = showArguments ? JSON.stringify(trace.arguments) : undefined;
  return given === undefined ? line : `${line}, arguments ${shorten(given, longestArguments)}`;
}

/** A text cut to so many characters, with its length where something is cut off. */
export function shorten(text: string, longest: number): string {
  return text.length <= longest
    ? text
    : `${text.slice(0, longest).toWellFormed()}… [${text.length} characters]`;
}
