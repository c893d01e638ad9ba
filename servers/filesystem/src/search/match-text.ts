import type { FileMatch } from "./search-contents.ts";

/** Matches as text: each file's path, then its lines with numbers, `:` for a match. */
export function formatMatches(matches: readonly FileMatch[]): string {
  const lines: string[] = [];
  let path: string | undefined;
  let shown = 0;
  for (const match of matches) {
    if (match.path !== path) {
      lines.push(...(path === undefined ? [] : [""]), match.path);
      path = match.path;
      shown = 0;
    }
    const around = toLines(match);
    const first = around[0]?.line ?? match.line;
    if (shown > 0 && around.length > 1 && first > shown + 1) lines.push("--");
    for (const { line, text } of around) {
      // Lines around one match may be those of the match before it.
      if (line <= shown) continue;
      lines.push(`${line}${text}`);
      shown = line;
    }
  }
  return lines.join("\n");
}

function toLines({ line, text, before, after }: FileMatch) {
  const above = before === undefined ? [] : before.split("\n");
  const below = after === undefined ? [] : after.split("\n");
  return [
    ...above.map((other, i) => ({ line: line - above.length + i, text: `-${other}` })),
    { line, text: `:${text}` },
    ...below.map((other, i) => ({ line: line + 1 + i, text: `-${other}` })),
  ];
}
