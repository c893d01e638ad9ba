import type { Room } from "@fairlead/guard";
import { type OpenFile, type PathGuard, withFile } from "@fairlead/guard";
import { FileError } from "../errors.ts";
import { countNewlines, readAt, readChunks, sniff } from "../text/chunks.ts";
import {
  createDecoder,
  detectEncoding,
  type Encoding,
  sampleSize,
  toEncoding,
} from "../text/encoding.ts";
import { toNote } from "../text/text-note.ts";
import { type SmallText, smallFile } from "./small-texts.ts";
import { readTail } from "./tail.ts";
import type { LineRange, ReadLimits, TextRead } from "./text-read.ts";

const numberWidth = 6;
const newline = 10;

/** Reads text or some lines of it, in memory bounded by the budget whatever the file's size. */
export async function readText(
  guard: PathGuard,
  path: string,
  range: LineRange,
  limits: ReadLimits,
): Promise<TextRead> {
  const { head, tail, encoding: declared } = range;
  if (head && tail) throw conflict("head and tail");
  if ((head || tail) && (range.offset || range.limit || range.column)) {
    throw conflict("head or tail with a range");
  }
  if (tail && range.lineNumbers) throw conflict("tail and line_numbers");
  if (
    [head, tail, range.offset, range.limit, range.column].some(
      (value) => value !== undefined && value < 0,
    )
  ) {
    throw new FileError("Line counts cannot be negative.", "Count lines from 1.");
  }
  const part = head || tail || range.offset || range.limit || range.column;
  const all = !part && !range.lineNumbers;
  return withFile(guard, path, async (file) => {
    if (all && file.stats.size <= smallFile) return readWhole(file, declared, limits);
    const encoding = await sniff(file.handle, declared);
    return tail
      ? readTail(file, encoding, tail, limits)
      : readForward(file, encoding, range, limits);
  });
}

/** A small text that was read and is not cut. */
export function toWholeRead({ text, encoding }: SmallText): TextRead {
  const note = toNote(encoding, undefined);
  return { text, truncated: false, nextOffset: undefined, nextColumn: undefined, note };
}

/** A small file from end to end: its bytes are read once and, where they fit, never looked at by line. */
async function readWhole(
  { handle, stats }: OpenFile,
  declared: string | undefined,
  { room, signal }: ReadLimits,
): Promise<TextRead> {
  // What the system makes up on reading, as in /proc, has no size.
  const bytes =
    stats.size > 0 ? await readAt(handle, 0, stats.size) : Buffer.from(await handle.readFile());
  signal.throwIfAborted();
  const encoding =
    declared === undefined ? detectEncoding(bytes.subarray(0, sampleSize)) : toEncoding(declared);
  const text = createDecoder(encoding).decode(bytes);
  if (room.take(text)) return toWholeRead({ text, encoding });
  const taker = new LineTaker({ first: 1, column: 1, count: Number.POSITIVE_INFINITY }, room, 0);
  taker.push(text);
  return toRead(taker, encoding, "whole", {});
}

async function readForward(
  { handle, stats }: OpenFile,
  encoding: Encoding,
  range: LineRange,
  { room, signal }: ReadLimits,
): Promise<TextRead> {
  const { head, offset, limit, lineNumbers } = range;
  const count = head || limit || Number.POSITIVE_INFINITY;
  const start = { first: offset || 1, column: range.column || 1, count };
  const taker = new LineTaker(start, room, lineNumbers ? numberWidth + 1 : 0);
  const decoder = createDecoder(encoding);
  const small = stats.size <= smallFile;
  let extent: Extent = "whole";
  for await (const chunk of readChunks(handle, signal)) {
    if (taker.done && !small) {
      extent = "part";
      break;
    }
    if (small || !taker.skip(chunk, encoding)) taker.push(decoder.decode(chunk, { stream: true }));
  }
  taker.push(decoder.decode());
  return toRead(taker, encoding, extent, range);
}

/** Whether a file was read to its end. */
type Extent = "whole" | "part";

/** What was taken. */
function toRead(taker: LineTaker, encoding: Encoding, extent: Extent, range: LineRange): TextRead {
  taker.finish();
  const whole = extent === "whole";
  const { cut, next, lines, nextColumn } = taker;
  const { offset, lineNumbers } = range;
  const nextOffset = taker.done && (!whole || next <= taker.total) ? next : undefined;
  const totalLines = whole ? taker.total : undefined;
  const stop = { cut, next, nextOffset, nextColumn, totalLines };
  return {
    text: lineNumbers ? numberLines(taker.text, offset || 1, lines) : taker.text,
    truncated: cut !== undefined,
    nextOffset,
    nextColumn,
    note: toNote(encoding, toRest(stop, range)),
  };
}

interface Stop {
  readonly cut: "lines" | "line" | undefined;
  readonly next: number;
  readonly nextOffset: number | undefined;
  readonly nextColumn: number | undefined;
  readonly totalLines: number | undefined;
}

