import type { Principal } from "../define/context.ts";

export interface SlotsOptions {
  /** Calls that may run at once. */
  readonly calls: number;
  /** Bytes of bodies that may lie half received at once. */
  readonly bytes: number;
  /** Whether those who call are told apart, so that each has a share. */
  readonly shared: boolean;
}

/**
 * Who may still call. A call holds its slot until it has ended, also when nobody listens any more; a
 * body on its way holds none, only its bytes count.
 */
export class Slots {
  readonly #options: SlotsOptions;
  readonly #own = new Map<string, number>();
  #running = 0;
  #held = 0;

  constructor(options: SlotsOptions) {
    this.#options = options;
  }

  /**
   * Takes a slot; otherwise says why there is none. A principal may have as many calls running as
   * slots are free, so that however greedy some are, one more finds a slot.
   */
  take({ id }: Principal): string | undefined {
    const { calls, shared } = this.#options;
    const free = calls - this.#running;
    if (free <= 0) return `${calls} calls are running, which is all this server takes at once`;
    if (shared) {
      const own = this.#own.get(id) ?? 0;
      if (own >= free) return `${own} of your calls are running, which is your share for now`;
      this.#own.set(id, own + 1);
    }
    this.#running += 1;
    return undefined;
  }

  /** Gives a slot back. */
  leave({ id }: Principal): void {
    this.#running -= 1;
    if (!this.#options.shared) return;
    const own = (this.#own.get(id) ?? 0) - 1;
    if (own > 0) this.#own.set(id, own);
    else this.#own.delete(id);
  }

  /** Counts bytes that have come; false when they are too many. */
  hold(bytes: number): boolean {
    this.#held += bytes;
    return this.#held <= this.#options.bytes;
  }

  /** Bytes that are no longer held. */
  release(bytes: number): void {
    this.#held -= bytes;
  }
}
