import { setTimeout as sleep } from "node:timers/promises";
import { noneFailed, staysWithin } from "../checks.ts";
import { eras } from "../contenders/line-up.ts";
import { columns, measureWork, type Work } from "../contenders/work.ts";
import { type Era, echoCall, modern, toCall, toHttpRequest } from "../load/frames.ts";
import { pumpHttp } from "../load/http-client.ts";
import { takeHoldings, withProbe } from "../load/probe.ts";
import { type ServerProcess, startHttpServer, startServer } from "../load/server-process.ts";
import { openStdioClient } from "../load/stdio-client.ts";
import type { Row, Sample, Series } from "../result.ts";
import { interleave } from "../rounds.ts";
import { subject, toLaunch } from "../variants.ts";

const width = 64;
const warmUpShare = 0.1;
const growthLimitMiB = 1;
const mebibyte = 1024 * 1024;
// Connections that were just closed and timers that run out by themselves are not leaks.
const settleMs = 1500;
const longestMs = 600_000;

export const millionCalls: Row = {
  name: "million-calls",
  title: "1,000,000 calls: what is held after them, next to what was held after the first tenth",
  async run({ calls }) {
    const series: Series[] = [];
    for (const era of eras) {
      series.push(
        await follow(`${calls} calls over stdio, ${era}`, async () => overStdio(era, calls)),
      );
    }
    series.push(await follow(`${calls} calls over HTTP, ${modern}`, () => overHttp(calls)));
    return {
      series,
      checks: series.flatMap((each) => [
        staysWithin(each, "growthMiB", growthLimitMiB, "MiB"),
        staysWithin(each, "handlesLeft", 0, "handles"),
        staysWithin(each, "listenersLeft", 0, "listeners"),
        noneFailed(each),
      ]),
      notes: [
        `Flat means at most ${growthLimitMiB} MiB more on the heap after a full collection.`,
        "Run once however many rounds are asked for, on the subject alone.",
      ],
    };
  },
};

/** One run as a series of its own, so that it is failed, shown and checked like the others. */
async function follow(title: string, measure: () => Promise<Sample>): Promise<Series> {
  const open = async () => ({ measure, close: async () => undefined });
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
    standings: await interleave([{ name: subject, open }], 1),
  };
}

async function overStdio(era: Era, calls: number): Promise<Sample> {
  const server = startServer(withProbe(toLaunch(subject, "echo")));
  try {
    const client = await openStdioClient(server, era);
    return await followHoldings(server, calls, (count) =>
      client.pump(echoCall, { inFlight: width, milliseconds: longestMs, calls: count }),
    );
  } finally {
    await server.stop();
  }
}

async function overHttp(calls: number): Promise<Sample> {
  const { server, port } = await startHttpServer((free) =>
    withProbe(toLaunch(subject, "echo", free)),
  );
  try {
    const facts = { method: "tools/call", name: echoCall.tool };
    const requests = Array.from({ length: width }, (_, at) =>
      toHttpRequest(modern, toCall(modern, 100 + at, echoCall), facts),
    );
    const load = { port, requests, marker: echoCall.marker, milliseconds: longestMs };
    return await followHoldings(server, calls, (count) => pumpHttp({ ...load, calls: count }));
  } finally {
    await server.stop();
  }
}

async function followHoldings(
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
