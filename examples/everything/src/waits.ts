import { setTimeout as sleep } from "node:timers/promises";

/** Waiting that can be cut short, and a record of how each wait came to its end. */
export interface Waits {
  readonly counts: { readonly running: number; readonly finished: number; readonly cut: number };
  /** Waits in `steps` equal parts and tells after each; rejects as soon as `signal` aborts. */
  wait(ms: number, steps: number, signal: AbortSignal, tell: (step: number) => void): Promise<void>;
}

export function createWaits(): Waits {
  const counts = { running: 0, finished: 0, cut: 0 };
  return {
    counts,
    async wait(ms, steps, signal, tell) {
      counts.running += 1;
      try {
        for (let step = 1; step <= steps; step += 1) {
          await sleep(ms / steps, undefined, { signal });
          tell(step);
        }
        counts.finished += 1;
      } catch (error) {
        counts.cut += 1;
        throw error;
      } finally {
        counts.running -= 1;
      }
    },
  };
}
