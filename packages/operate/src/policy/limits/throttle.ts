import { type Charge, MemoryLimits } from "@fairlead/store";
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
  const known = new WeakMap<Caller, Charge>();
  return (caller) => {
    const { requests: rule } = policy.of(caller);
    if (rule === undefined) return undefined;
    let charge = known.get(caller);
    if (charge?.rule !== rule) {
      const { id, tenant = "" } = caller;
      // With the length, no pair of tenant and id gives the key of another pair.
      charge = { key: `${tenant.length}:${tenant}${id}`, cost: 1, rule };
      known.set(caller, charge);
    }
    const taken = limits.take([charge], "", now());
    return taken.ok ? undefined : taken.retryAfterMs;
  };
}
