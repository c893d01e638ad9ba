import type { Principal } from "@fairlead/define";

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
  readonly #own = new Map<string, Share>();
  #running = 0;
  #held = 0;

  constructor(options: SlotsOptions) {
    this.#options = options;
  }

  /**
   * Takes a slot for each of so many calls; otherwise says why they have none. A principal may have as
   * many calls running as slots are free, so each takes at most half of what the others left.
   */
  take({ id }: Principal, count: number): string | undefined {
    const { calls, shared } = this.#options;
    if (count > calls) return `${count} calls are more than the ${calls} this server takes at once`;
    const free = calls - this.#running - (count - 1);
    if (free <= 0)
      return `${this.#running} of the ${calls} calls this server takes at once are running`;
    if (shared) {
      const share = this.#shareOf(id);
      if (share.calls + count - 1 >= free) {
        return `${share.calls} of your calls are running, which is your share for now`;
      }
      share.calls += count;
    }
    this.#running += count;
    return undefined;
  }

  /** Gives so many slots back. */
  leave({ id }: Principal, count: number): void {
    this.#running -= count;
    this.#give(id, { calls: count, bytes: 0 });
  }

  /** Counts bytes that have come of somebody's body; false when they are too many, by the same rule. */
  hold({ id }: Principal, bytes: number): boolean {
    this.#held += bytes;
    const free = this.#options.bytes - this.#held;
    if (!this.#options.shared) return free >= 0;
    const share = this.#shareOf(id);
    share.bytes += bytes;
    return free >= 0 && share.bytes - bytes <= free + bytes;
  }

  /** Bytes that are no longer held. */
  release({ id }: Principal, bytes: number): void {
    this.#held -= bytes;
    this.#give(id, { calls: 0, bytes });
  }

  #shareOf(id: string): Share {
    let share = this.#own.get(id);
    if (share === undefined) {
      share = { calls: 0, bytes: 0 };
      this.#own.set(id, share);
    }
    return share;
  }

  #give(id: string, { calls, bytes }: Readonly<Share>): void {
    const share = this.#own.get(id);
    if (share === undefined) return;
    share.calls -= calls;
    share.bytes -= bytes;
    if (share.calls <= 0 && share.bytes <= 0) this.#own.delete(id);
  }
}

/** What one principal has of both. */
interface Share {
  calls: number;
  bytes: number;
}
