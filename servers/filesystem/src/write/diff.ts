import { type PathGuard, revealName, withFile } from "@fairlead/guard";
import { FileError } from "../errors.ts";
import { decodeText } from "../text/editable-text.ts";
import { diffLines, type Side, type Sides } from "./diff-lines.ts";
import { toPlainLines } from "./edits.ts";
import { shortenLines } from "./long-lines.ts";

/** What takes a few milliseconds. Few diffs take more, and those are made in another thread. */
const quick = { edits: 200, characters: 500_000, milliseconds: Number.POSITIVE_INFINITY };
const largestDiffed = 16 * 1024 * 1024;

/** Makes the diffs that take long; undefined for what differs in too much for one. */
export type LongDiff = (sides: Sides) => Promise<string | undefined>;

/** A unified diff of two texts; undefined when they differ in too much for one. */
export async function toDiff(
  before: Side,
  after: Side,
  { context = 4, long }: { readonly context?: number; readonly long?: LongDiff | undefined },
): Promise<string | undefined> {
  const sides = { before: toPlain(before), after: toPlain(after), context };
  const patch = diffLines(sides, quick) ?? (await long?.(sides));
  return patch === undefined ? undefined : shortenLines(patch);
}

function toPlain(side: Side): Side {
  return { ...side, text: toPlainLines(side.text.toWellFormed()) };
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
  { contextLines, long }: { readonly contextLines: number; readonly long?: LongDiff },
): Promise<FileDiff> {
  const [before, after] = [await readSide(guard, a), await readSide(guard, b)];
  if (before.text === after.text) return { added: 0, removed: 0, diff: undefined };
  const patch = await toDiff(before, after, { context: Math.max(contextLines, 0), long });
  if (patch === undefined) {
    throw new FileError("The files differ too much for a diff.", "Read both instead.");
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
      throw new FileError(
        `'${path}' is too large for a diff.`,
        "Read parts of it and compare them.",
      );
    }
    const { text } = decodeText(await handle.readFile());
    return { path: revealName(path), text: text.toWellFormed() };
  });
}
