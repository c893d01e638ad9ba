import { setTimeout as wait } from "node:timers/promises";

/**
 * One thing that every adapter of a port has to do. `run` throws an AssertionError where it does not.
 *
 * @example
 * ```ts
 * import { MemoryBus } from "@fairlead/store";
 * import { busCases } from "@fairlead/store/contract";
 * import { test } from "vitest";
 *
 * test.each(busCases)("$name", ({ run }) => run(() => new MemoryBus()));
 * ```
 */
export interface Case<Open> {
  readonly name: string;
  run(open: Open): Promise<void>;
}

/** Milliseconds that word may take from one process to another. */
const mostMs = 10_000;

/** Resolves once it is so: an adapter may tell of a change a little later. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + mostMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`It was not so after ${mostMs} ms: ${isSo}`);
    await wait(5);
  }
}
