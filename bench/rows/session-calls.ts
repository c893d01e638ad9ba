import { fasterAtLeast, noneFailed, reachesAtLeast } from "../checks.ts";
import { httpCalls } from "../contenders/http.ts";
import { sessionServers } from "../contenders/line-up.ts";
import { columns } from "../contenders/work.ts";
import { echoCall } from "../load/frames.ts";
import type { Row, Series } from "../result.ts";
import { interleave } from "../rounds.ts";

const connections = 64;

export const sessionCallsRow: Row = {
  name: "session-calls",
  title: `tools/call in one 2025 session over HTTP, ${connections} keep-alive connections`,
  async run({ rounds, milliseconds }) {
    const contenders = sessionServers().map((server) =>
      httpCalls(server, { call: echoCall, connections, milliseconds, inSession: true }),
    );
    const series: Series = {
      title: "HTTP tools/call in a session, 2025-11-25",
      measure: "rate",
      better: "more",
      columns: [columns.rate, columns.cpu, columns.p50, columns.p99, columns.failures],
      standings: await interleave(contenders, rounds),
    };
    return {
      series: [series],
      checks: [
        reachesAtLeast(series, "bare", 45),
        fasterAtLeast(series, "sdk-v2", 4),
        noneFailed(series),
      ],
      notes: [
        "bare has no sessions. sdk-v2 keeps a transport for each and answers in JSON, the quicker of its two.",
      ],
    };
  },
};
