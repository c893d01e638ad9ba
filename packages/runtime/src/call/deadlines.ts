import { type Call, CallAborted } from "./call.ts";

const sweepMs = 250;

/**
 * Ends calls whose time is up. One timer serves all calls and runs only while there are some, so a
 * call costs no timer of its own; the price is that a deadline is met up to 250 ms late.
 *
 * Arrays and no Map: a Map that entries keep coming into and leaving makes a new table every few
 * calls, each dead one holds on to the next, and V8 carries all of them into the old generation.
 */
export class Deadlines {
  readonly #calls: Call[] = [];
  /** When each is due, and after how long that was, in the same order. */
  readonly #due: number[] = [];
  readonly #after: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  add(call: Call, afterMs: number): void {
    this.#calls.push(call);
    this.#due.push(performance.now() + afterMs);
    this.#after.push(afterMs);
    this.#timer ??= setInterval(() => this.#sweep(), sweepMs).unref();
  }

  /** Moves a deadline by so many milliseconds; a call without one goes on without. */
  putOff(call: Call, byMs: number): void {
    const index = this.#calls.indexOf(call);
    const due = this.#due[index];
    if (due !== undefined) this.#due[index] = due + byMs;
  }

  delete(call: Call): void {
    const index = this.#calls.indexOf(call);
    if (index >= 0) this.#deleteAt(index);
  }

  /** Aborts every call that is still running. */
  abortAll(reason: CallAborted): void {
    for (const call of [...this.#calls]) call.abort(reason);
    for (const list of [this.#calls, this.#due, this.#after]) list.length = 0;
  }

  #sweep(): void {
    const now = performance.now();
    for (let index = this.#calls.length - 1; index >= 0; index -= 1) {
      if ((this.#due[index] ?? 0) > now) continue;
      const seconds = (this.#after[index] ?? 0) / 1000;
      const call = this.#calls[index];
      this.#deleteAt(index);
      call?.abort(new CallAborted("timeout", `Timed out after ${seconds} s.`));
    }
    if (this.#calls.length === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #deleteAt(index: number): void {
    fillFromEnd(this.#calls, index);
    fillFromEnd(this.#due, index);
    fillFromEnd(this.#after, index);
  }
}

/** Takes one item out without moving the others: the last takes its place. */
export function fillFromEnd<T>(items: T[], index: number): void {
  const last = items.pop();
  if (last !== undefined && index < items.length) items[index] = last;
}
