import { hash } from "node:crypto";
import { isRecord } from "@fairlead/guard/record";

/** Where a chain ends: the last line's number and hash. */
export interface Head {
  readonly sequence: number;
  readonly hash: string;
}

/** The head before the first line of a log. */
export const beginning: Head = { sequence: 0, hash: "0".repeat(64) };

/** The end of every line: its own hash, and what it closes. */
const ending = /,"hash":"([0-9a-f]{64})"\}$/;
const closing = Buffer.from("}");
const endingLength = `,"hash":"${beginning.hash}"}`.length;

/**
 * A line of the log and the head that it becomes. `members` is the text of the line's own members,
 * such as `"kind":"open"`. The number stands before them, and the hash of the line before and the
 * line's own hash after them, which is the SHA-256 of the UTF-8 text of the line with the member
 * `hash` left out, as 64 lower-case hexadecimal digits. The text ends without a line end.
 *
 * @example
 * const { line, head } = seal(beginning, '"kind":"open"');
 * const next = seal(head, '"kind":"close"');
 */
export function seal(
  before: Head,
  members: string,
): { readonly line: string; readonly head: Head } {
  const sequence = before.sequence + 1;
  const body = `{"seq":${sequence},${members},"prev":"${before.hash}"}`;
  const own = hash("sha256", body);
  return { line: `${body.slice(0, -1)},"hash":"${own}"}`, head: { sequence, hash: own } };
}

/** A whole line, its hash checked. */
export interface Link extends Head {
  readonly prev: string;
  readonly members: Readonly<Record<string, unknown>>;
}

/**
 * Reads a line without its end. Gives what is wrong with one that is not JSON, or whose hash does
 * not fit.
 */
export function readLink(line: Buffer): Link | "torn" | "changed" {
  const text = line.toString();
  const members = parse(text);
  if (members === undefined) return "torn";
  const { seq, prev } = members;
  const own = ending.exec(text)?.[1];
  if (own === undefined || typeof seq !== "number" || typeof prev !== "string") return "changed";
  // The hash is of the bytes: two lines that are not UTF-8 could have the same text.
  const body = Buffer.concat([line.subarray(0, -endingLength), closing]);
  return hash("sha256", body) === own ? { sequence: seq, hash: own, prev, members } : "changed";
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
