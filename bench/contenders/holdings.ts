import { setTimeout as sleep } from "node:timers/promises";
import { noneFailed, staysWithin } from "../checks.ts";
import { takeHoldings } from "../load/probe.ts";
import type { ServerProcess } from "../load/server-process.ts";
import type { Check, Sample, Series } from "../result.ts";
import { measureOnce } from "../rounds.ts";
import { subject } from "../variants.ts";
import { columns, measureWork, type Work } from "./work.ts";

const warmUpShare = 0.1;
const growthLimitMiB = 1;
const mebibyte = 1024 * 1024;
// Connections that were just closed and timers that run out by themselves are not leaks.
const settleMs = 1500;

export const notes = [
  `Flat means at most ${growthLimitMiB} MiB more on the heap after a full collection.`,
  "Run once however many rounds are asked for, on the subject alone.",
];

export function toChecks(series: Series): Check[] {
  return [
    staysWithin(series, "growthMiB", growthLimitMiB, "MiB"),
    staysWithin(series, "handlesLeft", 0, "handles"),
    staysWithin(series, "listenersLeft", 0, "listeners"),
    noneFailed(series),
  ];
}

/** One run as a series of its own, so that it is failed, shown and checked like the others. */
export async function follow(title: string, measure: () => Promise<Sample>): Promise<Series> {
  return {
    title,
    measure: "growthMiB",
    better: "less",
    baseline: subject,
    columns: [
      { key: "growthMiB", label: "heap growth MiB", digits: 2 },
      { key: "warmMiB", label: "heap after warm-up MiB", digits: 1 },
      { key: "handlesLeft", label: "handles left", digits: 0 },
      { key: "listenersLeft", label: "listeners left", digits: 0 },
      columns.rate,
      columns.cpu,
      columns.resident,
      columns.failures,
    ],
    standings: await measureOnce(subject, measure),
  };
}

/** Does a tenth of the work, looks at what the server holds, does the rest and looks again. */
export async function followHoldings(
  server: ServerProcess,
  calls: number,
  work: (calls: number) => Promise<Work>,
): Promise<Sample> {
  const warmUp = Math.ceil(calls * warmUpShare);
  await work(warmUp);
  await sleep(settleMs);
  const warm = await takeHoldings(server);
  const sample = await measureWork(server, () => work(calls - warmUp));
  await sleep(settleMs);
  const last = await takeHoldings(server);
  const handlesLeft = Object.entries(last.resources).reduce(
    (sum, [kind, count]) => sum + Math.max(0, count - (warm.resources[kind] ?? 0)),
    0,
  );
  return {
    ...sample,
    warmMiB: warm.heapUsed / mebibyte,
    growthMiB: (last.heapUsed - warm.heapUsed) / mebibyte,
    handlesLeft,
    listenersLeft: Math.max(0, last.listeners - warm.listeners),
  };
}
