/** One row as CSV (RFC 4180). */
export function toCsvRow(cells: readonly string[]): string {
  return cells
    .map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(",");
}

/** The rows of CSV text, each as it stands: line ends inside quotes do not end one. */
export function splitCsv(text: string): string[] {
  const rows: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    // A doubled quote closes and opens at once, which comes to the same.
    if (char === '"') quoted = !quoted;
    else if (char === "\n" && !quoted) {
      rows.push(text.slice(start, text[at - 1] === "\r" ? at - 1 : at));
      start = at + 1;
    }
  }
  if (start < text.length) rows.push(text.slice(start));
  return rows;
}
