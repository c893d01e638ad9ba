import { MemoryLimits } from "@fairlead/store";
import type { Caller } from "../rules/caller.ts";
import type { Rule } from "../rules/rules.ts";

/**
 * Gives how many milliseconds a principal has to wait before its next request is read, or undefined if it
 * need not wait. The check is made before a body is read, and each process counts for itself: a round trip
 * to Redis would cost more than the request that is refused.
 */
export function createThrottle(
  policy: { of(caller: Caller): Rule },
  now: () => number = () => performance.now(),
): (caller: Caller) => number | undefined {
  const limits = new MemoryLimits();
  return (caller) => {
    const { requests: rule } = policy.of(caller);
    if (rule === undefined) return undefined;
    const { id, tenant = "" } = caller;
    // With the length, no pair of tenant and id gives the key of another pair.
    const key = `${tenant.length}:${tenant}${id}`;
    const taken = limits.take([{ key, cost: 1, rule }], "", now());
    return taken.ok ? undefined : taken.retryAfterMs;
  };
}
