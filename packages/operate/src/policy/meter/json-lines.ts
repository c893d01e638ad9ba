import { appendFile } from "node:fs/promises";
import { setImmediate as turn } from "node:timers/promises";

/** Milliseconds that a line may wait for others, and between two tries while the disk refuses lines. */
const batchMs = 1_000;
/** Characters that are written before that, and of one write if no line is longer. */
const batchCharacters = 64 * 1024;
/** Characters that may wait for a slow disk. */
const mostWaiting = 16 * 1024 * 1024;

export interface JsonLinesOptions {
  /** Warns of lines that could not be written, once for each outage of the disk. */
  warn(message: string): void;
  /** Appends to the file; stands in for the disk in tests. */
  append?(path: string, text: string): Promise<void>;
}

/**
 * Appends values to a file as lines of JSON, many at once. Calls neither wait for the disk nor fail
 * with it.
 */
export class JsonLines {
  readonly #path: string;
  readonly #append: (path: string, text: string) => Promise<void>;
  readonly #warn: JsonLinesOptions["warn"];
  /** Lines that are not on the disk, and their characters. */
  readonly #lines: string[] = [];
  #characters = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #failing = false;
  #dropped = 0;

  constructor(path: string, { warn, append = appendPrivately }: JsonLinesOptions) {
    this.#path = path;
    this.#warn = warn;
    this.#append = append;
  }

  add(value: unknown): void {
    if (this.#characters > mostWaiting) {
      this.#dropped += 1;
      return;
    }
    const line = `${JSON.stringify(value)}\n`;
    this.#lines.push(line);
    this.#characters += line.length;
    if (this.#characters >= batchCharacters && !this.#failing) void this.#write();
    else this.#writeSoon();
  }

  /** Writes the lines that wait, and those that calls add while they are being ended. Tells of those it cannot. */
  async close(): Promise<void> {
    await turn();
    await this.#writing;
    await this.#write();
    await this.#writing;
    clearTimeout(this.#timer);
    this.#dropped += this.#lines.length;
    this.#tellLost();
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => void this.#write(), batchMs).unref();
  }

  /** One batch at a time, so that lines stand in their order. */
  #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #drain(): Promise<void> {
    while (this.#lines.length > 0) {
      const batch = this.#toBatch();
      const text = batch.join("");
      try {
        await this.#append(this.#path, text);
      } catch (error) {
        this.#fail(error);
        return;
      }
      this.#lines.splice(0, batch.length);
      this.#characters -= text.length;
      this.#failing = false;
      this.#tellLost();
    }
  }

  #toBatch(): readonly string[] {
    let characters = 0;
    const end = this.#lines.findIndex((line) => {
      characters += line.length;
      return characters >= batchCharacters;
    });
    return end < 0 ? this.#lines.slice() : this.#lines.slice(0, end + 1);
  }

  #tellLost(): void {
    if (this.#dropped > 0) this.#warn(`${this.#path}: ${this.#dropped} lines were lost.`);
    this.#dropped = 0;
  }

  /** A disk that is full for a moment loses no line. What it took of a write is written twice. */
  #fail(error: unknown): void {
    this.#writeSoon();
    if (this.#failing) return;
    this.#failing = true;
    const code = error instanceof Error && "code" in error ? error.code : error;
    this.#warn(`${this.#path}: it cannot be written (${String(code)}). Lines wait for it.`);
  }
}

/** The mode of the file: only its owner may read who calls what. */
function appendPrivately(path: string, text: string): Promise<void> {
  return appendFile(path, text, { mode: 0o600 });
}
