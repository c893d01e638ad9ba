import { appendFile } from "node:fs/promises";
import { setImmediate as turn } from "node:timers/promises";

/** Milliseconds that a line may wait for others. */
const batchMs = 1_000;
/** Characters that are written before that. */
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
  #waiting = "";
  /** Characters that are being written. */
  #leaving = 0;
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
    if (this.#waiting.length + this.#leaving > mostWaiting) {
      this.#dropped += 1;
      return;
    }
    this.#waiting += `${JSON.stringify(value)}\n`;
    if (this.#waiting.length >= batchCharacters) void this.#write();
    else this.#timer ??= setTimeout(() => void this.#write(), batchMs).unref();
  }

  /** Writes the lines that wait, and those that calls add while they are being ended. */
  async close(): Promise<void> {
    await turn();
    await this.#writing;
    await this.#write();
    await this.#writing;
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
    while (this.#waiting !== "") {
      const batch = this.#waiting;
      this.#waiting = "";
      this.#leaving = batch.length;
      try {
        await this.#append(this.#path, batch);
        if (this.#dropped > 0) this.#warn(`${this.#path}: ${this.#dropped} lines were lost.`);
        this.#dropped = 0;
        this.#failing = false;
      } catch (error) {
        this.#keep(batch, error);
        return;
      } finally {
        this.#leaving = 0;
      }
    }
  }

  /** A disk that is full for a moment loses no line. A line that was written in part is written twice. */
  #keep(batch: string, error: unknown): void {
    this.#waiting = batch + this.#waiting;
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
