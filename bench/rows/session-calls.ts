import { fasterAtLeast, noneFailed, reachesAtLeast } from "../checks.ts";
import { httpCalls } from "../contenders/http.ts";
import { sdkEvents, sessionServers } from "../contenders/line-up.ts";
import { columns } from "../contenders/work.ts";
import { echoCall } from "../load/frames.ts";
import type { Row, Series } from "../result.ts";
import { interleave } from "../rounds.ts";

const connections = 64;
/** What the compiler needs to be done with it. */
const warmUp = 10_000;
const calls = 2_000;
/** Longer than any slice of so many calls takes. */
const milliseconds = 600_000;

export const sessionCallsRow: Row = {
  name: "session-calls",
  title: `tools/call in one 2025 session over HTTP, ${connections} keep-alive connections`,
  async run({ rounds }) {
    const load = { call: echoCall, connections, milliseconds, warmUp, calls, inSession: true };
    const contenders = sessionServers().map((server) => httpCalls(server, load));
    const series: Series = {
      title: "HTTP tools/call in a session, 2025-11-25",
      measure: "cpuMicros",
      better: "less",
      columns: [columns.cpu, columns.rate, columns.p50, columns.p99, columns.failures],
      standings: await interleave(contenders, rounds),
    };
    return {
      series: [series],
      checks: [
        reachesAtLeast(series, "bare", 70),
        fasterAtLeast(series, sdkEvents, 8),
        fasterAtLeast(series, "sdk-v2", 4),
        noneFailed(series),
      ],
      notes: [
        "bare has no sessions. sdk-v2 keeps a transport for each session. It answers with an event stream as its documents set it up, and in JSON on request.",
      ],
    };
  },
};
