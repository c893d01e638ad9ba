import { parentPort } from "node:worker_threads";
import { type Job, startJob } from "./search-job.ts";
import type { Answer } from "./search-pool.ts";

interface Order {
  readonly job: Job;
  /** How many steps were taken, and whether the one under way may be slow for its pattern. */
  readonly pulse: Int32Array;
}

async function answer({ job, pulse }: Order): Promise<Answer> {
  try {
    const steps = await startJob(job);
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return { result: step.value };
      Atomics.store(pulse, 1, step.value === "matching" ? 1 : 0);
      Atomics.add(pulse, 0, 1);
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const hint = error instanceof Error && "hint" in error ? String(error.hint) : undefined;
    return { message, hint };
  } finally {
    Atomics.store(pulse, 1, 0);
  }
}

parentPort?.on("message", async (order: Order) => parentPort?.postMessage(await answer(order)));
