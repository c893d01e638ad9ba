import { type Head, seal } from "./chain.ts";
import type { AuditSink } from "./sink/sink.ts";

/** Lines of one write. */
const maxBatch = 256;
/** Lines that wait in memory while they cannot be written. */
const maxHeld = 32_768;
const retryMs = 1_000;
/** Milliseconds for which a line waits for further lines, if no call waits for it. */
const lingerMs = 10;

export interface AuditLogOptions {
  readonly sink: AuditSink;
  /** The last line so far, after which the chain continues. */
  readonly head: Head;
  /** Told once when lines cannot be written any more. */
  failed(error: unknown): void;
  /** Told once when they can be written again, with how many were lost. */
  recovered(lost: number): void;
  /** Lines that wait in memory; 32,768 without it. */
  readonly maxHeld?: number;
}

interface Item {
  readonly members: string;
  readonly withdraw: boolean;
  resolve: (() => void) | undefined;
  reject: ((error: unknown) => void) | undefined;
}

/**
 * Chains lines and passes them to a sink in batches. A batch has all lines of one turn of the event loop,
 * those of the last 10 ms that no call waits for, and those that came while the sink was writing. Lines
 * that the sink rejects wait in memory and are tried again.
 */
export class AuditLog {
  readonly #options: AuditLogOptions;
  readonly #max: number;
  readonly #queue: Item[] = [];
  #head: Head;
  #failing = false;
  #lost = 0;
  #lostSince = "";
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#head = options.head;
    this.#max = options.maxHeld ?? maxHeld;
  }

  /** The last line that was written. */
  get head(): Head {
    return this.#head;
  }

  /** Whether there is no room in memory for another line. */
  get full(): boolean {
    return this.#queue.length >= this.#max;
  }

  /** Adds a line without waiting until it is written. */
  add(members: string): void {
    this.#push({ members, withdraw: false, resolve: undefined, reject: undefined });
  }

  /**
   * Adds a line and resolves when the sink has taken it. Rejects if the line cannot be written. Then the
   * line stays in the queue, or is removed from it if the caller asked for that.
   */
  write(members: string, { withdraw }: { readonly withdraw: boolean }): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#push({ members, withdraw, resolve, reject });
    });
  }

  /** Writes the lines that are left. Gives how many could not be written and are lost. */
  async close(): Promise<number> {
    await this.#running;
    if (this.#queue.length > 0) await this.#start();
    clearTimeout(this.#timer);
    await this.#options.sink.close?.();
    return this.#queue.length + this.#lost;
  }

  #push(item: Item): void {
    if (this.full) {
      this.#lost += 1;
      if (this.#lost === 1) this.#lostSince = new Date().toISOString();
      item.reject?.(new Error("Too many lines of the audit log wait to be written."));
      return;
    }
    this.#queue.push(item);
    // While the sink fails, only a line that a call waits for is tried before the next retry.
    if (item.resolve !== undefined) void this.#start();
    else if (!this.#failing) this.#startSoon();
  }

  #startSoon(): void {
    if (this.#running !== undefined) return;
    if (this.#queue.length >= maxBatch) void this.#start();
    else this.#timer ??= setTimeout(() => void this.#start(), lingerMs);
  }

  #start(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running ??= this.#drain();
    return this.#running;
  }

  async #drain(): Promise<void> {
    // All lines of this turn are written in one batch.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (this.#queue.length > 0) await this.#writeBatch();
    } catch (error) {
      this.#fail(error);
    }
    // In the same turn as the last look at the queue: a line that comes later starts it again.
    this.#running = undefined;
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#queue.slice(0, maxBatch);
    const { lines, head } = this.#seal(batch);
    await this.#options.sink.append(lines);
    this.#head = head;
    this.#queue.splice(0, batch.length);
    for (const { resolve } of batch) resolve?.();
    this.#recover();
  }

  #seal(batch: readonly Item[]): { readonly lines: readonly string[]; readonly head: Head } {
    const lines: string[] = [];
    let head = this.#head;
    for (const { members } of batch) {
      const sealed = seal(head, members);
      lines.push(sealed.line);
      ({ head } = sealed);
    }
    return { lines, head };
  }

  #fail(error: unknown): void {
    if (!this.#failing) this.#options.failed(error);
    this.#failing = true;
    const kept = this.#queue.filter(({ withdraw }) => !withdraw);
    for (const item of this.#queue.splice(0, this.#queue.length, ...kept)) {
      item.reject?.(error);
      item.resolve = undefined;
      item.reject = undefined;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#start(), retryMs).unref();
  }

  #recover(): void {
    if (!this.#failing && this.#lost === 0) return;
    const lost = this.#lost;
    if (lost > 0) {
      const [time, since] = [new Date().toISOString(), this.#lostSince].map((at) =>
        JSON.stringify(at),
      );
      this.#lost = 0;
      this.add(`"time":${time},"kind":"gap","lost":${lost},"since":${since}`);
    }
    if (!this.#failing) return;
    this.#failing = false;
    this.#options.recovered(lost);
  }
}
