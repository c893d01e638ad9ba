import { costsAtMost, fasterAtLeast, noneFailed, reachesAtLeast } from "../checks.ts";
import { httpCalls } from "../contenders/http.ts";
import { httpServers } from "../contenders/line-up.ts";
import { columns } from "../contenders/work.ts";
import { echoCall } from "../load/frames.ts";
import type { Row, Series } from "../result.ts";
import { interleave } from "../rounds.ts";
import { eraNote } from "../variants.ts";

const connections = 64;

export const httpCallsRow: Row = {
  name: "http-calls",
  title: `tools/call over stateless HTTP, ${connections} keep-alive connections`,
  async run({ rounds, milliseconds }) {
    const contenders = httpServers("echo").map((server) =>
      httpCalls(server, { call: echoCall, connections, milliseconds }),
    );
    const series: Series = {
      title: "HTTP tools/call, 2026-07-28",
      measure: "rate",
      better: "more",
      columns: [
        columns.rate,
        columns.cpu,
        columns.p50,
        columns.p99,
        columns.resident,
        columns.failures,
      ],
      standings: await interleave(contenders, rounds),
    };
    return {
      series: [series],
      checks: [
        reachesAtLeast(series, "bare", 45),
        fasterAtLeast(series, "sdk-v2", 4.5),
        fasterAtLeast(series, "fastmcp", 6),
        costsAtMost(series, "bare", 5, { key: "p99" }),
        noneFailed(series),
      ],
      notes: [eraNote, "sdk-v1 and fastmcp answer in JSON, the quicker of the two they offer."],
    };
  },
};
