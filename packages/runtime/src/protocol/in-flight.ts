import { Call, type CallAborted, type CallFacts, type CallRules } from "../call/call.ts";
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
  begin(request: Request, facts: CallFacts = request): Call {
    const { id, peer } = request;
    const call = new Call(facts, this.#rules);
    peer.begin(id, call);
    this.#count += 1;
    return call;
  }

  /** Aborts the call after so many milliseconds. */
  limit(call: Call, afterMs: number): void {
    this.#deadlines.add(call, afterMs);
  }

  /** Moves the deadline of a call by so many milliseconds. */
  putOff(call: Call, byMs: number): void {
    this.#deadlines.putOff(call, byMs);
  }

  /** Gives the call another time from now on. */
  relimit(call: Call, afterMs: number): void {
    this.#deadlines.delete(call);
    this.#deadlines.add(call, afterMs);
  }

  /** Opens a call that belongs to no request, as that of a task. */
  open(facts: CallFacts): Call {
    return new Call(facts, this.#rules);
  }

  /** Ends such a call. */
  close(call: Call): void {
    call.end();
    this.#deadlines.delete(call);
  }

  end(request: Request, call: Call): void {
    this.close(call);
    this.release(request);
  }

  /** The request has its answer, and its call goes on without it. */
  release({ id, peer }: Request): void {
    peer.end(id);
    this.#count -= 1;
    if (this.#count === 0 && this.#onIdle.length > 0) this.#tellIdle();
  }

  /** Resolves when nothing is in flight and every answer has been handed over. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle.push(resolve);
    });
  }

  /** The answer is handed over within this tick; idle means that it has been. */
  #tellIdle(): void {
    for (const resolve of this.#onIdle.splice(0)) setImmediate(resolve);
  }

  abortAll(reason: CallAborted): void {
    this.#deadlines.abortAll(reason);
  }
}
