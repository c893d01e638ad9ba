import { isHighSurrogate, type Room } from "./room.ts";
import { escapeMarks, markUntrusted } from "./text.ts";

/** Which part of a text is shown, and where it comes from. */
export interface ExcerptOptions {
  /** Who wrote the text, or what it is. */
  readonly source: string;
  /** Characters to skip. */
  readonly offset: number;
  /** Characters at most; as many as there is room for without it. */
  readonly limit?: number | undefined;
  readonly room: Room;
}

/** A part of a text from strangers, marked as such. */
export interface Excerpt {
  /** The part of the text between marks. */
  readonly marked: string;
  /** The offset of what follows; undefined at the end of the text. */
  readonly next: number | undefined;
  /** Characters of the whole text. */
  readonly total: number;
}

/**
 * The part of a text that is asked for and fits, marked as untrusted and cut at the end of a line
 * where one is near. The text is clean already: a part of it, cleaned alone, could lose more.
 *
 * @example
 * const { marked, next } = markExcerpt(cleanText(body), { source: "notes.txt", offset, room });
 */
export function markExcerpt(text: string, options: ExcerptOptions): Excerpt {
  const { offset, limit = Number.POSITIVE_INFINITY, room } = options;
  // Escaped as a whole, so that offsets mean the same in every call and no part grows.
  const whole = escapeMarks(text);
  const source = options.source.slice(0, 200).toWellFormed();
  const mark = (part: string) => markUntrusted(part, source, (clean) => clean);
  room.take(mark(""));
  const start = Math.min(offset, whole.length);
  const wanted = whole.slice(start, Math.min(whole.length, start + limit));
  const cut = findCut(wanted, room.fit(wanted), whole.length - start - wanted.length);
  // However little room there is, each part goes on from the last.
  const end = start + (cut || Math.min(whole.length - start, 2));
  const marked = mark(whole.slice(start, end));
  return { marked, next: end < whole.length ? end : undefined, total: whole.length };
}

/** Where to cut a text of which so much fits; `rest` is how much follows it. */
function findCut(text: string, fitting: number, rest: number): number {
  if (fitting === text.length && rest === 0) return fitting;
  const lineEnd = text.lastIndexOf("\n", fitting - 1) + 1;
  if (lineEnd > fitting / 2) return lineEnd;
  // Between the halves of a surrogate pair there is no place to cut.
  return isHighSurrogate(text.charCodeAt(fitting - 1)) ? fitting - 1 : fitting;
}
