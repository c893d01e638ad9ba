import { type Head, seal } from "./chain.ts";
import type { AuditSink } from "./sink.ts";

/** Lines of one write. */
const maxBatch = 256;
/** Lines that wait in memory while they cannot be written. */
const maxHeld = 32_768;
const retryMs = 1_000;
/** How long a line waits for others that nobody waits for. */
const lingerMs = 10;

export interface AuditLogOptions {
  readonly sink: AuditSink;
  /** Where the chain goes on. */
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
 * Chains lines and hands them to a sink: all that came in one turn of the event loop, in the 10 ms
 * before it if nobody waits for them, or while it was writing, in one piece. What the sink does not
 * take waits in memory and is tried again.
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

  /** Adds a line, of which nobody waits for the writing. */
  add(members: string): void {
    this.#push({ members, withdraw: false, resolve: undefined, reject: undefined });
  }

  /**
   * Adds a line and resolves when the sink has taken it. Rejects where it cannot be written: then it
   * goes on waiting, or is as if it had never been, where it is to be withdrawn.
   */
  write(members: string, { withdraw }: { readonly withdraw: boolean }): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#push({ members, withdraw, resolve, reject });
    });
  }

  /** Writes what is left. What cannot be written now is lost, and its number is given. */
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
    // While it fails, only a line that somebody waits for is worth a try before its time.
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
    // All that comes in this turn goes out in one piece.
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
