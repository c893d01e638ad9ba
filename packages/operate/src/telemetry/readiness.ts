/** Why a server should get no requests, in one word that everyone may read. */
export type Unready = "backend" | "timeout";

export interface ReadinessRules {
  /** Milliseconds that a check may take; 1,500 by default. */
  readonly timeoutMs?: number;
  /** Milliseconds for which its outcome holds; 3,000 by default. */
  readonly keepMs?: number;
  /** Is told when the backend stops or begins to answer, with what the check threw. */
  changed?(reason: Unready | undefined, error: unknown): void;
}

/**
 * Checks whether the backend of a server answers. Gives undefined if it does, else why not. Only one check
 * runs at a time, and its outcome is kept for `keepMs`. While a check that ignores its signal goes on, no
 * other check starts and the answer stays `timeout`.
 *
 * @example
 * ```ts
 * import { createReadiness } from "@fairlead/operate/telemetry";
 *
 * const ready = createReadiness(async (signal) => {
 *   await fetch("http://127.0.0.1:8080/health", { signal });
 * });
 * console.log(await ready()); // "backend" if nothing listens there
 * ```
 */
export function createReadiness(
  check: (signal: AbortSignal) => Promise<void>,
  { timeoutMs = 1_500, keepMs = 3_000, changed }: ReadinessRules = {},
): () => Promise<Unready | undefined> {
  let last: Unready | undefined;
  let until = Number.NEGATIVE_INFINITY;
  let running: Promise<Unready | undefined> | undefined;
  let hanging = false;

  const conclude = (reason: Unready | undefined, error?: unknown) => {
    if (reason !== last) changed?.(reason, error);
    last = reason;
    until = performance.now() + keepMs;
    running = undefined;
    return reason;
  };

  const begin = (): Promise<Unready | undefined> => {
    const controller = new AbortController();
    hanging = true;
    const checked = Promise.resolve()
      .then(() => check(controller.signal))
      .finally(() => {
        hanging = false;
      });
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        const error = new Error(`The backend did not answer within ${timeoutMs} ms.`);
        controller.abort(error);
        resolve(conclude("timeout", error));
      }, timeoutMs);
      const settle = (reason: Unready | undefined, error?: unknown) => {
        clearTimeout(late);
        // The timeout has answered already.
        if (!controller.signal.aborted) resolve(conclude(reason, error));
      };
      checked.then(
        () => settle(undefined),
        (error: unknown) => settle("backend", error),
      );
    });
  };

  return async () => {
    if (running !== undefined) return running;
    if (performance.now() < until || hanging) return last;
    running = begin();
    return running;
  };
}
