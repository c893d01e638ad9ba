/** Characters of a line that a diff shows, and how many of them stand before what differs. */
const longest = 1000;
const lead = 200;

/** A patch whose very long lines are shortened to the stretch where they differ. */
export function shortenLines(patch: string): string {
  const lines = patch.split("\n");
  if (lines.every((line) => line.length <= longest)) return patch;
  const shown: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const removed = takeWhile(lines, at, "-");
    const added = takeWhile(lines, at + removed.length, "+");
    const changed = Math.max(removed.length, added.length);
    if (changed === 0) {
      shown.push(shorten(lines[at] ?? "", undefined));
      at++;
      continue;
    }
    shown.push(...removed.map((line, i) => shorten(line, added[i])));
    shown.push(...added.map((line, i) => shorten(line, removed[i])));
    at += removed.length + added.length;
  }
  return shown.join("\n");
}

function takeWhile(lines: readonly string[], from: number, mark: string): readonly string[] {
  let end = from;
  while (lines[end]?.startsWith(mark) === true) end++;
  return lines.slice(from, end);
}

/** A line of a patch, whose first character is its mark, cut to where it differs from another. */
function shorten(line: string, other: string | undefined): string {
  if (line.length <= longest) return line;
  let start = 1;
  while (start < line.length && other !== undefined && line[start] === other[start]) start++;
  const from = Math.max(Math.min(start - lead, line.length - longest), 1);
  const end = from + longest;
  const before = from > 1 ? `[${from - 1} characters]\u2026` : "";
  const after = end < line.length ? `\u2026[${line.length - end} characters]` : "";
  return (line[0] ?? "") + before + line.slice(from, end).toWellFormed() + after;
}
