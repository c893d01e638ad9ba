import type { Room } from "@fairlead/runtime/guard";

/** Characters that nobody sees but a model reads: zero-width, direction marks, tags. */
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

/** Text of a page without what hides in it. */
export function toVisible(text: string): string {
  return text.replace(unseen, "");
}

/** What is done to all text of a page before anything is cut off it. */
export type Clean = (text: string) => string;

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
  const rest = text.slice(offset);
  const wanted = rest.slice(0, limit);
  const shown = wanted.slice(0, room.fit(wanted)).replace(/[\ud800-\udbff]$/, "");
  if (shown.length === rest.length) return rest;
  const more = rest.length - shown.length;
  return `${shown}\n[Cut: ${more} more characters. Go on with offset ${offset + shown.length}.]`;
}
