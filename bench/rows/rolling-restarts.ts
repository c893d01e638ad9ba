import { join } from "node:path";
import { loadThroughRestarts } from "@fairlead/testing";
import { noneFailed, staysWithin } from "../checks.ts";
import { echoCall } from "../load/frames.ts";
import type { Row, Series } from "../result.ts";
import { subject } from "../variants.ts";

const rolls = 10;
const connections = [64, 1_000] as const;
const bin = join(import.meta.dirname, "../../examples/echo/dist/main.cjs");

export const rollingRestarts: Row = {
  name: "rolling-restarts",
  title: `1,000,000 calls, half of them in sessions, through ${rolls} rolling restarts of three processes`,
  async run({ calls }) {
    const { tool: name, arguments: args, marker } = echoCall;
    const call = { name, arguments: args, marker };
    const began = performance.now();
    const tally = await loadThroughRestarts({
      ...{ bin, call, requests: calls, connections, rolls },
      rolled: (now) => console.error(`${now.restarts} processes restarted: ${JSON.stringify(now)}`),
    });
    const { failures: said, ...counts } = tally;
    const failures = counts.statelessFailed + counts.sessionFailed;
    const notMadeAgain = counts.ended - counts.madeAgain;
    const seconds = (performance.now() - began) / 1_000;
    const series: Series = {
      title: `${calls} calls on ${connections.join(" to ")} connections`,
      measure: "failures",
      better: "less",
      baseline: subject,
      columns: [
        { key: "requests", label: "answered", digits: 0 },
        { key: "stateless", label: "stateless", digits: 0 },
        { key: "official", label: "by official clients", digits: 0 },
        { key: "restarts", label: "processes restarted", digits: 0 },
        { key: "ended", label: "sessions lost", digits: 0 },
        { key: "madeAgain", label: "made again", digits: 0 },
        { key: "officialMadeAgain", label: "by official clients", digits: 0 },
        { key: "passedOn", label: "passed on", digits: 0 },
        { key: "connections", label: "connections", digits: 0 },
        { key: "failures", label: "failed", digits: 0 },
      ],
      standings: [
        { contender: subject, samples: [{ ...counts, failures, notMadeAgain, seconds }] },
      ],
    };
    return {
      series: [series],
      checks: [
        noneFailed(series),
        staysWithin(series, "statelessFailed", 0, "requests"),
        staysWithin(series, "untold", 0, "lost sessions not answered with 404"),
        staysWithin(series, "strayed", 0, "sessions lost without a restart"),
        staysWithin(series, "notMadeAgain", 0, "lost sessions not made again"),
      ],
      notes: [
        "Run once however many rounds are asked for, on the subject alone. Load and balancer are one process.",
        "The balancer asks each process at /readyz, and sends a request to another only if the first refused the connection.",
        ...said,
      ],
    };
  },
};
