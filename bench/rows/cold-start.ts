import { costsAtMost } from "../checks.ts";
import { eras, stdioServersIn } from "../contenders/line-up.ts";
import type { StdioServer } from "../contenders/stdio.ts";
import { toList } from "../load/frames.ts";
import { startServer } from "../load/server-process.ts";
import { openStdioClient } from "../load/stdio-client.ts";
import { readTools } from "../load/verify.ts";
import type { Row, Series } from "../result.ts";
import { type Contender, interleave } from "../rounds.ts";
import { eraNote } from "../variants.ts";

export const startsPerRound = 3;

export const coldStart: Row = {
  name: "cold-start",
  title: "Cold start: from spawn to the answer of tools/list, over stdio",
  async run({ rounds }) {
    const series: Series[] = [];
    for (const era of eras) {
      const contenders = stdioServersIn(era, "echo").map((server) => toColdStart(server));
      series.push({
        title: `cold start, ${era}`,
        measure: "milliseconds",
        better: "less",
        columns: [
          { key: "milliseconds", label: "ms", digits: 1 },
          { key: "cpuMillis", label: "server CPU ms", digits: 0 },
          { key: "residentMiB", label: "RSS MiB", digits: 0 },
        ],
        standings: await interleave(contenders, rounds * startsPerRound),
      });
    }
    return {
      series,
      checks: series.flatMap((each) => [
        costsAtMost(each, "bare", 1.6),
        costsAtMost(each, "sdk-v2", 0.45),
      ]),
      notes: [eraNote],
    };
  },
};

/** From spawn to the answer of `tools/list`, which must name so many tools. */
export function toColdStart({ name, launch, era }: StdioServer, tools = 1): Contender {
  async function start() {
    const started = performance.now();
    const server = startServer(launch);
    try {
      const client = await openStdioClient(server, era);
      const { line } = await client.ask(toList(era, 2));
      const milliseconds = performance.now() - started;
      const residentMiB = server.residentMiB();
      const cpuMillis = server.cpuMicros() / 1000;
      const tokens = JSON.stringify(readTools(line.toString(), tools)).length / 4;
      return { milliseconds, residentMiB, cpuMillis, tokens };
    } finally {
      await server.stop();
    }
  }
  return {
    name,
    async open() {
      // Once unmeasured, so that nobody pays alone for reading its files from the disk.
      await start();
      return { measure: start, close: async () => undefined };
    },
  };
}
