import { noneFailed, reachesAtLeast } from "../checks.ts";
import { httpSessionCalls } from "../contenders/http.ts";
import { toHttpServer } from "../contenders/line-up.ts";
import { columns } from "../contenders/work.ts";
import { echoCall, legacy } from "../load/frames.ts";
import type { Row, Series } from "../result.ts";
import { interleave } from "../rounds.ts";
import { subject, type Variant } from "../variants.ts";

const connections = 64;

export const httpSessionRow: Row = {
  name: "http-session",
  title: `tools/call over HTTP with a session on each of ${connections} keep-alive connections`,
  async run({ rounds, milliseconds }) {
    const lineUp: readonly Variant[] = ["bare", subject];
    const contenders = lineUp.map((variant) =>
      httpSessionCalls(toHttpServer(variant, legacy, "echo"), {
        call: echoCall,
        connections,
        milliseconds,
      }),
    );
    const series: Series = {
      title: "HTTP tools/call, 2025-11-25 with a session",
      measure: "rate",
      better: "more",
      columns: [columns.rate, columns.cpu, columns.p50, columns.p99, columns.failures],
      standings: await interleave(contenders, rounds),
    };
    return {
      series: [series],
      checks: [reachesAtLeast(series, "bare", 40), noneFailed(series)],
      notes: ["Bare Node keeps no session. The peers are run stateless only, in http-calls."],
    };
  },
};
