import type { Effect, Middleware, ToolCall } from "@fairlead/define";
import { ToolError } from "@fairlead/define/start";
import { LimitError } from "../limits/limit-error.ts";
import { isPaid } from "../limits/paid.ts";
import type { Caller } from "../rules/caller.ts";

/**
 * How a call ended: `ok`, `limited` by a limit, `refused` with words for the model (by policy, by its
 * arguments, by the scopes of its token or by the tool), `stopped` before the tool was done (cancelled,
 * out of time, or to ask its client), or `failed` with an unexpected error.
 */
export type Outcome = "ok" | "limited" | "refused" | "stopped" | "failed";

/** What is written down of one call. */
export interface Metered {
  /** When it began: RFC 3339, in UTC. */
  readonly time: string;
  readonly tenant?: string;
  readonly principal: string;
  /** The program as the token names it, never the client's own word. */
  readonly client?: string;
  readonly tool: string;
  /** What it took of the limits; 0 where it was refused by one or its caller may not call the tool, or where an earlier round had taken it. */
  readonly cost: number;
  readonly outcome: Outcome;
  readonly milliseconds: number;
}

export interface MeterOptions {
  /** `effect` is what the tool may do at most, by which its cost has its class. */
  write(metered: Metered, effect: Effect): void;
  costOf(tool: string): number;
  /** Milliseconds since 1970; the clock of the machine by default. */
  now?(): number;
}

/** Stands around a call and writes down what it cost. */
export function createMeter({ write, costOf, now = Date.now }: MeterOptions): Middleware {
  return async (call, next) => {
    const { tool, principal, signal } = call;
    const began = now();
    const start = performance.now();
    let isFree = isPaid(call);
    let isTold = false;
    const tell = (outcome: Outcome) => {
      if (isTold) return;
      isTold = true;
      const { id, client, tenant }: Caller = principal;
      const metered = {
        time: new Date(began).toISOString(),
        ...(tenant !== undefined && { tenant }),
        principal: id,
        ...(client !== undefined && { client }),
        tool,
        cost: outcome === "limited" || isFree ? 0 : costOf(tool),
        outcome,
        milliseconds: Math.round((performance.now() - start) * 1_000) / 1_000,
      };
      const { effect } = call;
      write(metered, typeof effect === "string" ? effect : effect.most);
    };
    // A tool may never end that ignores its signal.
    signal.addEventListener("abort", () => tell("stopped"), { once: true });
    try {
      isFree ||= !isPermitted(call);
      const result = await next();
      tell("ok");
      return result;
    } catch (error) {
      tell(toOutcome(error));
      throw error;
    }
  };
}

/** Of a caller who may not call the tool no limit takes anything. */
function isPermitted(call: ToolCall): boolean {
  try {
    call.assertPermitted();
    return true;
  } catch {
    return false;
  }
}

function toOutcome(error: unknown): Outcome {
  if (error instanceof LimitError) return "limited";
  if (!(error instanceof Error)) return "failed";
  // Scopes that do not reach answer with an error of the protocol.
  if (error instanceof ToolError || "hint" in error || "refusedBy" in error) return "refused";
  return error.name === "AbortError" ? "stopped" : "failed";
}
