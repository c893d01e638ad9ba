import type { StateStore } from "@fairlead/store";
import type { Link } from "./connection/link.ts";
import { defineScript, late } from "./connection/script.ts";

/**
 * Milliseconds for which a used state is remembered after it has expired: a process whose clock is behind
 * considers it valid a little longer.
 */
const graceMs = 5 * 60_000;

/** Principal, milliseconds to remember, until when: 1, 0 where it was taken before, or "late". */
const take = defineScript(`${late}
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
return 0`);

/**
 * Remembers used states for all processes: if several take the same state, one of them gets it. Rejects
 * while Redis is out of reach, so that no state is used twice (it fails closed).
 */
export class RedisStates implements StateStore {
  readonly #link: Link;
  readonly #prefix: string;

  constructor(link: Link, prefix: string) {
    this.#link = link;
    this.#prefix = prefix;
  }

  async take(nonce: string, expiresAt: number, principal: string): Promise<boolean> {
    const lifeMs = Math.max(0, Math.ceil(expiresAt - Date.now())) + graceMs;
    const key = `${this.#prefix}:state:${nonce}`;
    // A state that Redis takes after its caller has given up would be lost.
    return (await this.#link.runInTime(take, key, principal, lifeMs)) === 1;
  }
}
