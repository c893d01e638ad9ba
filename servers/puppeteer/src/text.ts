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
