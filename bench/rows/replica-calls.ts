import { join } from "node:path";
import { costsAtMost, noneFailed } from "../checks.ts";
import { allGuards, type Guards, openGuards } from "../contenders/guards.ts";
import { replicas } from "../contenders/replicas.ts";
import { columns } from "../contenders/work.ts";
import { echoCall } from "../load/frames.ts";
import type { Row, Series } from "../result.ts";
import { interleave } from "../rounds.ts";

const connections = 64;
const one = "one replica";
const three = "three replicas";
const echo = join(import.meta.dirname, "../../examples/echo/dist/main.cjs");

export const replicaCalls: Row = {
  name: "replica-calls",
  title: "What a call costs three replicas behind nginx, compared with one behind nginx",
  async run({ rounds, milliseconds }) {
    const guards = await openGuards();
    try {
      const plain = await measure("plain", { rounds, milliseconds, guards, which: [] });
      const guarded = await measure("with JWT, limits, audit log and metrics", {
        ...{ rounds, milliseconds, guards, which: allGuards },
      });
      const series = [plain, guarded];
      return {
        series,
        checks: series.flatMap((each) => [
          costsAtMost(each, one, 1.1, { contender: three }),
          noneFailed(each, one),
          noneFailed(each, three),
        ]),
        notes: [
          `${connections} keep-alive connections to nginx with the config of docker/compose, which makes a connection to a replica for each request.`,
          "CPU of the replicas alone, all of them together: what nginx and the load cost is not in it.",
          "Replicas share no Redis here: each counts limits for itself, and writes an audit log of its own.",
        ],
      };
    } finally {
      await guards.close();
    }
  },
};

interface Given {
  readonly rounds: number;
  readonly milliseconds: number;
  readonly guards: Guards;
  readonly which: typeof allGuards | [];
}

async function measure(
  what: string,
  { rounds, milliseconds, guards, which }: Given,
): Promise<Series> {
  const { token } = guards;
  const load = { call: echoCall, connections, milliseconds, token };
  const contenders = [
    { name: one, count: 1 },
    { name: three, count: 3 },
  ].map(({ name, count }) => {
    const toLaunch = (address: string, at: number) => ({
      args: [echo, "--http", address, ...guards.toArgs(which, `${name} ${at}`)],
    });
    return replicas(name, count, toLaunch, load);
  });
  return {
    title: `HTTP tools/call through nginx, ${what}`,
    measure: "cpuMicros",
    better: "less",
    baseline: one,
    columns: [columns.cpu, columns.rate, columns.p50, columns.p99, columns.failures],
    standings: await interleave(contenders, rounds),
  };
}
