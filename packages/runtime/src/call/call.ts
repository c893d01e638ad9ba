import { inspect } from "node:util";
import { type CallContext, type LogLevel, logLevels, type Principal } from "../define/context.ts";
import type { ClientCapabilities } from "../define/metadata.ts";
import { type Budget, Room } from "../guard/text/room.ts";

/** Who asked for a call and how to reach them: the request it belongs to. */
export interface CallFacts {
  readonly principal: Principal;
  readonly clientInfo: CallContext["clientInfo"];
  readonly clientCapabilities: ClientCapabilities;
  readonly progressToken: string | number | undefined;
  /** The least severe level the client wants; undefined for none. */
  readonly logLevel: LogLevel | undefined;
  notify(method: string, params: { readonly [key: string]: unknown }): void;
}

/** What all calls of a process have in common. */
export interface CallRules {
  /** What an answer may hold. */
  readonly budget: Budget;
  /** Takes secrets out of what a tool says on its way. */
  redact(value: unknown): unknown;
}

/** Why a call ended before its tool did. */
export class CallAborted extends Error {
  override readonly name = "AbortError";
  readonly why: "cancelled" | "timeout" | "shutdown";

  constructor(why: CallAborted["why"], message: string) {
    super(message);
    this.why = why;
  }
}

/**
 * One call in flight. It makes its AbortController only when a tool looks at the signal, since
 * most never do.
 */
export class Call implements CallContext {
  readonly #facts: CallFacts;
  readonly #rules: CallRules;
  #controller: AbortController | undefined;
  #aborted: CallAborted | undefined;
  #reject: ((reason: CallAborted) => void) | undefined;
  #progress = Number.NEGATIVE_INFINITY;
  #ended = false;

  constructor(facts: CallFacts, rules: CallRules) {
    this.#facts = facts;
    this.#rules = rules;
  }

  get principal(): Principal {
    return this.#facts.principal;
  }

  get clientInfo(): CallContext["clientInfo"] {
    return this.#facts.clientInfo;
  }

  get clientCapabilities(): ClientCapabilities {
    return this.#facts.clientCapabilities;
  }

  get budget(): number {
    return this.#rules.budget.characters;
  }

  /** The budget with all its limits. */
  get limits(): Budget {
    return this.#rules.budget;
  }

  get room(): CallContext["room"] {
    const { budget } = this.#rules;
    return (reserve = 0) =>
      new Room({
        characters: budget.characters - reserve,
        bytes: budget.bytes - reserve,
        lines: budget.lines - 3,
      });
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#aborted);
    }
    return this.#controller.signal;
  }

  get aborted(): CallAborted | undefined {
    return this.#aborted;
  }

  /** The client wants no answer any more. */
  cancel(reason: string): void {
    this.abort(new CallAborted("cancelled", reason));
  }

  abort(reason: CallAborted): void {
    if (this.#aborted || this.#ended) return;
    this.#aborted = reason;
    this.#controller?.abort(reason);
    this.#reject?.(reason);
  }

  /** The work's outcome, or the abort if that comes first: a tool that ignores its signal is left behind. */
  settle<T>(work: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#aborted) reject(this.#aborted);
      this.#reject = reject;
      work.then(resolve, reject);
    });
  }

  /** After this nothing more is sent: progress must stop with the answer. */
  end(): void {
    this.#ended = true;
  }

  /** A function of its own, since tools take their context apart: `run(args, { progress })`. */
  get progress(): CallContext["progress"] {
    return (done, total, message) => this.#report(done, total, message);
  }

  get log(): CallContext["log"] {
    return (level, data) => this.#log(level, data);
  }

  #report(done: number, total?: number, message?: string): void {
    const { progressToken } = this.#facts;
    if (progressToken === undefined || this.#silent) return;
    if (!Number.isFinite(done) || done <= this.#progress) return;
    this.#progress = done;
    this.#facts.notify("notifications/progress", {
      progressToken,
      progress: done,
      ...(Number.isFinite(total) && { total }),
      ...(message !== undefined && { message: this.#rules.redact(message) }),
    });
  }

  #log(level: LogLevel, data: unknown): void {
    const { logLevel } = this.#facts;
    if (logLevel === undefined || this.#silent) return;
    if (logLevels.indexOf(level) < logLevels.indexOf(logLevel)) return;
    this.#facts.notify("notifications/message", { level, data: this.#rules.redact(toJson(data)) });
  }

  get #silent(): boolean {
    return this.#ended || this.#aborted !== undefined;
  }
}

const ownKeys = ["principal", "clientInfo", "clientCapabilities", "budget"];

/**
 * What `connect` gives is copied onto every call, so it must be a plain object, since the methods of
 * a class are not copied, and may have no key of the call's own. Throws TypeError.
 */
export function assertContext(context: unknown): void {
  if (typeof context !== "object" || context === null) return;
  const prototype: unknown = Object.getPrototypeOf(context);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError("connect must give its context as a plain object: { context: { db } }.");
  }
  const taken = Object.keys(context).find((key) => ownKeys.includes(key) || key in Call.prototype);
  if (taken !== undefined) {
    throw new TypeError(`connect gives a context with the key "${taken}", which every call has.`);
  }
}

/** What JSON has no form for is shown as Node shows it: no call fails for what it logs. */
function toJson(data: unknown): unknown {
  try {
    if (JSON.stringify(data) !== undefined) return data;
  } catch {}
  return inspect(data);
}
