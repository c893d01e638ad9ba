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
    // Nobody waits for this thread, so it never lets others in.
    const steps = await startJob(job, (next) => {
      Atomics.store(pulse, 1, next === "matching" ? 1 : 0);
      Atomics.add(pulse, 0, 1);
      return false;
    });
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return { result: step.value };
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
