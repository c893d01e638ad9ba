import { Likeness } from "./likeness.ts";

/** Lines of a file and of an old text that are compared at most; more would take long. */
const mostLines = 50_000;
const mostWanted = 60;
const longestLine = 400;
/** Below this the nearest passage is another one. */
const leastLikeness = 0.5;

/** The passage of a file that is most like a text that is not in it, and what differs, as words. */
export function describeNearest(text: string, oldText: string): string {
  const lines = text.split("\n");
  const wanted = oldText.replace(/^\n+|\n+$/g, "").split("\n");
  if (lines.length > mostLines || wanted.length > mostWanted) return "";
  const best = findBest(lines, wanted);
  if (best === undefined) return "";
  const passage = lines.slice(best, best + wanted.length);
  const last = best + passage.length;
  const place = passage.length === 1 ? `line ${last}` : `lines ${best + 1} to ${last}`;
  const differing = wanted.flatMap((line, index) => {
    const found = passage[index];
    return line === found ? [] : [`- ${cut(line, found)}`, `+ ${cut(found ?? "", line)}`];
  });
  const shown = passage.map((line) => cut(line)).join("\n");
  return `\n\nThe nearest passage is ${place} of the file:\n${shown}\n\nThere oldText (-) and the file (+) differ:\n${differing.join("\n")}`;
}

/** The first line of the passage whose lines are most like the wanted ones. */
function findBest(lines: readonly string[], wanted: readonly string[]): number | undefined {
  // The longest line tells most; where it might stand, the others are looked at as well.
  const index = wanted.reduce(
    (best, line, at) => (line.trim().length > (wanted[best] ?? "").trim().length ? at : best),
    0,
  );
  const likeness = new Likeness();
  const candidates = likeness
    .rate(wanted[index] ?? "", lines)
    .map((rate, at) => ({ start: at - index, rate }))
    .filter(({ start, rate }) => start >= 0 && rate > leastLikeness / 2)
    .sort((a, b) => b.rate - a.rate)
    .slice(0, 20);
  const totals = candidates.map(() => 0);
  for (const [at, line] of wanted.entries()) {
    const found = candidates.map(({ start }) => lines[start + at] ?? "");
    for (const [i, rate] of likeness.rate(line, found).entries())
      totals[i] = (totals[i] ?? 0) + rate;
  }
  const rated = candidates.map(({ start }, i) => ({
    start,
    rate: (totals[i] ?? 0) / wanted.length,
  }));
  const [best] = rated.sort((a, b) => b.rate - a.rate || a.start - b.start);
  return best !== undefined && best.rate >= leastLikeness ? best.start : undefined;
}

/** A long line shortened to where it begins to differ from another. */
function cut(line: string, other = line): string {
  if (line.length <= longestLine) return line;
  let same = 0;
  while (same < line.length && line[same] === other[same]) same++;
  const start = Math.max(Math.min(same, line.length) - longestLine / 2, 0);
  const end = start + longestLine;
  return `${start > 0 ? "\u2026" : ""}${line.slice(start, end)}${end < line.length ? "\u2026" : ""}`;
}
