import { costsAtMost, noneFailed } from "../checks.ts";
import { callsAndRounds, toName } from "../contenders/asking.ts";
import { toHttpServer } from "../contenders/line-up.ts";
import { columns } from "../contenders/work.ts";
import { modern } from "../load/frames.ts";
import type { Row, Series } from "../result.ts";
import { interleave } from "../rounds.ts";
import { subject } from "../variants.ts";

const connections = 64;
/** What the compiler needs to be done with it. */
const warmUp = 6_000;
const calls = 1_000;

export const elicitationRounds: Row = {
  name: "elicitation-rounds",
  title: `A call that asks (two requests) and a plain one over HTTP, ${connections} connections`,
  async run({ rounds }) {
    const servers = ([subject, "sdk-v2"] as const).flatMap((variant) =>
      callsAndRounds(toHttpServer(variant, modern, "asking"), { connections, warmUp, calls }),
    );
    const baseline = toName(subject, "call");
    const contender = toName(subject, "round");
    const series: Series = {
      title: "HTTP tools/call, 2026-07-28",
      measure: "cpuMicros",
      better: "less",
      baseline,
      columns: [columns.cpu, columns.rate, columns.failures],
      standings: await interleave(servers, rounds),
    };
    return {
      series: [series],
      checks: [
        costsAtMost(series, baseline, 2.6, { contender }),
        costsAtMost(series, toName("sdk-v2", "round"), 1, { contender }),
        noneFailed(series, contender),
      ],
      notes: [
        `Each round of the bench makes ${calls} calls and ${calls} calls with an answer, in the same process.`,
        "The tool may change something, so each state is good for one answer. sdk-v2 signs its state, ours is sealed.",
      ],
    };
  },
};
