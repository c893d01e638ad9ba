import { setTimeout as sleep } from "node:timers/promises";
import { UpstreamError } from "./error.ts";

/** The time, and a way to let it pass; tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970, as the machine has it: people set it, and it may go back. */
  now(): number;
  /** Milliseconds since any moment, which only ever grow; `now` where there is none. */
  elapsed?(): number;
  /** Resolves after `ms` milliseconds; rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<unknown>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

/** Time as it passes, whatever people set the clock to. */
export function toElapsed(clock: Clock): number {
  return clock.elapsed?.() ?? clock.now();
}

export interface WaitsOptions {
  readonly clock: Clock;
  /** Milliseconds that one request may wait in all; what takes longer is an error at once. */
  readonly maxWaitMs: number;
}

/** How long each part of an API asks clients to wait, by a clock that nobody can set. */
export class Waits {
  readonly #clock: Clock;
  readonly #maxWaitMs: number;
  /** When each limit has passed. */
  readonly #limits = new Map<string, number>();

  constructor({ clock, maxWaitMs }: WaitsOptions) {
    this.#clock = clock;
    this.#maxWaitMs = maxWaitMs;
  }

  get #now(): number {
    return toElapsed(this.#clock);
  }

  limit(key: string, ms: number): void {
    this.#limits.set(key, this.#now + ms);
  }

  /** A way for one request to wait; all of its waits together stay within the limit. */
  open(host: string, signal: AbortSignal) {
    let waited = 0;
    const fits = (ms: number) => waited + ms <= this.#maxWaitMs;
    const wait = async (ms: number) => {
      if (!fits(ms)) throw toTooLong(host, ms);
      waited += ms;
      await this.#clock.sleep(ms, signal);
    };
    return {
      /** Whether it may wait for so long. */
      fits,
      /** Waits this long, or says how long it would have been. */
      wait,
      /** Waits until a limit has passed. */
      awaitLimit: async (key: string) => {
        const left = (this.#limits.get(key) ?? 0) - this.#now;
        if (left > 0) await wait(left);
        else this.#limits.delete(key);
      },
    };
  }
}

function toTooLong(host: string, ms: number): UpstreamError {
  const seconds = Math.ceil(ms / 1_000);
  return new UpstreamError(
    "limited",
    `${host} limits how often it may be asked, for another ${seconds} seconds.`,
    `Try again in ${seconds} seconds; asking sooner does not help.`,
  );
}
