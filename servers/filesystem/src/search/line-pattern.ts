import { FileError } from "../errors.ts";
import { type BytesTest, toBytesTest } from "./required-bytes.ts";
import { endOfClass, findRequired } from "./required-text.ts";

export interface PatternOptions {
  readonly pattern: string;
  readonly regex: boolean;
  readonly ignoreCase: boolean;
}

/** How the lines that match are found: quickly where they may be, and then exactly. */
export interface LinePattern {
  /** Plain text that a line must hold as it is. */
  readonly literal: string | undefined;
  /** The same in UTF-8. */
  readonly bytes: Buffer | undefined;
  /** Tells of bytes, in any encoding that contains ASCII, whether a line in them may match. */
  readonly mayMatch: BytesTest | undefined;
  /** Whether the places can be told from bytes of any encoding that contains ASCII. */
  readonly ascii: boolean;
  /**
   * Finds every line that matches in a text of many, and perhaps some that do not; undefined where
   * only line by line is sure.
   */
  readonly candidates: RegExp | undefined;
  /** Where in a line it matches; -1 if it does not. */
  column(line: string): number;
}

const longestPattern = 10_000;

/** Compiles what is looked for, once for a whole search. */
export function toLinePattern({ pattern, regex, ignoreCase }: PatternOptions): LinePattern {
  if (pattern === "") throw new FileError("The pattern is empty.", "Give the text to look for.");
  if (pattern.length > longestPattern) {
    throw new FileError(
      `The pattern has ${pattern.length} characters, and may have at most ${longestPattern}.`,
      "Search for a part of it.",
    );
  }
  const ascii = /^[\0-\x7f]*$/.test(pattern);
  if (!regex && !ignoreCase) {
    const column = (line: string) => line.indexOf(pattern);
    const bytes = Buffer.from(pattern);
    const mayMatch = ascii ? toBytesTest(pattern, { ignoreCase }) : undefined;
    return { literal: pattern, bytes, mayMatch, ascii, candidates: undefined, column };
  }
  // Case folding of other scripts takes the flag, and plain text means the same with it.
  const flags = (ignoreCase ? "i" : "") + (regex || ascii ? "" : "u");
  const source = regex ? pattern : pattern.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  const exact = compile(source, flags);
  const column = (line: string) => line.search(exact);
  const wide = regex ? toManyLines(source) : source;
  const candidates = wide === undefined ? undefined : tryCompile(wide, `gm${flags}`);
  const required = regex ? findRequired(pattern) : ascii ? pattern : undefined;
  const mayMatch = required === undefined ? undefined : toBytesTest(required, { ignoreCase });
  const plain = ascii && !regex;
  return { literal: undefined, bytes: undefined, mayMatch, ascii: plain, candidates, column };
}

function compile(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new FileError(`The pattern is not valid: ${message}`, "Correct it.");
  }
}

function tryCompile(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

/**
 * A regular expression for one line as one for many: what could match a line end does not any more, so
 * that a search for it stays within a line and finds all that the line alone would give. Undefined for
 * one that asks what does not follow, since a line end does.
 */
function toManyLines(source: string): string | undefined {
  if (/\(\?<?!|\(\?[a-z]*-/.test(source)) return undefined;
  let wide = "";
  for (let at = 0; at < source.length; ) {
    const end = source[at] === "\\" ? at + 2 : source[at] === "[" ? endOfClass(source, at) : at + 1;
    wide += withoutLineEnd(source.slice(at, end));
    at = end;
  }
  return wide;
}

const negatives: Readonly<Record<string, string>> = {
  "\\s": "[^\\S\\n]",
  "\\W": "[^\\w\\n]",
  "\\D": "[^\\d\\n]",
  "[^]": "[^\\n]",
};

function withoutLineEnd(atom: string): string {
  const known = negatives[atom];
  if (known !== undefined) return known;
  if (!atom.startsWith("[")) return atom;
  if (atom.startsWith("[^")) return `[^\\n${atom.slice(2)}`;
  const plain = !/\\[^wd.\-/\]\\[*+?(){}|^$]/.test(atom) && !/\p{Cc}-/u.test(atom);
  return plain ? atom : `(?:(?!\\n)${atom})`;
}
