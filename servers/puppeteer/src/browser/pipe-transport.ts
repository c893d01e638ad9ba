import type { Readable, Writable } from "node:stream";
import type { ConnectionTransport } from "puppeteer-core";

/** Bytes of one message. A page decides how long some of them are; a picture needs some 50 MB. */
const longestMessage = 100_000_000;
/** Bytes at either end of a message in which its id and its session stand, if it has them. */
const edge = 200;
const end = 0;

export interface Pipes {
  /** To the browser. */
  readonly output: Writable;
  /** From the browser. */
  readonly input: Readable;
  /** Told what the library threw at a message; the browser cannot be used after that. */
  onBroken(error: unknown): void;
}

/**
 * The pipe to a browser. What a page makes of it ends at this class: a message that is too long is
 * dropped and its call answered with an error, and what the library throws at a message ends this
 * browser instead of the process.
 */
export class PipeTransport implements ConnectionTransport {
  /** What it answers may be a promise: the library's own is. */
  onmessage?: (message: string) => unknown;
  onclose?: () => void;
  readonly #pipes: Pipes;
  readonly #limit: number;
  #pieces: Buffer[] = [];
  #size = 0;
  #closed = false;

  constructor(pipes: Pipes, limit = longestMessage) {
    this.#pipes = pipes;
    this.#limit = limit;
    pipes.input.on("data", (chunk: Buffer) => this.#read(chunk));
    pipes.input.once("close", () => this.#end());
    pipes.input.on("error", () => this.#end());
    // A browser that has gone takes no more; its end is told by the other pipe.
    pipes.output.on("error", () => {});
  }

  send(message: string): void {
    if (this.#closed) throw new Error("Connection closed.");
    this.#pipes.output.write(`${message}\0`);
  }

  close(): void {
    this.#closed = true;
    this.#pieces = [];
    this.#pipes.input.destroy();
    this.#pipes.output.destroy();
  }

  #end(): void {
    const told = this.onclose;
    delete this.onclose;
    this.#closed = true;
    told?.();
  }

  #read(chunk: Buffer): void {
    let from = 0;
    for (let to = chunk.indexOf(end); to >= 0; to = chunk.indexOf(end, from)) {
      this.#keep(chunk.subarray(from, to));
      this.#finish();
      from = to + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
  }

  #keep(piece: Buffer): void {
    this.#size += piece.length;
    this.#pieces.push(piece);
    if (this.#size <= this.#limit) return;
    const whole = Buffer.concat(this.#pieces);
    this.#pieces = [Buffer.concat([whole.subarray(0, edge), whole.subarray(-edge)])];
  }

  #finish(): void {
    const tooLong = this.#size > this.#limit;
    const text = Buffer.concat(this.#pieces).toString();
    this.#pieces = [];
    this.#size = 0;
    const message = tooLong ? toRefusal(text) : text;
    // Each in a turn of its own, as the library's own pipe has them.
    if (message !== undefined) setImmediate(() => void this.#deliver(message));
  }

  async #deliver(message: string): Promise<void> {
    if (this.#closed) return;
    try {
      await this.onmessage?.(message);
    } catch (error) {
      this.#pipes.onBroken(error);
    }
  }
}

/** What the caller of a command gets in place of an answer that is too long; events have no caller. */
function toRefusal(edges: string): string | undefined {
  const [, id] = /^\{"id":(\d+),/.exec(edges) ?? [];
  if (id === undefined) return undefined;
  const [, sessionId] = /"sessionId":"(\w+)"\}$/.exec(edges) ?? [];
  const error = { code: -32_000, message: "The answer is too long to be read." };
  return JSON.stringify({ id: Number(id), error, sessionId });
}
