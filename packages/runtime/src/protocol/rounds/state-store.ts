/** Remembers which states were used, so that none is used twice. */
export interface StateStore {
  /** Takes a state until the time it expires at (milliseconds of the clock); false if it was taken before. */
  take(nonce: string, expiresAt: number): boolean | Promise<boolean>;
}

/** More cannot be in use at once: what comes on top is refused like a state that was used. */
const maxStates = 100_000;

/** A StateStore of one process. */
export class MemoryStates implements StateStore {
  /** In the order of their expiry, for all states live equally long. */
  readonly #taken = new Map<string, number>();

  take(nonce: string, expiresAt: number): boolean {
    const now = Date.now();
    for (const [oldest, expired] of this.#taken) {
      if (expired > now) break;
      this.#taken.delete(oldest);
    }
    if (this.#taken.has(nonce) || this.#taken.size >= maxStates) return false;
    this.#taken.set(nonce, expiresAt);
    return true;
  }
}
