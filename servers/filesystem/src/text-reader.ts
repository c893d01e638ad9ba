import { createHash } from "node:crypto";
import { type OpenFile, type PathGuard, withFile } from "@fairlead/runtime/guard";
import { readChunks, sniff } from "./chunks.ts";
import { createDecoder, type Encoding } from "./encoding.ts";
import { FileError } from "./errors.ts";
import { readTail } from "./tail.ts";
import type { LineRange, ReadLimits, TextRead } from "./text-read.ts";

/** Files up to this many bytes are read to their end even for a few lines, to hash and count. */
const smallFile = 1024 * 1024;
const numberWidth = 6;
const newline = 10;

/** Reads text or some lines of it, in memory bounded by the budget whatever the file's size. */
export async function readText(
  guard: PathGuard,
  path: string,
  range: LineRange,
  limits: ReadLimits,
): Promise<TextRead> {
  const { head, tail } = range;
  if (head && tail) throw conflict("head and tail");
  if ((head || tail) && (range.offset || range.limit)) throw conflict("head or tail with a range");
  if (tail && range.lineNumbers) throw conflict("tail and line_numbers");
  if ([head, tail, range.offset, range.limit].some((value) => value !== undefined && value < 0)) {
    throw new FileError("Line counts cannot be negative.", "Count lines from 1.");
  }
  return withFile(guard, path, async (file) => {
    const encoding = await sniff(file.handle);
    return tail
      ? readTail(file, encoding, tail, limits)
      : readForward(file, encoding, range, limits);
  });
}

async function readForward(
  { handle, stats }: OpenFile,
  encoding: Encoding,
  { head, offset, limit, lineNumbers }: LineRange,
  { budget, signal }: ReadLimits,
): Promise<TextRead> {
  const count = head || limit || Number.POSITIVE_INFINITY;
  const taker = new LineTaker(offset || 1, count, budget, lineNumbers ? numberWidth + 1 : 0);
  const decoder = createDecoder(encoding);
  const small = stats.size <= smallFile;
  // Of a large file the hash is worth its time only to those who read it from end to end.
  const hash = small || (!offset && count === Number.POSITIVE_INFINITY);
  const sha256 = hash ? createHash("sha256") : undefined;
  let whole = true;
  for await (const chunk of readChunks(handle, signal)) {
    if (taker.done && !small) {
      whole = false;
      break;
    }
    sha256?.update(chunk);
    if (small || !taker.skip(chunk, encoding)) taker.push(decoder.decode(chunk, { stream: true }));
  }
  taker.push(decoder.decode());
  taker.finish();
  const { cut, next, lines } = taker;
  const nextOffset = taker.done && (!whole || next <= taker.total) ? next : undefined;
  return {
    text: lineNumbers ? numberLines(taker.text, offset || 1, lines) : taker.text,
    encoding: encoding.name,
    lines,
    totalLines: whole ? taker.total : undefined,
    sha256: whole ? sha256?.digest("hex") : undefined,
    truncated: cut !== undefined,
    nextOffset,
    note: cut === undefined ? undefined : toNote(cut, next, nextOffset),
  };
}

function toNote(cut: "lines" | "line", next: number, nextOffset: number | undefined): string {
  const what = cut === "line" ? `line ${next - 1} is longer than fits and was cut` : "more follows";
  const how = nextOffset === undefined ? "" : ` Go on with offset ${nextOffset}.`;
  return `[Stopped: ${what}.${how}]`;
}

/** Takes the wanted lines from text that arrives in pieces, and never holds more than the budget. */
class LineTaker {
  text = "";
  /** What the budget cut off: lines after the text, or the rest of its only line. */
  cut: "lines" | "line" | undefined;
  done = false;
  /** The line the next character belongs to. */
  line = 1;
  /** The first line not taken. */
  next: number;
  readonly #first: number;
  readonly #count: number;
  readonly #budget: number;
  readonly #perLine: number;
  #lineStart = 0;
  #cost = 0;
  #inLine = false;

  constructor(first: number, count: number, budget: number, perLine: number) {
    this.#first = first;
    this.#count = count;
    this.#budget = budget;
    this.#perLine = perLine;
    this.next = first;
  }

  /** Lines so far, a last one without line end included. */
  get total(): number {
    return this.line - (this.#inLine ? 0 : 1);
  }

  /** Lines taken. */
  get lines(): number {
    return this.next - this.#first;
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
   * in two by their end is no loss, since it belongs to a line that is not wanted either.
   */
  skip(chunk: Buffer, { name }: Encoding): boolean {
    if (name === "utf-16le" || name === "utf-16be") return false;
    const lines = countNewlines(chunk);
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

  #take(part: string): void {
    const starts = !this.#inLine;
    if (starts) this.#lineStart = this.text.length;
    this.#cost += part.length + (starts ? this.#perLine : 0);
    if (this.#cost > this.#budget) {
      this.done = true;
      if (this.#lineStart > 0) {
        this.cut = "lines";
        this.text = this.text.slice(0, this.#lineStart);
        this.next = this.line;
      } else {
        this.cut = "line";
        this.text = (this.text + part).slice(0, Math.max(this.#budget - this.#perLine, 0));
        this.next = this.line + 1;
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

function countNewlines(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) count++;
  return count;
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
