import type { OpenFile } from "@fairlead/runtime/guard";
import { sniff } from "./chunks.ts";
import type { Hit } from "./patterns.ts";
import { readBlocks } from "./text-blocks.ts";

/** Finds the lines of a text that match. */
export type FindLines = (text: string) => readonly Hit[] | Promise<readonly Hit[]>;

export interface LineMatch {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** Lines around it, nearest last and nearest first. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface LineQuery {
  readonly find: FindLines;
  readonly context: number;
  /** How many matches to leave out, and how many to take after that. */
  readonly skip: number;
  readonly take: number;
  readonly signal: AbortSignal;
}

/** Characters of a line that are shown. */
const longestLine = 2000;

interface Growing extends LineMatch {
  readonly after: string[];
}

/** A finder for plain text. Matching ignores case by comparing in lower case. */
export function findLiteral(needle: string, ignoreCase: boolean): FindLines {
  const wanted = ignoreCase ? needle.toLowerCase() : needle;
  return (text) => {
    const subject = ignoreCase ? text.toLowerCase() : text;
    const hits: Hit[] = [];
    let line = 0;
    let lineStart = 0;
    let at = subject.indexOf(wanted);
    while (at >= 0) {
      for (let end = subject.indexOf("\n", lineStart); end >= 0 && end < at; line++) {
        lineStart = end + 1;
        end = subject.indexOf("\n", lineStart);
      }
      hits.push({ line, column: at - lineStart });
      const next = subject.indexOf("\n", at);
      at = next < 0 ? -1 : subject.indexOf(wanted, next + 1);
    }
    return hits;
  };
}

/** The matches in one file; undefined for a file that is not text. */
export async function searchLines(
  { handle }: OpenFile,
  query: LineQuery,
): Promise<LineMatch[] | undefined> {
  const encoding = await sniff(handle);
  if (encoding.name === "binary") return undefined;
  const matches: Growing[] = [];
  let before: readonly string[] = [];
  let first = 1;
  let seen = 0;
  for await (const block of readBlocks(handle, encoding, query.signal)) {
    const growing = matches.filter(({ after }) => after.length < query.context);
    const full = matches.length >= query.take;
    if (full && growing.length === 0) break;
    const hits = full ? [] : await query.find(block);
    const lines = hits.length > 0 || growing.length > 0 ? toLines(block) : undefined;
    const wanted = hits.slice(Math.max(query.skip - seen, 0)).slice(0, query.take - matches.length);
    seen += hits.length;
    if (lines !== undefined) {
      for (const { after } of growing) after.push(...clip(lines, 0, query.context - after.length));
      const context = [...before, ...lines];
      for (const { line, column } of wanted) {
        const at = before.length + line;
        matches.push({
          line: first + line,
          text: cutAround(lines[line] ?? "", column),
          before: clip(context, at - query.context, at),
          after: clip(context, at + 1, at + 1 + query.context),
        });
      }
    }
    before = query.context === 0 ? [] : lastLines(block, query.context);
    first += countNewlines(block);
  }
  return matches;
}

function clip(lines: readonly string[], from: number, to: number): string[] {
  return lines.slice(Math.max(from, 0), to).map((line) => cutAround(line, 0));
}

function toLines(block: string): string[] {
  const lines = block.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** A long line shortened to the stretch where the match is. */
function cutAround(line: string, column: number): string {
  if (line.length <= longestLine) return line;
  const start = Math.max(Math.min(column - longestLine / 2, line.length - longestLine), 0);
  const end = start + longestLine;
  return `${start > 0 ? "…" : ""}${line.slice(start, end)}${end < line.length ? "…" : ""}`;
}

function lastLines(block: string, count: number): string[] {
  let start = block.length;
  for (let lines = 0; lines <= count && start > 0; lines++) {
    start = block.lastIndexOf("\n", start - 1);
    if (start < 0) start = 0;
  }
  return toLines(block.slice(start)).slice(-count);
}

function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
