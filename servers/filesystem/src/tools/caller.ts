import type { CallContext } from "@fairlead/runtime";
import type { Caller } from "../search/search-pool.ts";

/** Who makes a call, as the one that asks for work in a thread. */
export function toCaller({ principal, signal }: CallContext): Caller {
  return { id: principal.id, signal };
}
