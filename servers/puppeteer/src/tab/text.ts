import type { Room } from "@fairlead/guard";

/** What is done to all text of a page before anything is cut off it. */
export interface Clean {
  (text: string): string;
  /** Characters of the longest thing it takes out. */
  readonly longest: number;
}

/**
 * As `toLine` after `clean`, of a text that may have any length: a copy, which does not keep the
 * whole of it in memory, and in which nothing that is to be taken out is cut in half.
 */
export function toCleanLine(text: string, clean: Clean, limit: number): string {
  const most = 2 * limit + clean.longest;
  if (text.length <= most) return toLine(clean(text), limit);
  const copy = Buffer.from(text.slice(0, most)).toString();
  return toLine(toWhole(copy, clean, most), limit);
}

/**
 * As `clean`, of a text that was cut if it is `end` characters long: without those at its end that
 * may be half of what is to be taken out.
 */
export function toWhole(text: string, clean: Clean, end: number): string {
  const whole = clean(text);
  return text.length < end ? whole : `${whole.slice(0, -clean.longest - 1)}…`;
}

/** One line of at most `limit` characters. */
export function toLine(text: string, limit: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1).toWellFormed()}…`;
}

/** At most `limit` characters, and a note of how many were left out. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const shown = text.slice(0, limit).replace(/[\ud800-\udbff]$/, "");
  return `${shown}\n[Cut: ${text.length - shown.length} more characters.]`;
}

/** The part of a long text from a character on, and where to go on. */
export function cutPage(text: string, offset: number, limit: number, room: Room): string {
  if (offset > text.length) return `[The text has ${text.length} characters.]`;
  const rest = text.slice(offset);
  const wanted = rest.slice(0, limit);
  const shown = wanted.slice(0, room.fit(wanted)).replace(/[\ud800-\udbff]$/, "");
  if (shown.length === rest.length) return rest;
  const more = rest.length - shown.length;
  return `${shown}\n[Cut: ${more} more characters. Go on with offset ${offset + shown.length}.]`;
}
