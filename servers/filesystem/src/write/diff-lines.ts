import { formatPatch, structuredPatch } from "diff";

export interface Side {
  readonly path: string;
  /** With plain line ends. */
  readonly text: string;
  readonly label?: string;
}

/** Two texts to compare, as data that goes from one thread to another. */
export interface Sides {
  readonly before: Side;
  readonly after: Side;
  /** Unchanged lines to show around each change. */
  readonly context: number;
}

/** What a diff may cost, which grows with the square of what differs. */
export interface DiffLimits {
  /** Lines added and removed. */
  readonly edits: number;
  /** Characters of either text from the first to the last change. */
  readonly characters: number;
  readonly milliseconds: number;
}

/**
 * A unified diff of two texts; undefined when it would go beyond the limits. What both begin and end
 * with costs next to nothing.
 */
export function diffLines(
  { before, after, context }: Sides,
  { edits, characters, milliseconds }: DiffLimits,
): string | undefined {
  const { start, end } = findCommon(before.text, after.text, context);
  const middle = ({ text }: Side) => text.slice(start, text.length - end);
  if (Math.max(before.text.length, after.text.length) - start - end > characters) return undefined;
  const options = { context, maxEditLength: edits, timeout: milliseconds };
  const patch = structuredPatch(
    before.path,
    after.path,
    middle(before),
    middle(after),
    before.label,
    after.label,
    options,
  );
  if (patch === undefined) return undefined;
  const skipped = countLines(before.text, start);
  const hunks = patch.hunks.map((hunk) => ({
    ...hunk,
    oldStart: hunk.oldStart + skipped,
    newStart: hunk.newStart + skipped,
  }));
  return formatPatch({ ...patch, hunks });
}

/** Characters compared at once where two texts are the same. */
const step = 4096;

/** How many characters at the start and at the end of two texts are whole lines that no diff shows. */
function findCommon(a: string, b: string, context: number) {
  const most = Math.min(a.length, b.length);
  let start = startOfLine(
    a,
    countCommon(most, (from, to) => a.slice(from, to) === b.slice(from, to)),
  );
  for (let lines = 0; lines < context && start > 0; lines++) start = startOfLine(a, start - 1);
  const fromEnd = (text: string, from: number, to: number) =>
    text.slice(text.length - to, text.length - from);
  const common = countCommon(
    most - start,
    (from, to) => fromEnd(a, from, to) === fromEnd(b, from, to),
  );
  // One more, since the first of these lines may not begin where they do.
  let end = a.length - common;
  for (let lines = 0; lines <= context && end < a.length; lines++) end = startOfNext(a, end);
  return { start, end: a.length - end };
}

/** Up to which place all is the same, found in large steps and then in small ones. */
function countCommon(most: number, isSame: (from: number, to: number) => boolean): number {
  let found = 0;
  for (let size = step; size >= 1; size = Math.floor(size / 16)) {
    while (found + size <= most && isSame(found, found + size)) found += size;
  }
  return found;
}

function startOfLine(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
}

function startOfNext(text: string, at: number): number {
  const lineEnd = text.indexOf("\n", at);
  return lineEnd < 0 ? text.length : lineEnd + 1;
}

function countLines(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
