import { MemoryLimits } from "@fairlead/store";
import type { Caller } from "../rules/caller.ts";
import type { Rule } from "../rules/rules.ts";

/**
 * Tells how many milliseconds a principal has to wait before its next request is read; undefined where
 * it need not. It is asked before a body is read, so each process counts for itself: waiting for another
 * machine would cost more than what it keeps away.
 */
export function createThrottle(
  policy: { of(caller: Caller): Rule },
  now: () => number = Date.now,
): (caller: Caller) => number | undefined {
  const limits = new MemoryLimits();
  return (caller) => {
    const { requests: rule } = policy.of(caller);
    if (rule === undefined) return undefined;
    const { id, tenant = "" } = caller;
    // No tenant and id together read like those of somebody else.
    const key = `${tenant.length}:${tenant}${id}`;
    const taken = limits.take([{ key, cost: 1, rule }], "", now());
    return taken.ok ? undefined : taken.retryAfterMs;
  };
}
