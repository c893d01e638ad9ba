import { type Excerpt, type ExcerptOptions, escapeMarks, markUntrusted } from "@fairlead/guard";

export interface RowExcerpt extends Excerpt {
  /** What is missing of a row that does not fit alone; else empty. */
  readonly cut: string;
}

/** The rows of a table that are asked for and fit, marked as untrusted; offsets count rows. */
export function markRows(rows: readonly string[], options: ExcerptOptions): RowExcerpt {
  const { offset, limit = Number.POSITIVE_INFINITY, room } = options;
  const source = options.source.slice(0, 200).toWellFormed();
  const mark = (text: string) => markUntrusted(text, source, (clean) => clean);
  room.take(mark(""));
  const shown: string[] = [];
  const most = Math.min(rows.length, offset + limit);
  for (let at = offset; at < most; at += 1) {
    const row = escapeMarks(rows[at] ?? "");
    if (!room.take(`${row}\n`)) break;
    shown.push(row);
  }
  const first = rows[offset];
  const cut = shown.length === 0 && offset < most && first !== undefined;
  const start = cut ? escapeMarks(first).slice(0, room.fit(escapeMarks(first))) : "";
  const end = offset + (cut ? 1 : shown.length);
  return {
    marked: mark(cut ? start : shown.join("\n")),
    next: end < rows.length ? end : undefined,
    total: rows.length,
    cut: cut
      ? `Row ${offset} is cut: ${start.length} of ${first.length} characters. download_file_content saves the whole file.`
      : "",
  };
}
