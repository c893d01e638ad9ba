import { fasterAtLeast, noneFailed, reachesAtLeast } from "../checks.ts";
import { eras, stdioServersIn } from "../contenders/line-up.ts";
import { stdioCalls } from "../contenders/stdio.ts";
import { columns } from "../contenders/work.ts";
import { echoCall, legacy } from "../load/frames.ts";
import type { Check, Row, Series } from "../result.ts";
import { interleave } from "../rounds.ts";
import { eraNote } from "../variants.ts";

const inFlight = 64;

export const stdioCallsRow: Row = {
  name: "stdio-calls",
  title: `tools/call over stdio, ${inFlight} in flight`,
  async run({ rounds, milliseconds }) {
    const series: Series[] = [];
    const checks: Check[] = [];
    for (const era of eras) {
      const contenders = stdioServersIn(era, "echo").map((server) =>
        stdioCalls(server, { call: echoCall, inFlight, milliseconds }),
      );
      const measured: Series = {
        title: `stdio tools/call, ${era}`,
        measure: "rate",
        better: "more",
        columns: [columns.rate, columns.cpu, columns.resident, columns.failures],
        standings: await interleave(contenders, rounds),
      };
      series.push(measured);
      checks.push(reachesAtLeast(measured, "bare", 25));
      if (era === legacy) checks.push(fasterAtLeast(measured, "sdk-v1", 1.4));
      checks.push(fasterAtLeast(measured, "sdk-v2", 1.8), noneFailed(measured));
    }
    return { series, checks, notes: [eraNote] };
  },
};