/** What is left of the file, where the reader did not ask for the part it got to be the end. */
function toRest(
  { cut, next, nextOffset, nextColumn, totalLines }: Stop,
  { offset, limit, column }: LineRange,
): string | undefined {
  const asked = offset !== undefined || limit !== undefined || column !== undefined;
  if (cut === undefined && (!asked || nextOffset === undefined)) return undefined;
  const of = totalLines === undefined ? "" : ` of ${totalLines}`;
  if (nextColumn !== undefined) {
    const after = `Stopped within line ${next}${of}, after its character ${nextColumn - 1}`;
    return `${after}. Go on with offset ${next} and column ${nextColumn}.`;
  }
  const what = `Stopped after line ${next - 1}${of}`;
  return nextOffset === undefined ? `${what}.` : `${what}. Go on with offset ${nextOffset}.`;
}

interface Start {
  readonly first: number;
  readonly column: number;
  readonly count: number;
}

/** Takes the wanted lines from text that arrives in pieces, and never holds more than the budget. */
class LineTaker {
  text = "";
  /** What the budget cut off: lines after the text, or the rest of its only line. */
  cut: "lines" | "line" | undefined;
  done = false;
  /** The line the next character belongs to. */
  line = 1;
  /** The first line not taken to its end. */
  next: number;
  /** Where in that line to go on, if some of it was taken and is all that was. */
  nextColumn: number | undefined;
  readonly #first: number;
  readonly #column: number;
  readonly #count: number;
  readonly #room: Room;
  readonly #perLine: string;
  #lineStart = 0;
  #inLine = false;
  /** Characters of the first line that have passed. */
  #passed = 0;

  constructor({ first, column, count }: Start, room: Room, perLine: number) {
    this.#first = first;
    this.#column = column;
    this.#count = count;
    this.#room = room;
    this.#perLine = " ".repeat(perLine);
    this.next = first;
  }

  /** Lines so far, a last one without line end included. */
  get total(): number {
    return this.line - (this.#inLine ? 0 : 1);
  }

  /** Lines taken, one that was cut included. */
  get lines(): number {
    return this.next - this.#first + (this.cut === "line" ? 1 : 0);
  }

  /** Called at the end of the file. */
  finish(): void {
    if (!this.done && Number.isFinite(this.#count)) this.#dropLineEnd();
  }

  // A limited read gives lines, so the end of the last one is not part of it.
  #dropLineEnd(): void {
    if (this.text.endsWith("\n")) this.text = this.text.slice(0, -1);
  }

  /**
   * Passes over bytes that end before the first wanted line; false if they do not. A character cut
   * in two by their end is not a loss, since it belongs to a line that is not wanted either.
   */
  skip(chunk: Buffer, encoding: Encoding): boolean {
    if (encoding.name.startsWith("utf-16")) return false;
    const lines = countNewlines(chunk, encoding);
    if (this.line + lines >= this.#first) return false;
    this.line += lines;
    this.#inLine = chunk.at(-1) !== newline;
    return true;
  }

  push(piece: string): void {
    let at = 0;
    while (at < piece.length) {
      const lineEnd = piece.indexOf("\n", at);
      const end = lineEnd < 0 ? piece.length : lineEnd + 1;
      if (!this.done && this.line >= this.#first) this.#take(piece.slice(at, end));
      this.#inLine = lineEnd < 0;
      if (lineEnd >= 0) this.line++;
      at = end;
    }
  }

  #take(piece: string): void {
    // The line's end stays: a line that has no such column is an empty one.
    const length = piece.endsWith("\n") ? piece.length - 1 : piece.length;
    const skipped =
      this.line === this.#first
        ? Math.min(Math.max(this.#column - 1 - this.#passed, 0), length)
        : 0;
    const starts = this.line === this.#first ? this.text === "" : !this.#inLine;
    if (this.line === this.#first) this.#passed += piece.length;
    const part = piece.slice(skipped);
    if (part === "") return;
    if (starts) this.#lineStart = this.text.length;
    const shown = starts ? this.#perLine + part : part;
    if (!this.#room.take(shown)) {
      this.done = true;
      this.next = this.line;
      if (this.#lineStart > 0) {
        this.cut = "lines";
        this.text = this.text.slice(0, this.#lineStart);
      } else {
        this.cut = "line";
        const frame = shown.length - part.length;
        this.text += part.slice(0, Math.max(this.#room.fit(shown) - frame, 0));
        this.nextColumn = Math.max(this.#column, 1) + this.text.length;
      }
      return;
    }
    this.text += part;
    this.next = this.line + 1;
    if (part.endsWith("\n") && this.lines >= this.#count) {
      this.done = true;
      this.#dropLineEnd();
    }
  }
}

function numberLines(text: string, first: number, lines: number): string {
  return text
    .split("\n")
    .map((line, i) => (i < lines ? `${String(first + i).padStart(numberWidth)}\t${line}` : line))
    .join("\n");
}

function conflict(what: string): FileError {
  return new FileError(`${what} cannot be used together.`, "Use one of them.");
}
