import { isUtf8 } from "node:buffer";
import { revealText } from "@fairlead/guard";

/** What stands before a name in the records of `status`, of `diff --numstat` and of `ls-tree`. */
const before =
  /^(?:[?!] |# branch\.\w+ |1 (?:\S+ ){7}|2 (?:\S+ ){8}|u (?:\S+ ){9}|(?:\d+|-)\t(?:\d+|-)\t|\d{6} \w+ [0-9a-f]+\t)/;

/** What nearly no list of names holds, so that a long one is looked through once. */
const unusual = /[^\0\t\x20-\x7e]/;

/**
 * The records of NUL-separated output. A name that is not UTF-8, or that holds what terminals obey or
 * nobody sees, comes as git quotes it.
 */
export function splitRecords(output: Buffer): string[] {
  const text = output.toString();
  if (!unusual.test(text) || (isUtf8(output) && !hides(text))) return text.split("\0");
  const records: string[] = [];
  for (let at = 0; at <= output.length; ) {
    const end = output.indexOf(0, at);
    const record = output.subarray(at, end < 0 ? output.length : end);
    const whole = record.toString();
    records.push(isUtf8(record) && !hides(whole) ? whole : quoteName(record));
    if (end < 0) break;
    at = end + 1;
  }
  return records;
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

const quotedName = /^"((?:[^"\\]|\\(?:[0-7]{3}|[abtnvfr"\\]))*)"$/s;

/** The text of a path that may be quoted, or undefined where its bytes are not UTF-8. */
export function toPathText(path: string): string | undefined {
  const bytes = toPathBytes(path);
  return isUtf8(bytes) ? bytes.toString() : undefined;
}

/** A path as `toPathBytes` takes it: one that looks quoted and is not is quoted. */
export function fromPathText(text: string): string {
  return toPathBytes(text).equals(Buffer.from(text)) ? text : quote(Buffer.from(text));
}

/** The bytes of a path, which may be quoted as `showName` and git quote it. */
export function toPathBytes(path: string): Buffer {
  const quoted = quotedName.exec(path)?.[1];
  // Only what has to be quoted is: a name may have quotation marks of its own.
  if (quoted === undefined || !/\\[0-7abtnvfr]/.test(quoted)) return Buffer.from(path);
  const parts = quoted.match(/\\(?:[0-7]{3}|.)|[^\\]+/gs) ?? [];
  return Buffer.concat(
    parts.map((part) => {
      if (!part.startsWith("\\")) return Buffer.from(part);
      const code = part.slice(1);
      const byte = /^\d/.test(code) ? Number.parseInt(code, 8) : escapes[code];
      return byte === undefined ? Buffer.from(code) : Buffer.from([byte]);
    }),
  );
}

/** A name on a line of its own: one with a line end or a tab is quoted, and can be given back so. */
export function showName(name: string): string {
  return /[\n\r\t]/.test(name) ? JSON.stringify(name) : name;
}

/** Whether a text holds what terminals obey or nobody sees; NUL is between records. */
function hides(text: string): boolean {
  const whole = text.replaceAll("\0", "");
  return revealText(whole) !== whole || /[\u2028\u2029]/.test(whole);
}

function toOctal(byte: number): string {
  return `\\${byte.toString(8).padStart(3, "0")}`;
}

/** Paths on stdin, so that neither their number nor their bytes are limited. */
export function toPathInput(paths: readonly string[]): Buffer {
  return Buffer.concat(paths.flatMap((path) => [toPathBytes(path), Buffer.from([0])]));
}

/**
 * Paths as arguments, and the variables these need. Arguments are text: bytes that are none are
 * named by a pattern, which fits any such byte.
 */
export function toPathArguments(paths: readonly string[]): {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
} {
  const isText = (path: string) => toPathBytes(path).equals(Buffer.from(path));
  if (paths.every(isText)) return { args: paths, environment: {} };
  const args = paths.map((path) => (isText(path) ? `:(literal)${path}` : toPattern(path)));
  return { args, environment: { GIT_LITERAL_PATHSPECS: "0" } };
}

function toPattern(path: string): string {
  const characters = [...toPathBytes(path)].map((byte) => {
    if (byte >= 0x80) return "[!\u0001-\u007f]";
    const character = String.fromCharCode(byte);
    return /[*?[\\]/.test(character) ? `\\${character}` : character;
  });
  return `:(glob)${characters.join("")}`;
}

/** Quotes the name in a record, but not the fields before it. */
function quoteName(record: Buffer): string {
  const [fields = ""] = before.exec(record.toString("latin1")) ?? [];
  return fields + quote(record.subarray(fields.length));
}

function quote(bytes: Buffer): string {
  const characters = [...bytes].map((byte) => {
    if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
    return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : toOctal(byte);
  });
  return `"${characters.join("")}"`;
}

/** Walks through records of which some belong to the one before them. */
export class RecordReader {
  readonly #records: readonly string[];
  #at = 0;

  constructor(records: readonly string[]) {
    this.#records = records;
  }

  get done(): boolean {
    return this.#at >= this.#records.length;
  }

  next(): string {
    const record = this.#records[this.#at] ?? "";
    this.#at += 1;
    return record;
  }
}
