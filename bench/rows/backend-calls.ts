import { costsAtMost, noneFailed, reachesAtLeast } from "../checks.ts";
import { allGuards, openGuards } from "../contenders/guards.ts";
import { httpCalls } from "../contenders/http.ts";
import { openShopBackends, shopCalls } from "../contenders/shop.ts";
import { columns } from "../contenders/work.ts";
import { legacy, modern } from "../load/frames.ts";
import type { Row, Series } from "../result.ts";
import { interleave } from "../rounds.ts";
import { subject } from "../variants.ts";

const connections = 50;
const guarded = `${subject} guarded`;
const variants = ["bare", subject, "sdk-v2", "fastmcp"] as const;

export const backendCalls: Row = {
  name: "backend-calls",
  title: `Three tools over Redis and an HTTP API, on ${connections} keep-alive connections`,
  async run({ rounds, milliseconds }) {
    const guards = await openGuards();
    const backends = await openShopBackends().catch(async (error: unknown) => {
      await guards.close();
      throw error;
    });
    try {
      const load = { call: shopCalls, connections, milliseconds };
      const plain = variants.map((variant) =>
        httpCalls(
          {
            name: variant,
            era: variant === "fastmcp" ? legacy : modern,
            toLaunch: (port) => backends.toLaunch(variant, port),
          },
          load,
        ),
      );
      const toLaunch = (port: number) => {
        const { args } = backends.toLaunch(subject, port);
        return { args: [...args, ...guards.toArgs(allGuards, guarded)] };
      };
      const contenders = [
        ...plain,
        httpCalls({ name: guarded, era: modern, toLaunch }, { ...load, token: guards.token }),
      ];
      const series: Series = {
        title: "HTTP tools/call with backends",
        measure: "rate",
        better: "more",
        columns: [columns.rate, columns.cpu, columns.p50, columns.p99, columns.failures],
        standings: await interleave(contenders, rounds),
      };
      return {
        series: [series],
        checks: [
          reachesAtLeast(series, "bare", 80),
          costsAtMost(series, "sdk-v2", 0.28, { key: "cpuMicros", contender: guarded }),
          ...[...variants, guarded].map((whose) => noneFailed(series, whose)),
        ],
        notes: [
          "A connection in three calls the tool that reads a value in Redis, the next one the tool that asks the HTTP API, the third the tool that does both at once and combines them.",
          "All contenders share the code of the tools: ioredis, and node:http with an agent that keeps its connections. Redis and the API are processes of their own on this machine.",
          `${guarded} has JWT, limits, audit log and metrics on. fastmcp is measured in 2025-11-25, the others in 2026-07-28.`,
        ],
      };
    } finally {
      await backends.close();
      await guards.close();
    }
  },
};
