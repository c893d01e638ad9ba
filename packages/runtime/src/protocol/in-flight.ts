import { Call, type CallAborted, type CallRules } from "../call/call.ts";
import { Deadlines } from "../call/deadlines.ts";
import type { Request } from "./envelope.ts";

/** Milliseconds that a request other than a tool call may take. */
export const featureTimeoutMs = 60_000;

/** The calls of an endpoint that are in flight. */
export class InFlight {
  readonly #rules: CallRules;
  readonly #deadlines = new Deadlines();
  #count = 0;
  #onIdle: (() => void)[] = [];

  constructor(rules: CallRules) {
    this.#rules = rules;
  }

  /** Opens a call for a request; throws ProtocolError when the peer has too many. */
  begin(request: Request): Call {
    const { id, peer } = request;
    const call = new Call(request, this.#rules);
    peer.begin(id, call);
    this.#count += 1;
    return call;
  }

  /** Aborts the call after so many milliseconds. */
  limit(call: Call, afterMs: number): void {
    this.#deadlines.add(call, afterMs);
  }

  end({ id, peer }: Request, call: Call): void {
    call.end();
    this.#deadlines.delete(call);
    peer.end(id);
    this.#count -= 1;
    // The answer is handed over within this tick; idle means that it has been.
    if (this.#count > 0 || this.#onIdle.length === 0) return;
    for (const resolve of this.#onIdle.splice(0)) setImmediate(resolve);
  }

  /** Resolves when nothing is in flight and every answer has been handed over. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle.push(resolve);
    });
  }

  abortAll(reason: CallAborted): void {
    this.#deadlines.abortAll(reason);
  }
}
