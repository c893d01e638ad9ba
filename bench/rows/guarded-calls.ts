import { costsAtMost, fasterAtLeast, noneFailed, reachesAtLeast } from "../checks.ts";
import { allGuards, type Guard, type Guards, openGuards } from "../contenders/guards.ts";
import { httpCalls } from "../contenders/http.ts";
import { toHttpServer } from "../contenders/line-up.ts";
import { columns } from "../contenders/work.ts";
import { echoCall, modern } from "../load/frames.ts";
import type { Row, Series } from "../result.ts";
import { interleave } from "../rounds.ts";
import { subject, toLaunch } from "../variants.ts";

const connections = 64;
const peer = "sdk-v2";

export const guardedCalls: Row = {
  name: "guarded-calls",
  title: `tools/call over stateless HTTP on ${connections} connections, with JWT, limits, audit log and metrics`,
  async run({ rounds, milliseconds }) {
    const guards = await openGuards();
    try {
      const load = { call: echoCall, connections, milliseconds };
      const own = [
        toGuarded(guards, subject, allGuards),
        toGuarded(guards, `${subject} plain`, []),
        ...allGuards.map((guard) => toGuarded(guards, `${subject} with ${guard} alone`, [guard])),
      ];
      const contenders = [
        httpCalls(toHttpServer("bare", modern, "echo"), load),
        ...own.map((server) => httpCalls(server, { ...load, token: guards.token })),
        httpCalls(toBearerPeer(guards), { ...load, token: guards.token }),
      ];
      const series: Series = {
        title: "HTTP tools/call, 2026-07-28",
        measure: "rate",
        better: "more",
        columns: [columns.rate, columns.cpu, columns.p50, columns.p99, columns.failures],
        standings: await interleave(contenders, rounds),
      };
      return {
        series: [series],
        checks: [
          reachesAtLeast(series, "bare", 50),
          fasterAtLeast(series, peer, 6),
          costsAtMost(series, "bare", 4, { key: "p99" }),
          noneFailed(series),
          noneFailed(series, peer),
        ],
        notes: [
          `${subject} has all of it on: a JWT of RS256 by JWKS, limits of a policy file (requests a second, and of calls: rate, calls at once and a day's quota), an audit log that is on disk within 100 ms, and metrics.`,
          `${peer} has its bearer check alone (verifyBearerToken) with a verifier that checks the same of the token by jose. Both verify a token once in 5 minutes.`,
          "bare has nothing in front of it. Each call bears the same token.",
        ],
      };
    } finally {
      await guards.close();
    }
  },
};

function toGuarded(guards: Guards, name: string, which: readonly Guard[]) {
  return {
    ...{ name, era: modern },
    toLaunch(port: number) {
      const launch = toLaunch(subject, "echo", port);
      return { ...launch, args: [...launch.args, ...guards.toArgs(which, name)] };
    },
  };
}

function toBearerPeer({ bearerArgs }: Guards) {
  return {
    ...{ name: peer, era: modern },
    toLaunch(port: number) {
      const launch = toLaunch(peer, "echo", port);
      return { ...launch, args: [...launch.args, ...bearerArgs] };
    },
  };
}
