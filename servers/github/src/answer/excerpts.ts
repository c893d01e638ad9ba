import { type Room, revealText } from "@fairlead/guard";
import { GitHubError } from "../errors.ts";

export interface LineRange {
  readonly start_line?: number | undefined;
  readonly end_line?: number | undefined;
}

export interface ExcerptOptions extends LineRange {
  /** What the answer may take. */
  readonly room: Room;
  /** Puts marks around what strangers wrote. */
  mark(text: string): string;
}

export interface Excerpt {
  readonly text: string;
  /** Which lines these are and where to go on; undefined for all of them. */
  readonly note: string | undefined;
}

/**
 * The lines of a range, as many whole ones as there is room for, with what is invisible shown. Throws
 * GitHubError.
 */
export function toExcerpt(
  content: string,
  { room, mark, start_line: first = 1, end_line: last }: ExcerptOptions,
): Excerpt {
  const text = revealText(content);
  const lines = text.split("\n");
  const total = lines.at(-1) === "" ? lines.length - 1 : lines.length;
  const start = Math.max(first, 1) - 1;
  const wanted = Math.max(Math.min(last ?? total, total), start);
  if (start > 0 && start >= total) {
    throw new GitHubError(
      `start_line ${first} is past the end: there are ${total} lines.`,
      `Give a start_line from 1 to ${Math.max(total, 1)}.`,
    );
  }
  const fits = (shown: string) => room.fit(shown) === shown.length;
  if (start === 0 && wanted === total && fits(mark(text))) {
    return { text: mark(text), note: undefined };
  }
  const range = lines.slice(start, wanted);
  let count = countLines(range, room);
  // Marks make a text longer, above all where it tries to end them.
  while (count > 0 && !fits(mark(range.slice(0, count).join("\n")))) count -= 1;
  const end = start + Math.max(count, Math.min(range.length, 1));
  const more = end < wanted ? ` More: call again with start_line ${end + 1}.` : "";
  const note = `lines ${start + 1}-${end} of ${total}.${more}`;
  if (count > 0 || range.length === 0) {
    return { text: mark(range.slice(0, count).join("\n")), note };
  }
  const cut = cutLine(range[0] ?? "", (shown) => fits(mark(shown)), room);
  const size = `${cut.length} of ${range[0]?.length} characters of line ${end}`;
  return { text: mark(cut), note: `${note} Only ${size} fit` };
}

/** How many lines from the first one fit, if nothing stands around them. */
function countLines(lines: readonly string[], room: Room): number {
  const text = lines.join("\n");
  const fitting = room.fit(text);
  return fitting === text.length ? lines.length : text.slice(0, fitting + 1).split("\n").length - 1;
}

function cutLine(line: string, fits: (shown: string) => boolean, room: Room): string {
  let shown = line.slice(0, room.fit(line));
  while (shown !== "" && !fits(shown)) shown = shown.slice(0, Math.floor(shown.length * 0.95));
  return shown;
}
