/**
 * Milliseconds that a list waits for a backend. A host shows no tool of a server before all its
 * lists are there, and its first turn starts without the servers that are late.
 */
const momentMs = 250;
/** Milliseconds until work that no list waits for any longer is given up. */
const patienceMs = 60_000;

/** Work that goes on when the list that began it is answered. */
export interface Errand<T> {
  /** What the work came to, once it has. */
  readonly outcome: { readonly value: T } | undefined;
  /** Resolves when the work is done, and otherwise when its first moment is over. */
  readonly moment: Promise<void>;
}

/** The errands of an endpoint, which end with it. */
export class Errands {
  readonly #running = new Set<AbortController>();

  /** Starts work; what fails, or is given up, comes to `otherwise`. */
  start<T>(work: (signal: AbortSignal) => Promise<T>, otherwise: T): Errand<T> {
    const control = new AbortController();
    const { promise: moment, resolve } = Promise.withResolvers<void>();
    const errand: { outcome: Errand<T>["outcome"]; readonly moment: Promise<void> } = {
      outcome: undefined,
      moment,
    };
    const timers = [
      setTimeout(resolve, momentMs),
      setTimeout(() => control.abort(), patienceMs).unref(),
    ];
    const settle = (value: T) => {
      if (errand.outcome !== undefined) return;
      errand.outcome = { value };
      for (const timer of timers) clearTimeout(timer);
      this.#running.delete(control);
      resolve();
    };
    control.signal.addEventListener("abort", () => settle(otherwise), { once: true });
    this.#running.add(control);
    work(control.signal).then(settle, () => settle(otherwise));
    return errand;
  }

  /** Gives up what is still running. */
  stop(): void {
    for (const control of [...this.#running]) control.abort();
  }
}
