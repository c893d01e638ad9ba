/** Remembers which states were used, so that none is used twice. */
export interface StateStore {
  /**
   * Takes a state of a principal until the time it expires at (milliseconds of the clock); false if it
   * was taken before.
   */
  take(nonce: string, expiresAt: number, principal: string): boolean | Promise<boolean>;
}

/**
 * More cannot be remembered at once: what comes on top is refused like a state that was used. Each
 * principal may have as many as are left free, so that nobody takes them from all others.
 */
const maxStates = 200_000;

interface Taken {
  readonly expiresAt: number;
  /** When it has expired by a clock that nobody sets. */
  readonly lookAt: number;
  readonly principal: string;
}

/** A StateStore of one process. */
export class MemoryStates implements StateStore {
  /** In the order of `lookAt`, for all states live equally long. */
  readonly #taken = new Map<string, Taken>();
  /** How many each principal has. */
  readonly #own = new Map<string, number>();

  take(nonce: string, expiresAt: number, principal: string): boolean {
    this.#forgetExpired();
    const own = this.#own.get(principal) ?? 0;
    if (this.#taken.has(nonce) || own >= maxStates - this.#taken.size) return false;
    const lookAt = performance.now() + expiresAt - Date.now();
    this.#taken.set(nonce, { expiresAt, lookAt, principal });
    this.#own.set(principal, own + 1);
    return true;
  }

  #forgetExpired(): void {
    const [now, steady] = [Date.now(), performance.now()];
    for (const [oldest, taken] of this.#taken) {
      const { expiresAt, lookAt, principal } = taken;
      if (lookAt > steady) break;
      this.#taken.delete(oldest);
      // The machine's clock was set back: it is still valid, and must not keep those behind it.
      if (expiresAt > now) {
        this.#taken.set(oldest, { ...taken, lookAt: steady + expiresAt - now });
        continue;
      }
      const left = (this.#own.get(principal) ?? 0) - 1;
      if (left > 0) this.#own.set(principal, left);
      else this.#own.delete(principal);
    }
  }
}
