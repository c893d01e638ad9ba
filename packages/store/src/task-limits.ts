import type { Ending } from "./tasks.ts";

/** How much a store of tasks keeps, in all and of one owner. */
export interface TaskLimits {
  readonly tasks: Limit;
  /** Tasks that have not ended. */
  readonly running: Limit;
  /** Characters of results. */
  readonly characters: Limit;
}

export interface Limit {
  readonly all: number;
  readonly each: number;
}

/** What every store keeps without other limits: one in memory for its process, one in Redis for all together. */
export const defaultTaskLimits: TaskLimits = {
  tasks: { all: 10_000, each: 1_000 },
  running: { all: 1_000, each: 100 },
  characters: { all: 128_000_000, each: 32_000_000 },
};

/** JSON-RPC 2.0, section 5.1. */
const internalError = -32603;

/** An end that no worker gives, with what its client is told. */
export function toLost(message: string): Extract<Ending, { readonly status: "failed" }> {
  return { status: "failed", message, error: JSON.stringify({ code: internalError, message }) };
}

/** How a task ends whose lease is over. */
export const workerGone = toLost("The process that ran this task is gone. Start it again.");
