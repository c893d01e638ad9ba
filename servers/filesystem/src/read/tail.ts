import type { OpenFile, Room } from "@fairlead/guard";
import { countNewlines, readAt } from "../text/chunks.ts";
import { createDecoder, type Encoding } from "../text/encoding.ts";
import { toNote } from "../text/text-note.ts";
import type { ReadLimits, TextRead } from "./text-read.ts";

const chunkSize = 64 * 1024;

/** Reads the last lines from the end backwards: the start of the file is never touched. */
export async function readTail(
  { handle, stats }: OpenFile,
  encoding: Encoding,
  count: number,
  { room, signal }: ReadLimits,
): Promise<TextRead> {
  const chunks: Buffer[] = [];
  let position = stats.size;
  let newlines = 0;
  let bytes = 0;
  // Four bytes are the most one character takes, so this much holds the budget in any encoding.
  // One more than lines, since the last of them mostly ends in one.
  while (position > 0 && newlines <= count && bytes < room.characters * 4 + chunkSize) {
    signal.throwIfAborted();
    // Chunks end where the file divides evenly, so that no two-byte unit is torn.
    const size = position % chunkSize || chunkSize;
    position -= size;
    const chunk = await readAt(handle, position, size);
    chunks.unshift(chunk);
    bytes += chunk.length;
    newlines += countNewlines(chunk, encoding);
  }
  // Ends of line as one character, which is how the lines of a tail have always been given.
  const text = createDecoder(encoding).decode(Buffer.concat(chunks)).replaceAll("\r\n", "\n");
  const all = text.split("\n");
  // What follows the last line end is not a line if there is nothing in it.
  if (all.at(-1) === "" && all.length > 1) all.pop();
  const lines = all.slice(-count);
  const fitting = takeLast(lines, room);
  const tail = fitting.lines.join("\n");
  const truncated = (position > 0 && all.length <= count) || tail.length < lines.join("\n").length;
  return {
    text: tail,
    truncated,
    nextOffset: undefined,
    nextColumn: undefined,
    note: toNote(encoding, truncated ? toRest(fitting) : undefined),
  };
}

interface Fitting {
  readonly lines: readonly string[];
  /** Whether not even the last line fits, so that only its end is here. */
  readonly cut: boolean;
}

/** The last lines that fit, or the end of the very last where not even that one does. */
function takeLast(lines: readonly string[], room: Room): Fitting {
  const end = lines.at(-1) ?? "";
  let first = lines.length;
  while (first > 0 && room.take(`${lines[first - 1]}${first < lines.length ? "\n" : ""}`)) first--;
  if (first < lines.length) return { lines: lines.slice(first), cut: false };
  // Three bytes are the most one code unit takes.
  const part = end.slice(-Math.max(Math.floor(room.characters / 3), 1)).toWellFormed();
  return { lines: [part], cut: true };
}

function toRest({ lines: [last = "", ...others], cut }: Fitting): string {
  if (cut) {
    return `Only the last ${last.length} characters of the last line fit. Read more of it with offset and column.`;
  }
  const shown = others.length === 0 ? "line fits" : `${others.length + 1} lines fit`;
  return `Only the last ${shown}. Read what comes before with offset and limit.`;
}
