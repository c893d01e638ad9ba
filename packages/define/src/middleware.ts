import type { CallContext, Principal } from "./context.ts";
import type { Effect } from "./tool.ts";

/** What is settled of a call that is about to run. */
export interface Admission {
  /** Of these very arguments. */
  readonly effect: Effect;
  /** Who agreed, where it takes that: the user in a form, or the client by `confirm: true`. */
  readonly confirmedBy?: "user" | "argument";
}

/** A tool call on its way. */
export interface ToolCall {
  /** The tool's name as it is listed, whatever name or alias it was called by. */
  readonly tool: string;
  /** As the client sent them: nothing has been checked yet. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Whether the tool changes something, for some arguments or for all. */
  readonly effect: Effect | { readonly least: Effect; readonly most: Effect };
  readonly principal: Principal;
  /** The client's own word for itself, for display and logs only. */
  readonly clientInfo: CallContext["clientInfo"];
  /** What the request has besides its parameters (`_meta`), such as `traceparent`. */
  readonly meta: Readonly<Record<string, unknown>>;
  /**
   * Whether it goes on with a call that ended with questions (2026-07-28): it came with a state of this
   * very call, which the runtime has verified. Of a tool that may change something no state is taken twice.
   */
  readonly resumes?: boolean;
  /** Aborted when the client cancels, the tool's time is up, or the server shuts down. */
  readonly signal: AbortSignal;
  /** Under which the log has an error of this call that its client may not see. */
  readonly reference: string;
  /**
   * Throws what refuses this caller whatever the arguments are: policy, or the scopes of the token. For
   * middleware that takes something of a caller, or of all who share it, for a call that may run.
   */
  assertPermitted(): void;
  /**
   * Has this done each time before the tool runs, once policy, arguments and user allow the call. The
   * tool waits for it, and what it throws answers the call.
   */
  beforeRun(work: (admission: Admission) => void | Promise<void>): void;
}

/**
 * Stands around every tool call, the first given outermost. `next` checks what the policy permits,
 * validates the arguments and runs the tool; it gives what the tool returned, and rejects with what
 * was refused or thrown. A middleware that throws a ToolError answers the call with it; one that
 * calls `next` again runs the tool again.
 *
 * @example
 * const timed: Middleware = async (call, next) => {
 *   const began = performance.now();
 *   try {
 *     return await next();
 *   } finally {
 *     record(call.tool, performance.now() - began);
 *   }
 * };
 */
export type Middleware = (call: ToolCall, next: () => Promise<unknown>) => unknown;

/** Several as one; undefined for none, so that a call need not ask. */
export function compose(all: readonly Middleware[]): Middleware | undefined {
  const [first, ...others] = all;
  if (first === undefined) return undefined;
  const rest = compose(others);
  return rest === undefined
    ? first
    : (call, next) => first(call, () => promised(() => rest(call, next)));
}

/**
 * What a function gives as a promise, and what it throws as a rejected one. As an `async` function that
 * returns it, which takes three turns of the queue more to follow a promise.
 */
export function promised(run: () => unknown): Promise<unknown> {
  try {
    const given = run();
    return given instanceof Promise ? given : Promise.resolve(given);
  } catch (error) {
    return Promise.reject(error);
  }
}
