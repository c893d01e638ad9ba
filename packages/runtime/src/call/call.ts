import { inspect } from "node:util";
import type {
  Admission,
  Asking,
  AskKind,
  CallContext,
  ClientCapabilities,
  LogLevel,
  Principal,
} from "@fairlead/define";
import { logLevels } from "@fairlead/define/start";
import { isRecord } from "@fairlead/guard/record";
import { type Budget, Room } from "@fairlead/guard/text";
import { canAsk } from "./ask/kinds.ts";
import type { Asker, Question } from "./asker.ts";
import { toReference } from "./failure.ts";
import { isPromise } from "./promise.ts";

/** Who asked for a call and how to reach them: the request it belongs to. */
export interface CallFacts {
  readonly principal: Principal;
  readonly clientInfo: CallContext["clientInfo"];
  readonly clientCapabilities: ClientCapabilities;
  readonly progressToken: string | number | undefined;
  /** The least severe level the client wants; undefined for none. */
  readonly logLevel: LogLevel | undefined;
  readonly method: string;
  readonly params: { readonly [key: string]: unknown };
  readonly revision: string;
  /** 2026-07-28, where a question ends the call. */
  readonly modern: boolean;
  /** Asks the client in the middle of a call; undefined where that cannot be done. */
  readonly ask:
    | ((
        question: Question & { readonly signal: AbortSignal },
      ) => Promise<{ readonly [key: string]: unknown }>)
    | undefined;
  notify(method: string, params: { readonly [key: string]: unknown }): void;
}

/** What all calls of a process have in common. */
export interface CallRules {
  /** What an answer may hold. */
  readonly budget: Budget;
  /** Takes secrets out of what a tool says on its way. */
  redact(value: unknown): unknown;
  /** How a call asks its client; throws or rejects for a retry whose state is not what it was given. */
  createAsker(call: Call, facts: CallFacts): Asker | Promise<Asker>;
}

/** Why a call ended before its tool did. */
export class CallAborted extends Error {
  override readonly name = "AbortError";
  readonly why: "cancelled" | "timeout" | "shutdown" | "asked";

  constructor(why: CallAborted["why"], message: string) {
    super(message);
    this.why = why;
  }
}

/** What ends a run of 2026-07-28 that asks its client. */
export const waits = new CallAborted("asked", "The call waits for an answer of the client.");

/** One call in flight. */
export class Call {
  readonly #facts: CallFacts;
  readonly #rules: CallRules;
  #controller: AbortController | undefined;
  #aborted: CallAborted | undefined;
  #reject: ((reason: CallAborted) => void) | undefined;
  #progress = Number.NEGATIVE_INFINITY;
  /** How far the tool was at the last sign of life. */
  #beaten = Number.NEGATIVE_INFINITY;
  #ended = false;
  #asker: Asker | Promise<Asker> | undefined;
  #asked: string | Promise<string> | undefined;
  /** Whether the user agreed, where this call asks them: rejects if they did not. */
  consent: Promise<void> | undefined;
  /** What middleware wants done before the tool runs. */
  beforeRun: ((admission: Admission) => void | Promise<void>)[] | undefined;
  #reference: string | undefined;

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

  /** Under which the log has an error that the client may not see. */
  get reference(): string {
    this.#reference ??= toReference();
    return this.#reference;
  }

  /** What the request has besides its parameters. */
  get meta(): { readonly [key: string]: unknown } {
    const { _meta: meta } = this.#facts.params;
    return isRecord(meta) ? meta : {};
  }

  /** Whether the request came with the state of an earlier round; it is verified before the tool runs. */
  get resumes(): boolean {
    const { modern, params } = this.#facts;
    return modern && params["requestState"] !== undefined;
  }

  /** The budget with all its limits. */
  get limits(): Budget {
    return this.#rules.budget;
  }

  /** What a tool is given: the server's own context and the facts of this call, in one plain object. */
  toContext(own: unknown): CallContext {
    const { principal, clientInfo, clientCapabilities } = this.#facts;
    return {
      // Made for every call, looked at or not: an accessor in its place costs as much or more.
      signal: this.signal,
      principal,
      clientInfo,
      clientCapabilities,
      budget: this.#rules.budget.characters,
      room: (reserve = 0) => this.room(reserve),
      progress: (done, total, message) => this.report(done, total, message),
      log: (level, data) => this.log(level, data),
      can: (kind) => this.can(kind),
      elicit: (form, message, name) => this.#ask((ask) => ask.elicit(form, message, name)),
      elicitUrl: (url, message, name) => this.#ask((ask) => ask.elicitUrl(url, message, name)),
      sample: (request, name) => this.#ask((ask) => ask.sample(request, name)),
      roots: (name) => this.#ask((ask) => ask.roots(name)),
      once: async (name, work) => (await this.asker).once(name, work),
      // Last, for V8 is twice as quick with it there; no key of it is one of those above.
      ...(typeof own === "object" ? own : undefined),
    };
  }

