import { costsAtMost, noneFailed } from "../checks.ts";
import { httpCalls } from "../contenders/http.ts";
import { httpServers, stdioServers } from "../contenders/line-up.ts";
import { stdioCalls } from "../contenders/stdio.ts";
import { columns } from "../contenders/work.ts";
import { echoCall, modern } from "../load/frames.ts";
import type { Row, Series } from "../result.ts";
import { type Contender, interleave } from "../rounds.ts";
import { bakeSurface, toManyToolsLaunch } from "../subject/bake.ts";
import { eraNote, subject } from "../variants.ts";

const width = 64;
const oneTool = `${subject}, one tool`;

export const thousandCalls: Row = {
  name: "thousand-calls",
  title: `tools/call on a server of 1,000 tools, ${width} in flight`,
  async run({ rounds, milliseconds }) {
    await bakeSurface("one");
    await bakeSurface("thousand");
    const overStdio = [
      { name: oneTool, launch: toManyToolsLaunch("one", []), era: modern },
      ...stdioServers("thousand"),
    ].map((server) => stdioCalls(server, { call: echoCall, inFlight: width, milliseconds }));
    const overHttp = [
      { name: oneTool, toLaunch: toOneToolLaunch, era: modern },
      ...httpServers("thousand"),
    ].map((server) => httpCalls(server, { call: echoCall, connections: width, milliseconds }));
    const stdio = await measure("stdio tools/call among 999 other tools", overStdio, rounds);
    const http = await measure("HTTP tools/call among 999 other tools", overHttp, rounds);
    return {
      series: [stdio, http],
      checks: [
        costsAtMost(stdio, oneTool, 1.1),
        costsAtMost(http, oneTool, 1.1),
        noneFailed(stdio),
        noneFailed(http),
      ],
      notes: [eraNote, "All but the first line serve 1,000 tools, echo the last of them."],
    };
  },
};

function toOneToolLaunch(port: number) {
  return toManyToolsLaunch("one", ["--http", `127.0.0.1:${port}`]);
}

async function measure(
  title: string,
  contenders: readonly Contender[],
  rounds: number,
): Promise<Series> {
  return {
    title,
    measure: "rate",
    better: "more",
    baseline: oneTool,
    columns: [columns.rate, columns.cpu, columns.resident, columns.failures],
    standings: await interleave(contenders, rounds),
  };
}
