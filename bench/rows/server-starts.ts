import { tmpdir } from "node:os";
import { join } from "node:path";
import { costsAtMost, staysWithin } from "../checks.ts";
import { stdioServersIn } from "../contenders/line-up.ts";
import type { StdioServer } from "../contenders/stdio.ts";
import { columns } from "../contenders/work.ts";
import { modern } from "../load/frames.ts";
import type { Row, Series } from "../result.ts";
import { interleave } from "../rounds.ts";
import { startsPerRound, toColdStart } from "./cold-start.ts";

interface Server {
  readonly name: string;
  /** Tools in the default list, and the tokens it may cost. */
  readonly tools: number;
  readonly tokens: number;
  readonly args?: readonly string[];
}

/** Without a token the last three have nobody to ask what it may do. */
const servers: readonly Server[] = [
  { name: "filesystem", tools: 17, tokens: 3_300, args: [tmpdir()] },
  { name: "git", tools: 12, tokens: 3_000, args: [tmpdir()] },
  { name: "postgres", tools: 7, tokens: 3_000 },
  { name: "puppeteer", tools: 24, tokens: 4_000 },
  { name: "github", tools: 24, tokens: 4_500 },
  { name: "slack", tools: 16, tokens: 3_000 },
  { name: "gdrive", tools: 11, tokens: 3_000 },
];

export const serverStarts: Row = {
  name: "server-starts",
  title: "Cold start of each server: from spawn to the answer of tools/list, over stdio",
  async run({ rounds }) {
    const bare = stdioServersIn(modern, "echo").filter(({ name }) => name === "bare");
    const starts: Series = {
      title: `cold start, ${modern}`,
      measure: "milliseconds",
      better: "less",
      columns: [
        { key: "milliseconds", label: "ms", digits: 1 },
        columns.resident,
        { key: "tokens", label: "tokens of the list", digits: 0 },
      ],
      standings: await interleave(
        [
          ...bare.map((server) => toColdStart(server)),
          ...servers.map((server) => toColdStart(toLaunch(server), server.tools)),
        ],
        rounds * startsPerRound,
      ),
    };
    return {
      series: [starts],
      checks: servers.flatMap(({ name, tokens }) => [
        costsAtMost(starts, "bare", 2, { contender: name }),
        staysWithin(starts, "tokens", tokens, "tokens", name),
      ]),
      notes: ["A token is four characters. No server is given an account, so none asks about one."],
    };
  },
};

function toLaunch({ name, args = [] }: Server): StdioServer {
  const bin = join(import.meta.dirname, `../../servers/${name}/dist/main.cjs`);
  return { name, launch: { args: [bin, ...args] }, era: modern };
}
