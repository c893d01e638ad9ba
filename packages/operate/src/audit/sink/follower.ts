import { toCode } from "../problem.ts";
import type { AuditSink } from "./sink.ts";

/** Lines of one write. */
const maxBatch = 256;
/** Lines that wait in memory while they cannot be written. */
const maxHeld = 32_768;
const retryMs = 1_000;

export interface FollowerOptions {
  readonly log: { info(message: string): void; warn(message: string): void };
  /** Lines that wait in memory; 32,768 without it. */
  readonly maxHeld?: number;
}

/**
 * A second place for the lines of a log, which no call waits for. While it cannot be written, lines wait in
 * memory and follow later. Lines that exceed the memory stay away from it, and the operator's log says which.
 */
export class Follower implements AuditSink {
  readonly #sink: AuditSink;
  readonly #options: FollowerOptions;
  readonly #queue: string[] = [];
  /** The first and the last line that it does not get, since it was last told. */
  #missing: { readonly first: number; last: number } | undefined;
  #failing = false;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(sink: AuditSink, options: FollowerOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  /** Resolves at once, with the lines in memory. */
  async append(lines: readonly string[]): Promise<void> {
    const { maxHeld: most = maxHeld } = this.#options;
    // Once one is left out, so are those after it, until there is room for all that come.
    const fits = this.#missing === undefined && this.#queue.length + lines.length <= most;
    if (fits) this.#queue.push(...lines);
    else this.#leaveOut(lines);
    if (!this.#failing) void this.#start();
  }

  /** Writes the lines that wait, if they can be written now. */
  async close(): Promise<void> {
    await this.#running;
    if (this.#queue.length > 0) await this.#start();
    clearTimeout(this.#timer);
    this.#leaveOut(this.#queue.splice(0));
    this.#tellMissing();
    await this.#sink.close?.();
  }

  #start(): Promise<void> {
    clearTimeout(this.#timer);
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, maxBatch);
      try {
        await this.#sink.append(batch);
      } catch (error) {
        this.#fail(error);
        return;
      }
      this.#queue.splice(0, batch.length);
      if (!this.#failing) continue;
      this.#failing = false;
      this.#options.log.info("The stream of the audit log can be written again, and catches up.");
      this.#tellMissing();
    }
  }

  #fail(error: unknown): void {
    if (!this.#failing) {
      this.#options.log.warn(
        `The stream of the audit log cannot be written (${toCode(error)}). The file goes on. Lines wait in memory until the stream can be written again.`,
      );
    }
    this.#failing = true;
    this.#timer = setTimeout(() => void this.#start(), retryMs).unref();
  }

  #leaveOut(lines: readonly string[]): void {
    for (const line of lines) {
      const number = Number(/^\{"seq":(\d+),/.exec(line)?.[1]);
      this.#missing ??= { first: number, last: number };
      this.#missing.last = number;
    }
  }

  #tellMissing(): void {
    if (this.#missing === undefined) return;
    const { first, last } = this.#missing;
    this.#missing = undefined;
    this.#options.log.warn(`Lines ${first} to ${last} of the audit log are in the file alone.`);
  }
}
