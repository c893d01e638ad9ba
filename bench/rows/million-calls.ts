import { follow, followHoldings, notes, toChecks } from "../contenders/holdings.ts";
import { eras } from "../contenders/line-up.ts";
import { type Era, echoCall, modern, toCall, toHttpRequest } from "../load/frames.ts";
import { pumpHttp } from "../load/http-client.ts";
import { withProbe } from "../load/probe.ts";
import { startHttpServer, startServer } from "../load/server-process.ts";
import { openStdioClient } from "../load/stdio-client.ts";
import type { Row, Sample, Series } from "../result.ts";
import { subject, toLaunch } from "../variants.ts";

const width = 64;
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
      checks: series.flatMap(toChecks),
      notes,
    };
  },
};

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
