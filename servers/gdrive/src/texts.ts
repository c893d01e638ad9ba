import { cleanText } from "@fairlead/runtime/guard";

const plain =
  /^(?:text\/.*|application\/(?:json|xml|javascript|ecmascript|x-javascript|yaml|x-yaml|toml|x-sh|sql|x-httpd-php|x-ndjson)|.*\+(?:json|xml))$/;

/** Whether files of a type are text as they are. */
export function isText(mimeType: string): boolean {
  return plain.test(mimeType.split(";", 1)[0]?.trim() ?? "");
}

/** Bytes as text, by their byte order mark and else as UTF-8. */
export function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe
      ? "utf-16le"
      : first === 0xfe && second === 0xff
        ? "utf-16be"
        : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

/** A document as a person sees it; pictures that stand in it as data are left out. */
export function toReadable(text: string): string {
  const withoutImages = text
    .replace(/^\[[^\]\n]{1,50}\]: <data:[^>\n]*>[ \t]*\n?/gm, "")
    .replace(/\(data:[^)\s]*\)/g, "(image)");
  return cleanText(withoutImages).replace(/\r\n/g, "\n");
}

/** What of a text or table to show, in characters or in rows. */
export interface Range {
  readonly offset: number;
  readonly limit?: number | undefined;
  /** Characters that fit. */
  readonly budget: number;
}

/** A part of a whole, and where the next begins. */
export interface Slice {
  readonly text: string;
  readonly next: number | undefined;
  readonly total: number;
}

/** The part of a text that is asked for and fits, cut at the end of a line where one is near. */
export function sliceText(text: string, { offset, limit, budget }: Range): Slice {
  const start = Math.min(offset, text.length);
  let end = Math.min(text.length, start + Math.min(limit ?? Number.POSITIVE_INFINITY, budget));
  if (end < text.length) {
    const lineEnd = text.lastIndexOf("\n", end - 1) + 1;
    if (lineEnd > start + (end - start) / 2) end = lineEnd;
    // Between the halves of a surrogate pair there is no place to cut.
    else if (/[\ud800-\udbff]/.test(text.charAt(end - 1)) && end - 1 > start) end -= 1;
  }
  return {
    text: text.slice(start, end),
    next: end < text.length ? end : undefined,
    total: text.length,
  };
}

/** The rows of a table that are asked for and fit; one that does not fit alone is cut. */
export function sliceRows(rows: readonly string[], { offset, limit, budget }: Range): Slice {
  const shown: string[] = [];
  let size = 0;
  const most = Math.min(rows.length, offset + (limit ?? Number.POSITIVE_INFINITY));
  for (let at = offset; at < most; at += 1) {
    const row = rows[at] ?? "";
    size += row.length + 1;
    if (size > budget && shown.length > 0) break;
    shown.push(size > budget ? `${row.slice(0, budget - 20).toWellFormed()} [row cut]` : row);
  }
  const end = offset + shown.length;
  return {
    text: shown.join("\n"),
    next: end < rows.length ? end : undefined,
    total: rows.length,
  };
}
