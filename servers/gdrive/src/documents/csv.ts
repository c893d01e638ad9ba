/** One row as CSV (RFC 4180). */
export function toCsvRow(cells: readonly string[]): string {
  return cells
    .map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(",");
}

const separators = [",", ";", "\t", "|"];

/**
 * The rows of CSV text, each as it stands: line ends inside quotes do not end one. A quote opens only
 * at the start of a field (RFC 4180 2.5); elsewhere, or where nothing closes it, it is a sign like
 * others.
 */
export function splitCsv(text: string): string[] {
  const separator = findSeparator(text);
  // Files of old Macs have no other line end.
  const lineEnd = text.includes("\n") ? "\n" : "\r";
  const rows: string[] = [];
  let start = 0;
  let closes = true;
  let isFieldStart = true;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"' && isFieldStart && closes) {
      const end = findQuoteEnd(text, at);
      closes = end >= 0;
      if (closes) at = end;
      isFieldStart = false;
    } else if (char === lineEnd) {
      rows.push(text.slice(start, char === "\n" && text[at - 1] === "\r" ? at - 1 : at));
      start = at + 1;
      isFieldStart = true;
    } else isFieldStart = char === separator || (at === 0 && char === "\uFEFF");
  }
  if (start < text.length) rows.push(text.slice(start));
  return rows;
}

/** Where the quote is that closes a field; a doubled one is part of it. */
function findQuoteEnd(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

/** What parts the fields: of what is used for it, that which the first line has most of. */
function findSeparator(text: string): string {
  const first =
    text
      .slice(0, 10_000)
      .replace(/"(?:[^"]|"")*"/g, "")
      .split(/[\r\n]/, 1)[0] ?? "";
  const counts = separators.map((sign) => first.split(sign).length);
  return separators[counts.indexOf(Math.max(...counts))] ?? ",";
}
