import type { RequestId } from "../protocol/json-rpc.ts";
import { IdScanner } from "./oversize.ts";
import { Pieces } from "./pieces.ts";

const newline = 0x0a;

export interface FrameHandlers {
  onFrame(text: string): void;
  /** A line over the limit: told as soon as its id is known, and else at its end. */
  onOversize(id: RequestId | undefined): void;
}

/** Cuts a byte stream into lines; a line over the limit is dropped and told once. */
export class FrameReader {
  readonly #limit: number;
  readonly #handlers: FrameHandlers;
  readonly #held = new Pieces();
  /** Looks through a line that is over the limit. */
  #scanner: IdScanner | undefined;

  constructor(limit: number, handlers: FrameHandlers) {
    this.#limit = limit;
    this.#handlers = handlers;
  }

  push(chunk: Buffer): void {
    const end = chunk.lastIndexOf(newline);
    if (end < 0) {
      this.#hold(chunk);
      return;
    }
    const first = chunk.indexOf(newline);
    if (this.#scanner !== undefined || this.#held.length > 0) {
      this.#hold(chunk.subarray(0, first));
      this.#release();
      if (first < end) this.#split(chunk.toString("utf8", first + 1, end));
    } else {
      this.#split(chunk.toString("utf8", 0, end));
    }
    if (end + 1 < chunk.length) this.#hold(chunk.subarray(end + 1));
  }

  /** A last line without its newline still counts. */
  end(): void {
    if (this.#scanner !== undefined || this.#held.length > 0) this.#release();
  }

  #split(text: string): void {
    let start = 0;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", start)) {
      this.#handlers.onFrame(text.slice(start, at));
      start = at + 1;
    }
    this.#handlers.onFrame(text.slice(start));
  }

  #hold(part: Buffer): void {
    if (part.length === 0) return;
    if (this.#scanner !== undefined) this.#scan(this.#scanner, part);
    else if (this.#held.length + part.length <= this.#limit) this.#held.add(part);
    else {
      this.#scanner = new IdScanner();
      this.#scan(this.#scanner, this.#held.take());
      this.#scan(this.#scanner, part);
    }
  }

  #scan(scanner: IdScanner, part: Buffer): void {
    if (scanner.found !== undefined) return;
    scanner.push(part);
    if (scanner.found !== undefined) this.#handlers.onOversize(scanner.found);
  }

  #release(): void {
    if (this.#scanner === undefined) this.#handlers.onFrame(this.#held.take().toString("utf8"));
    else if (this.#scanner.found === undefined) this.#handlers.onOversize(undefined);
    this.#scanner = undefined;
  }
}
