import { FileError } from "../errors.ts";
import { keepStrays } from "../text/stray-bytes.ts";
import { createReindent, type LinePair } from "./indentation.ts";
import { describeNearest } from "./nearest.ts";
import { findSequences } from "./sequences.ts";

export interface Edit {
  readonly oldText: string;
  readonly newText: string;
  /** Replace every occurrence instead of insisting on exactly one. */
  readonly replaceAll?: boolean | undefined;
}

/** A stretch of text to be replaced, in the text with plain line ends. */
interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Edited {
  readonly text: string;
  readonly replacements: number;
}

/** Applies one edit. Line ends match whatever their kind and stay as they are. */
export function applyEdit(text: string, edit: Edit): Edited {
  // Bytes that are not text are matched as they are shown.
  const found = findReplacements(toPlainLines(text.toWellFormed()), edit);
  return { text: replace(text, found), replacements: found.length };
}

/** The text with `\n` for every line end. */
export function toPlainLines(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function findReplacements(text: string, edit: Edit): Replacement[] {
  const oldText = toPlainLines(edit.oldText);
  const newText = toPlainLines(edit.newText);
  if (oldText === "") {
    throw new FileError("oldText is empty.", "Give the text to replace, or use write_file.");
  }
  const exact = findExact(text, oldText);
  const found = exact.length > 0 ? exact : findByLines(text, oldText);
  if (found.length === 0) {
    throw new FileError(
      `Could not find exact match for edit:\n${edit.oldText}${describeNearest(text, oldText)}`,
      "Read the file and give the text as it stands there.",
    );
  }
  if (found.length > 1 && edit.replaceAll !== true) {
    throw new FileError(
      `oldText occurs ${found.length} times; nothing was changed:\n${edit.oldText}`,
      "Add lines around it until it is unique, or set replaceAll.",
    );
  }
  const reindent = createReindent(newText, text);
  return found.map(({ start, end, pairs }) => ({
    start,
    end,
    text: pairs === undefined ? newText : reindent(pairs),
  }));
}

/** A place where the old text is; `pairs` where only the space around its lines differs. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly pairs?: readonly LinePair[];
}

function findExact(text: string, oldText: string): Place[] {
  const found: Place[] = [];
  for (let at = text.indexOf(oldText); at >= 0; at = text.indexOf(oldText, at + oldText.length)) {
    found.push({ start: at, end: at + oldText.length });
  }
  return found;
}

/** Whole lines that differ from the wanted ones only in the space around them. */
function findByLines(text: string, oldText: string): Place[] {
  const wantedLines = oldText.split("\n");
  const wanted = wantedLines.map((line) => line.trim());
  // Blank lines alone say nothing about which blank lines are meant.
  if (wanted.every((line) => line === "")) return [];
  const lines = text.split("\n");
  const starts = findSequences(
    lines.map((line) => line.trim()),
    wanted,
  );
  let [passed, start] = [0, 0];
  return starts.map((first) => {
    for (; passed < first; passed++) start += (lines[passed]?.length ?? 0) + 1;
    const matched = lines.slice(first, first + wanted.length);
    const end = start + matched.join("\n").length;
    const pairs = matched.map((line, i) => ({ wanted: wantedLines[i] ?? "", found: line }));
    return { start, end, pairs };
  });
}

/** Puts the replacements, found in the text with plain line ends, into the text as it is. */
function replace(text: string, replacements: readonly Replacement[]): string {
  const crlf = findCrlf(text);
  const lineEnds = text.split("\n").length - 1;
  const mostlyCrlf = crlf.length * 2 > lineEnds;
  let result = "";
  let taken = 0;
  let passed = 0;
  // Each CRLF before a position shifts it by the character that plain line ends lack.
  const toOriginal = (plain: number) => {
    while (passed < crlf.length && (crlf[passed] ?? 0) < plain) passed++;
    return plain + passed;
  };
  for (const { start, end, text: added } of replacements) {
    const from = toOriginal(start);
    result += text.slice(taken, from);
    taken = toOriginal(end);
    const kept = keepStrays(added, text.slice(from, taken));
    result += mostlyCrlf ? kept.replaceAll("\n", "\r\n") : kept;
  }
  return result + text.slice(taken);
}

/** Where the line ends that are CRLF stand in the text with plain line ends. */
function findCrlf(text: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf("\r\n"); at >= 0; at = text.indexOf("\r\n", at + 2)) {
    found.push(at - found.length);
  }
  return found;
}
