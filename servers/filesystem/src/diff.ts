import { type PathGuard, revealName, withFile } from "@fairlead/runtime/guard";
import { createTwoFilesPatch } from "diff";
import { decodeText } from "./editable-text.ts";
import { toPlainLines } from "./edits.ts";
import { FileError } from "./errors.ts";
import { shortenLines } from "./long-lines.ts";

/** Milliseconds a diff may take: its cost grows with the square of what differs. */
const timeout = 2000;
const largestDiffed = 16 * 1024 * 1024;

interface Side {
  readonly path: string;
  readonly text: string;
  readonly label?: string;
}

/** A unified diff of two texts; undefined when they differ in too much for one. */
export function toDiff(before: Side, after: Side, context = 4): string | undefined {
  const patch = createTwoFilesPatch(
    before.path,
    after.path,
    toPlainLines(before.text),
    toPlainLines(after.text),
    before.label,
    after.label,
    { context, timeout },
  );
  return patch === undefined ? undefined : shortenLines(patch);
}

/** A fenced block that its content cannot close. */
export function toFence(content: string, language: string): string {
  let fence = "```";
  while (content.includes(fence)) fence += "`";
  return `${fence}${language}\n${content}${fence}\n\n`;
}

export interface FileDiff {
  readonly added: number;
  readonly removed: number;
  /** Undefined when the texts are the same. */
  readonly diff: string | undefined;
}

/** Compares two text files. */
export async function diffFiles(
  guard: PathGuard,
  a: string,
  b: string,
  contextLines: number,
): Promise<FileDiff> {
  const [before, after] = [await readSide(guard, a), await readSide(guard, b)];
  if (before.text === after.text) return { added: 0, removed: 0, diff: undefined };
  const patch = toDiff(before, after, Math.max(contextLines, 0));
  if (patch === undefined) {
    throw new FileError("The files differ in too much for a diff.", "Read both instead.");
  }
  const diff = patch.slice(patch.indexOf("--- "));
  const [, , ...lines] = diff.split("\n");
  return {
    added: lines.filter((line) => line.startsWith("+")).length,
    removed: lines.filter((line) => line.startsWith("-")).length,
    diff,
  };
}

function readSide(guard: PathGuard, requested: string): Promise<Side> {
  return withFile(guard, requested, async ({ handle, path, stats }) => {
    if (stats.size > largestDiffed) {
      throw new FileError(`'${path}' is too large for a diff.`, "Compare parts of it by reading.");
    }
    const { text } = decodeText(await handle.readFile());
    return { path: revealName(path), text: text.toWellFormed() };
  });
}
