import { type Call, CallAborted } from "./call.ts";

const sweepMs = 250;

/**
 * Ends calls whose time is up. One timer serves all calls and runs only while there are some, so a
 * call costs no timer of its own; the price is that a deadline is met up to 250 ms late.
 */
export class Deadlines {
  readonly #due = new Map<Call, { readonly at: number; readonly afterMs: number }>();
  #timer: NodeJS.Timeout | undefined;

  add(call: Call, afterMs: number): void {
    this.#due.set(call, { at: performance.now() + afterMs, afterMs });
    this.#timer ??= setInterval(() => this.#sweep(), sweepMs).unref();
  }

  delete(call: Call): void {
    this.#due.delete(call);
  }

  /** Aborts every call that is still running. */
  abortAll(reason: CallAborted): void {
    for (const call of this.#due.keys()) call.abort(reason);
    this.#due.clear();
  }

  #sweep(): void {
    const now = performance.now();
    for (const [call, { at, afterMs }] of this.#due) {
      if (at > now) continue;
      this.#due.delete(call);
      call.abort(new CallAborted("timeout", `Timed out after ${afterMs / 1000} s.`));
    }
    if (this.#due.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}
