import type { Principal } from "@fairlead/define";
import { errorCode, ProtocolError } from "../json-rpc.ts";

/**
 * So many of something for all principals together. Each may have as many as are left free, so nobody
 * takes more than half of what the others left.
 */
export class Shares {
  readonly #cap: number;
  readonly #what: string;
  readonly #own = new Map<string, number>();
  #taken = 0;

  constructor(cap: number, what: string) {
    this.#cap = cap;
    this.#what = what;
  }

  /** Takes one; throws ProtocolError where there is none left. */
  take({ id }: Principal): void {
    const own = this.#own.get(id) ?? 0;
    if (own >= this.#cap - this.#taken) {
      const message = `You have ${own} ${this.#what} open, and that is your share for now. Close one first.`;
      throw new ProtocolError(errorCode.busy, message, 429);
    }
    this.#own.set(id, own + 1);
    this.#taken += 1;
  }

  give({ id }: Principal): void {
    const left = (this.#own.get(id) ?? 0) - 1;
    this.#taken -= 1;
    if (left > 0) this.#own.set(id, left);
    else this.#own.delete(id);
  }
}
