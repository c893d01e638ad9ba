import type { HeldFile } from "@fairlead/guard";
import { fill } from "../text/descriptors.ts";
import { detectEncoding, type Encoding, mayBeWide, sampleSize } from "../text/encoding.ts";
import type { Beat, Steps } from "../walk/steps.ts";
import type { LinePattern } from "./line-pattern.ts";
import { type LineSource, toLineSource } from "./line-source.ts";

export interface LineMatch {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** Lines around it, nearest last and nearest first. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface LineQuery {
  readonly pattern: LinePattern;
  readonly context: number;
  /** How many matches to leave out, and how many to take after that. */
  readonly skip: number;
  readonly take: number;
  /** Where the file's bytes go, one part after the other; a longer line comes in pieces. */
  readonly buffer: Buffer;
  readonly beat: Beat;
}

export interface FileSearched {
  readonly matches: readonly LineMatch[];
  /** Matches met, those left out included. */
  readonly seen: number;
}

const nothing: FileSearched = { matches: [], seen: 0 };

/** Characters of a line that are shown. */
const longestLine = 2000;

interface Growing extends LineMatch {
  readonly after: string[];
}

/** The matches in one file; undefined for a file that is not text. */
export function* searchFile(file: HeldFile, query: LineQuery): Steps<FileSearched | undefined> {
  let search: Search | undefined;
  let encoding: Encoding | undefined;
  let [held, position] = [0, 0];
  for (;;) {
    const filled = fill(file, query.buffer, held, position);
    if (position === 0 && lacks(query.buffer, filled, query.pattern)) return nothing;
    search ??= new Search(query);
    position += filled - held;
    const sample = query.buffer.subarray(0, Math.min(filled, sampleSize));
    encoding ??= detectEncoding(sample);
    if (encoding.name === "binary") return undefined;
    const isLast = filled < query.buffer.length;
    const end = isLast ? filled : endOfLines(query.buffer, encoding);
    const source = toLineSource(query.buffer.subarray(0, end), encoding, query.pattern);
    if (query.beat("reading")) yield;
    search.read(source, isLast ? "last" : "more");
    if (isLast || search.isDone) return search.result;
    query.buffer.copyWithin(0, end);
    held = query.buffer.length - end;
  }
}

/** Whether a whole file is text in which no line can match, which its bytes tell faster than a search. */
function lacks(buffer: Buffer, filled: number, { mayMatch }: LinePattern): boolean {
  if (mayMatch === undefined || filled === buffer.length) return false;
  const bytes = buffer.subarray(0, filled);
  // Text of two bytes a character has a mark or a zero, and then holds the pattern in another form.
  return !mayMatch(bytes) && !mayBeWide(bytes);
}

/** Where the last whole line in a full buffer ends; all of it where there is none. */
function endOfLines(buffer: Buffer, { name }: Encoding): number {
  const lineEnd = buffer.lastIndexOf(10);
  if (!name.startsWith("utf-16")) return lineEnd < 0 ? buffer.length : lineEnd + 1;
  const code = name === "utf-16le" ? "\n\0" : "\0\n";
  let at = buffer.lastIndexOf(code, undefined, "latin1");
  while (at > 0 && at % 2 > 0) at = buffer.lastIndexOf(code, at - 1, "latin1");
  return at > 0 ? at + 2 : buffer.length - (buffer.length % 2);
}

/** Takes the matches from the parts of a file, one after the other. */
class Search {
  readonly #query: LineQuery;
  readonly #matches: Growing[] = [];
  #seen = 0;
  /** The number of the line a part begins with, and the last lines of the one before. */
  #first = 1;
  #before: readonly string[] = [];

  constructor(query: LineQuery) {
    this.#query = query;
  }

  get result(): FileSearched {
    return { matches: this.#matches, seen: this.#seen };
  }

  get #isFull(): boolean {
    return this.#matches.length >= this.#query.take;
  }

  /** Whether nothing that follows can change the result. */
  get isDone(): boolean {
    const last = this.#matches.at(-1);
    return this.#isFull && (last === undefined || last.after.length >= this.#query.context);
  }

  /** Takes the matches of a part: the file's last one, or one that more follow. */
  read(source: LineSource, part: "last" | "more"): void {
    const { pattern, context, skip, beat } = this.#query;
    for (const { after } of context > 0 ? this.#matches.slice(-context) : []) {
      if (after.length < context) after.push(...linesFrom(source, 0, context - after.length));
    }
    let [line, counted, from] = [this.#first, 0, 0];
    while (from < source.length && !this.#isFull) {
      beat("matching");
      const at = source.find(from);
      if (at < 0) break;
      const start = source.startOf(at);
      // What follows the last line end is a line only if there is something in it.
      if (start >= source.length) break;
      const end = source.endOf(Math.max(at, start));
      from = end + 1;
      const text = toLine(source, start, end);
      const column = pattern.column(text);
      if (column < 0 || this.#seen++ < skip) continue;
      line += countLines(source, counted, start);
      counted = start;
      this.#matches.push({
        line,
        text: cutAround(text, column),
        before: this.#linesBefore(source, start),
        after: linesFrom(source, end + 1, context),
      });
    }
    if (part === "last") return;
    if (context > 0) this.#before = this.#linesBefore(source, source.length);
    this.#first = line + countLines(source, counted, source.length);
  }

  #linesBefore(source: LineSource, start: number): string[] {
    const { context } = this.#query;
    const lines: string[] = [];
    for (let at = start; at > 0 && lines.length < context; ) {
      const before = source.startOf(at - 1);
      lines.unshift(cutAround(toLine(source, before, source.endOf(before)), 0));
      at = before;
    }
    const missing = context - lines.length;
    return missing > 0 ? [...this.#before.slice(-missing), ...lines] : lines;
  }
}

function linesFrom(source: LineSource, start: number, count: number): string[] {
  const lines: string[] = [];
  for (let at = start; at < source.length && lines.length < count; ) {
    const end = source.endOf(at);
    lines.push(cutAround(toLine(source, at, end), 0));
    at = end + 1;
  }
  return lines;
}

function toLine(source: LineSource, start: number, end: number): string {
  const text = source.text(start, end);
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}

function countLines(source: LineSource, from: number, to: number): number {
  let count = 0;
  for (let at = source.endOf(from); at < to && from < to; at = source.endOf(at + 1)) count++;
  return count;
}

/** A long line shortened to the stretch where the match is. */
function cutAround(line: string, column: number): string {
  if (line.length <= longestLine) return line;
  const start = Math.max(Math.min(column - longestLine / 2, line.length - longestLine), 0);
  const end = start + longestLine;
  return `${start > 0 ? "…" : ""}${line.slice(start, end)}${end < line.length ? "…" : ""}`;
}
