import { setTimeout as sleep } from "node:timers/promises";
import { staysWithin } from "../checks.ts";
import { eras, stdioServersIn } from "../contenders/line-up.ts";
import type { StdioServer } from "../contenders/stdio.ts";
import { toList } from "../load/frames.ts";
import { startServer } from "../load/server-process.ts";
import { openStdioClient } from "../load/stdio-client.ts";
import type { Row, Series } from "../result.ts";
import { type Contender, interleave } from "../rounds.ts";
import { eraNote } from "../variants.ts";

const settleMs = 300;

export const memory: Row = {
  name: "memory",
  title: "Resident memory after start: tools/list answered, nothing called yet",
  async run({ rounds }) {
    const series: Series[] = [];
    for (const era of eras) {
      const contenders = stdioServersIn(era, "echo").map(toContender);
      series.push({
        title: `memory after start, ${era}`,
        measure: "residentMiB",
        better: "less",
        columns: [
          { key: "residentMiB", label: "RSS MiB", digits: 1 },
          { key: "peakMiB", label: "peak RSS MiB", digits: 1 },
        ],
        standings: await interleave(contenders, rounds),
      });
    }
    return {
      series,
      checks: series.map((each) => staysWithin(each, "residentMiB", 60, "MiB")),
      notes: [eraNote],
    };
  },
};

function toContender({ name, launch, era }: StdioServer): Contender {
  async function measure() {
    const server = startServer(launch);
    try {
      const client = await openStdioClient(server, era);
      await client.ask(toList(era, 2));
      await sleep(settleMs);
      return { residentMiB: server.residentMiB(), peakMiB: server.peakMiB() };
    } finally {
      await server.stop();
    }
  }
  return { name, open: async () => ({ measure, close: async () => undefined }) };
}
