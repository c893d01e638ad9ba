import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { staysWithin } from "../checks.ts";
import { askHttp } from "../load/connection.ts";
import { type EventStream, openEventStream } from "../load/event-stream.ts";
import { modern, toCall, toHttpRequest, toRequest } from "../load/frames.ts";
import { takeHoldings, withProbe } from "../load/probe.ts";
import { startHttpServer } from "../load/server-process.ts";
import type { Row, Sample, Series } from "../result.ts";
import { measureOnce } from "../rounds.ts";
import { subject } from "../variants.ts";

const streams = 1_000;
const events = 5;
/** Between two events, of which a resource has at most four a second. */
const restMs = 400;
const settleMs = 1_500;
const server = join(import.meta.dirname, "../dist/subject/streams.js");
const method = "subscriptions/listen";
const listen = toHttpRequest(
  modern,
  toRequest(modern, 1, method, {
    notifications: { resourceSubscriptions: ["bench://value"] },
  }),
  { method },
);
const publishCall = { tool: "publish", arguments: {}, marker: "told" };
const publish = toHttpRequest(modern, toCall(modern, 2, publishCall), {
  method: "tools/call",
  name: publishCall.tool,
});

export const listenStreams: Row = {
  name: "listen-streams",
  title: `${streams} open subscriptions/listen: what each holds, and who is told of an event at once`,
  async run() {
    const series: Series = {
      title: `${streams} streams, ${events} events`,
      measure: "kibEach",
      better: "less",
      baseline: subject,
      columns: [
        { key: "kibEach", label: "heap KiB each", digits: 2 },
        { key: "missed", label: "not told in the same turn", digits: 0 },
        { key: "spreadMs", label: "first to last told ms", digits: 1 },
      ],
      standings: await measureOnce(subject, measure),
    };
    return {
      series: [series],
      checks: [
        staysWithin(series, "kibEach", 8, "KiB"),
        staysWithin(series, "missed", 0, "streams"),
      ],
      notes: [
        "Heap after a full collection, with the streams open and before, per stream. Buffers outside the heap are not in it.",
      ],
    };
  },
};

async function measure(): Promise<Sample> {
  const { server: running, port } = await startHttpServer((free) =>
    withProbe({ args: [server, "--http", `127.0.0.1:${free}`] }),
  );
  const open: EventStream[] = [];
  const openMore = async (count: number) => {
    for (let at = 0; at < count; at += 1) {
      const stream = await openEventStream(port, listen);
      open.push(stream);
      await stream.saw("subscriptions/acknowledged", 1);
    }
  };
  try {
    // What the first of them loads and compiles is not a part of what each costs.
    await openMore(50);
    await tell(port, open, 1);
    for (const stream of open.splice(0)) stream.close();
    await sleep(settleMs);
    const before = await takeHoldings(running);
    await openMore(streams);
    const after = await takeHoldings(running);
    let missed = 0;
    let spreadMs = 0;
    for (let event = 1; event <= events; event += 1) {
      await sleep(restMs);
      const told = await tell(port, open, event);
      missed = Math.max(missed, streams - told.atOnce);
      spreadMs = Math.max(spreadMs, told.spreadMs);
    }
    return { kibEach: (after.heapUsed - before.heapUsed) / 1024 / streams, missed, spreadMs };
  } finally {
    for (const stream of open) stream.close();
    await running.stop();
  }
}

/** Publishes an event, and waits until every stream has had so many. */
async function tell(port: number, open: readonly EventStream[], times: number) {
  const told = open.map(async (stream) => {
    await stream.saw("resources/updated", times);
    return performance.now();
  });
  const { body } = await askHttp(port, publish);
  const at = await Promise.all(told);
  const atOnce = Number(/(\d+) told/.exec(body)?.[1]);
  return { atOnce, spreadMs: Math.max(...at) - Math.min(...at) };
}
