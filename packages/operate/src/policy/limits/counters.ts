import type { QuotaRule, RateRule, SlotRule } from "@fairlead/store";
import type { LimitText, RateText } from "../file/schema.ts";
import type { Caller } from "../rules/caller.ts";
import { findDearest, toCounter } from "../rules/check.ts";
import { type Costs, isTool } from "../rules/costs.ts";

/** Milliseconds for which a slot stays taken after its process was killed. */
export const leaseMs = 60_000;

/** One number of a limit: its name, which calls it counts together, and how. */
export interface Counter {
  readonly rule: RateRule | QuotaRule | SlotRule;
  readonly per: LimitText["per"];
  /** The tools it counts; undefined for all. */
  readonly tools: ReadonlySet<string> | undefined;
  /** The methods it counts besides. */
  readonly methods: ReadonlySet<string>;
  /** The beginning of its key, which no other counter has. */
  readonly prefix: string;
}

/**
 * The counters of limits. Callers under several rules share what is counted per tenant, so no rule
 * is in a key.
 */
export function toCounters(limits: readonly LimitText[], costs: Costs): readonly Counter[] {
  return limits.flatMap((limit) => {
    const { rate, concurrency, day, month } = limit;
    const rules = [
      rate && toRate(rate, findDearest(limit, costs)),
      concurrency && ({ kind: "slots", limit: concurrency, leaseMs } as const),
      day && ({ kind: "quota", limit: day, window: "day" } as const),
      month && ({ kind: "quota", limit: month, window: "month" } as const),
    ];
    const tools = limit.tools && new Set(limit.tools);
    const methods = new Set<string>(limit.methods);
    const per = [...new Set(limit.per)].toSorted();
    return rules
      .filter((rule) => rule !== undefined && rule !== 0)
      .map((rule) => {
        const kind = rule.kind === "quota" ? rule.window : rule.kind;
        return { rule, per, tools, methods, prefix: `${kind}:${toCounter(limit)}` };
      });
  });
}

/** Whether a counter counts the calls of a tool, or the requests of a method. */
export function isCounted({ tools, methods }: Counter, name: string): boolean {
  return isTool(name) ? tools?.has(name) !== false : methods.has(name);
}

/**
 * A rate with its burst. The default burst is what one second brings, and at least the cost of one
 * call.
 */
export function toRate({ perSecond, burst }: RateText, dearest: number): RateRule {
  return { kind: "rate", perSecond, burst: burst ?? Math.max(perSecond, dearest) };
}

/** The key under which a counter counts a call of a caller. */
export function toKey({ prefix, per }: Counter, caller: Caller, tool: string): string {
  let key = prefix;
  for (const dimension of per) key += `:${toSegment(dimension, caller, tool)}`;
  return key;
}

/** The escaped value. The id of a principal is unique only within its tenant. */
function toSegment(dimension: Counter["per"][number], caller: Caller, tool: string): string {
  switch (dimension) {
    case "tool":
      return tool;
    case "tenant":
      return quote(caller.tenant ?? "");
    case "client":
      return quote(caller.client ?? "");
    case "principal":
      return `${quote(caller.tenant ?? "")}:${quote(caller.id)}`;
  }
}

/** Escapes the characters that separate values, so that no caller has the key of another. */
function quote(value: string): string {
  return /[:%]/.test(value) ? value.replaceAll(/[:%]/g, encodeURIComponent) : value;
}
