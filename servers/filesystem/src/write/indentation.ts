import { FileError } from "../errors.ts";

/** A line of the text to be replaced and the line it stands for, which is indented otherwise. */
export interface LinePair {
  readonly wanted: string;
  readonly found: string;
}

/**
 * Indents a new text as the file is: each depth of the old text has its counterpart in the lines it
 * stands for, and a depth that only the new text has is counted from there in the file's own steps.
 */
export function createReindent(
  newText: string,
  file: string,
): (pairs: readonly LinePair[]) => string {
  const lines = newText.split("\n");
  // Where the same is replaced in many places, the file is looked through once.
  let whole: { readonly step: string | undefined } | undefined;
  const stepOfFile = () => {
    whole ??= { step: toStep(file.split("\n")) };
    return whole.step;
  };
  return (pairs) => {
    const known = toDepths(pairs);
    const steps = {
      old: toStep(pairs.map(({ wanted }) => wanted)) ?? toStep(lines),
      file: toStep(pairs.map(({ found }) => found)) ?? stepOfFile(),
    };
    return lines
      .map((line) =>
        line.trim() === "" ? line : toIndent(indentOf(line), known, steps) + line.trimStart(),
      )
      .join("\n");
  };
}

interface Steps {
  readonly old: string | undefined;
  readonly file: string | undefined;
}

function toDepths(pairs: readonly LinePair[]): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const { wanted, found } of pairs) {
    if (wanted.trim() === "") continue;
    const [from, to] = [indentOf(wanted), indentOf(found)];
    if ((known.get(from) ?? to) !== to) throw unclear();
    known.set(from, to);
  }
  return known;
}

function toIndent(indent: string, known: ReadonlyMap<string, string>, steps: Steps): string {
  const same = known.get(indent);
  if (same !== undefined) return same;
  const depths = [...known.keys()].sort((a, b) => b.length - a.length);
  const above = depths.find((depth) => indent.startsWith(depth));
  if (above !== undefined) {
    return (known.get(above) ?? "") + convert(indent.slice(above.length), steps);
  }
  const below = depths.findLast((depth) => depth.startsWith(indent));
  if (below === undefined) throw unclear();
  const start = known.get(below) ?? "";
  // Nothing tells how much shallower it is: what is written without its indentation mostly is not.
  if (steps.old === undefined) return start;
  const less = convert(below.slice(indent.length), steps);
  if (!start.endsWith(less)) throw unclear();
  return start.slice(0, start.length - less.length);
}

/** What goes beyond a known depth, in steps of the file instead of steps of the new text. */
function convert(rest: string, { old, file }: Steps): string {
  if (file === undefined || old === file) return rest;
  if (old === undefined) throw unclear();
  const count = rest.length / old.length;
  if (rest !== old.repeat(count)) throw unclear();
  return file.repeat(count);
}

/** The step lines are indented by: a tab, or the number of spaces that most often comes on top. */
function toStep(lines: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  let before: string | undefined;
  for (const line of lines) {
    if (line.trim() === "") continue;
    const indent = indentOf(line);
    if (indent.startsWith("\t")) return "\t";
    const step =
      before !== undefined && indent.startsWith(before) ? indent.slice(before.length) : "";
    if (step !== "") counts.set(step, (counts.get(step) ?? 0) + 1);
    before = indent;
  }
  const [most] = [...counts].sort(([a, many], [b, few]) => few - many || a.length - b.length);
  return most?.[0];
}

export function indentOf(line: string): string {
  return line.slice(0, line.length - line.trimStart().length);
}

function unclear(): FileError {
  return new FileError(
    "oldText is in the file with another indentation, and newText cannot be indented the same way. Nothing was changed.",
    "Read these lines again and give oldText and newText with exactly the spaces and tabs of the file.",
  );
}
