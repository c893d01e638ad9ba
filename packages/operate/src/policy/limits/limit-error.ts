import { ToolError } from "@fairlead/define/start";
import { type Taken, toSpan } from "@fairlead/store";
import type { Caller } from "../rules/caller.ts";
import type { Counter } from "./counters.ts";

/** What the result of a refused call says in its `_meta`. */
export const limitKey = "io.github.fairlead/limit";

/** Seconds after which the store of limits may be there again. */
const awaySeconds = 10;

type Refused = Extract<Taken, { readonly ok: false }>;

/**
 * A call that a limit refuses: the model is told which one, how much of it is used, and when to try
 * again.
 */
export class LimitError extends ToolError {
  /** For an audit log. */
  readonly refusedBy = "limit";
  /** The same for programs, in the `_meta` of the result. */
  readonly meta: { readonly [key: string]: unknown };

  constructor(message: string, hint: string, facts: { readonly [key: string]: unknown }) {
    super(message, hint);
    this.meta = { [limitKey]: facts };
  }
}

/** What a refused call is answered with. `cost` is what it would have taken. */
export function toLimitError(
  counter: Counter,
  { tool, cost, caller }: { readonly tool: string; readonly cost: number; readonly caller: Caller },
  { retryAfterMs, remaining }: Refused,
  now: number,
): LimitError {
  const { rule, per } = counter;
  const retryAfterSeconds = Math.ceil(retryAfterMs / 1_000);
  const again = { retryAfterSeconds };
  const which = toScope(counter, tool, caller);
  if (rule.kind === "slots") {
    return new LimitError(
      `${rule.limit} of ${rule.limit} calls at once are running${which}, which is the limit.`,
      `Wait for one of them to end, or try again in ${retryAfterSeconds} s.`,
      { kind: "concurrency", per, limit: rule.limit, remaining, ...again },
    );
  }
  const takes = `This call takes ${write(cost)}`;
  if (rule.kind === "rate") {
    return new LimitError(
      `The rate limit of ${write(rule.perSecond)} per second (${write(rule.burst)} at once)${which} is reached. ${takes}, and ${write(remaining)} is left.`,
      `Try again in ${retryAfterSeconds} s.`,
      {
        ...{ kind: "rate", per, perSecond: rule.perSecond, burst: rule.burst },
        ...{ cost, remaining, ...again },
      },
    );
  }
  const resetsAt = new Date(toSpan(rule.window, now).endsAt).toISOString().replace(".000Z", "Z");
  const used = `${write(rule.limit - remaining)} of ${write(rule.limit)}`;
  return new LimitError(
    `The quota of this ${rule.window}${which} is used up: ${used}. ${takes}.`,
    `It resets at ${resetsAt} (UTC), in ${retryAfterSeconds} s. Calling again before then does not help.`,
    {
      ...{ kind: rule.window, per, limit: rule.limit, cost, remaining },
      ...{ resetsAt, ...again },
    },
  );
}

/**
 * What a call is answered with while the store of limits cannot be reached. What it took nevertheless, where
 * only the reply was lost, comes back as a rate does, with the lease or with the next day or month.
 */
export function toUncountedError(): LimitError {
  return new LimitError(
    "The limits of this server cannot be counted at the moment, so it runs no calls.",
    `Try again in ${awaySeconds} s.`,
    { kind: "uncounted", retryAfterSeconds: awaySeconds },
  );
}

/** Who comes without a tenant, as from a token file, is counted with all others who do. */
const ofNone = "all callers without a tenant";

/** Says whose calls of which tool are counted together: ` for you and search_code`. */
function toScope({ per, tools, methods }: Counter, tool: string, { tenant }: Caller): string {
  const whose = [
    ...(per.includes("tenant")
      ? [tenant === undefined ? ofNone : "all callers of your tenant"]
      : []),
    ...(per.includes("client") ? ["your client"] : []),
    ...(per.includes("principal") ? ["you"] : []),
  ];
  const of = per.includes("tool") ? tool : tools && [...tools, ...methods].join(", ");
  return ` for ${whose.join(" and ") || "all callers"}${of === undefined ? "" : ` (${of})`}`;
}

function write(amount: number): string {
  // A rate of one in an hour is not one of 0.
  const digits = amount < 1 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 2 };
  return amount.toLocaleString("en-US", digits);
}