  /** Whether the client can be asked this. */
  can(kind: AskKind): boolean {
    return canAsk(this.#facts, kind);
  }

  /** How this call asks its client: made at the first question, or by a retry that brings answers. */
  get asker(): Asker | Promise<Asker> {
    this.#asker ??= this.#rules.createAsker(this, this.#facts);
    return this.#asker;
  }

  set asker(asker: Asker | Promise<Asker>) {
    this.#asker = asker;
  }

  /** The questions that the run ended with, as the members of a result; undefined where it ended otherwise. */
  get asked(): string | Promise<string> | undefined {
    const { aborted } = this;
    return aborted === undefined || aborted.why === "asked" ? this.#asked : undefined;
  }

  /**
   * The run ends with questions: whatever it still gives is not the answer any more. Once all is done
   * that has to be kept for the next run, the run is aborted.
   */
  suspend(asked: string | Promise<string>): void {
    if (this.#ended || this.#aborted) return;
    this.#asked = asked;
    const abort = () => this.abort(waits);
    if (isPromise(asked)) asked.then(abort, abort);
    else abort();
  }

  /** What is still free of an answer that a tool fills piece by piece. */
  room(reserve: number): Room {
    const { characters, bytes, lines } = this.#rules.budget;
    // Lines that the runtime may add.
    const added = 3;
    return new Room({
      characters: characters - reserve,
      bytes: bytes - reserve,
      lines: lines - added,
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
      // Middleware may wait around what waits inside of it.
      const outer = this.#reject;
      this.#reject =
        outer === undefined
          ? reject
          : (reason) => {
              outer(reason);
              reject(reason);
            };
      work.then(resolve, reject);
    });
  }

  /** Tells the client that its user is done with what this question asked them to open. */
  async tellDone(question: string): Promise<void> {
    (await this.asker).tellDone?.(question);
  }

  /** After this nothing more is sent: progress must stop with the answer. */
  end(): void {
    this.#ended = true;
  }

  /** Tells how far the tool is; a value that does not grow is not sent. */
  report(done: number, total?: number, message?: string): void {
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

  /**
   * Tells a client that asked for progress how long the call has been running, if the tool has said
   * nothing since the last time. The steps are so small that whatever the tool says later is more.
   */
  beat(seconds: number): void {
    if (this.#progress === this.#beaten) {
      this.report(Math.max(0, this.#progress) + 0.001, undefined, `Running for ${seconds} s.`);
    }
    this.#beaten = this.#progress;
  }

  /** Sends a message to a client that wants messages of its level. */
  log(level: LogLevel, data: unknown): void {
    const { logLevel } = this.#facts;
    if (logLevel === undefined || this.#silent) return;
    if (logLevels.indexOf(level) < logLevels.indexOf(logLevel)) return;
    this.#facts.notify("notifications/message", { level, data: this.#rules.redact(toJson(data)) });
  }

  /** Without a turn of promises where all is at hand: a question is dear enough. */
  #ask<T>(use: UseAsking<T>): Promise<T> {
    const { asker } = this;
    if (createAsking === undefined || isPromise(asker)) return this.#askLater(use);
    try {
      return use(createAsking(asker, this.#rules));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #askLater<T>(use: UseAsking<T>): Promise<T> {
    ({ createAsking } = await import("./ask/asking.ts"));
    return use(createAsking(await this.asker, this.#rules));
  }

  get #silent(): boolean {
    return this.#ended || this.#aborted !== undefined;
  }
}

type UseAsking<T> = (asking: Omit<Asking, "can" | "once">) => Promise<T>;

/** Loaded at the first question. */
let createAsking: typeof import("./ask/asking.ts").createAsking | undefined;

const ownKeys: readonly (keyof CallContext)[] = [
  ...(["signal", "principal", "budget", "room"] as const),
  ...(["clientInfo", "clientCapabilities", "progress", "log"] as const),
  ...(["can", "elicit", "elicitUrl", "sample", "roots", "once"] as const),
];

/**
 * What `connect` gives is spread into the context of every call, so it must be a plain object, since
 * the methods of a class are not copied, and may have no key of the call's own. Throws TypeError.
 */
export function assertContext(context: unknown): void {
  if (typeof context !== "object" || context === null) return;
  const prototype: unknown = Object.getPrototypeOf(context);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError("connect must give its context as a plain object: { context: { db } }.");
  }
  const taken = ownKeys.find((key) => key in context);
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
