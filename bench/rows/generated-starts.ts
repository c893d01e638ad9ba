import { costsAtMost, staysWithin } from "../checks.ts";
import { stdioServersIn } from "../contenders/line-up.ts";
import { columns } from "../contenders/work.ts";
import { modern } from "../load/frames.ts";
import type { Row, Series } from "../result.ts";
import { type Contender, interleave } from "../rounds.ts";
import { buildPackage, generatePackage, typeCheck } from "../subject/generated.ts";
import { startsPerRound, toColdStart } from "./cold-start.ts";

/** Documents, and the tools of the list their servers answer. */
const documents = [
  { name: "petstore", document: "petstore3.yaml", tools: 19 },
  { name: "slack", document: "slack.json", tools: 3 },
  { name: "github", document: "github.json", tools: 3 },
] as const;

export const generatedStarts: Row = {
  name: "generated-starts",
  title: "Generated servers: from spawn to the answer of tools/list, and what making one takes",
  async run({ rounds }) {
    const bins = new Map<string, string>();
    const making: Series = {
      title: "from the document to a package",
      measure: "generate",
      better: "less",
      baseline: "petstore",
      columns: [
        { key: "generate", label: "init, s", digits: 1 },
        { key: "typeCheck", label: "type-check, s", digits: 1 },
      ],
      standings: await interleave(
        documents.map(({ name, document }) => toMaking(name, document, bins)),
        1,
      ),
    };
    const bare = stdioServersIn(modern, "echo").filter(({ name }) => name === "bare");
    const servers = documents.map(({ name, tools }) => {
      const launch = { args: [bins.get(name) ?? ""] };
      return toColdStart({ name, launch, era: modern }, tools);
    });
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
        [...bare.map((server) => toColdStart(server)), ...servers],
        rounds * startsPerRound,
      ),
    };
    return {
      series: [starts, making],
      checks: [
        ...documents.map(({ name }) => costsAtMost(starts, "bare", 2, { contender: name })),
        staysWithin(making, "generate", 30, "s", "github"),
        staysWithin(making, "typeCheck", 60, "s", "github"),
      ],
      notes: ["Slack and GitHub, too large for a list, are searched. GitHub has 1,223 operations."],
    };
  },
};

/** Makes a package, and keeps the bin of the last one. */
function toMaking(name: string, document: string, bins: Map<string, string>): Contender {
  return {
    name,
    open: async () => ({
      async measure() {
        const { folder, generateSeconds } = await generatePackage(document);
        const sample = { generate: generateSeconds, typeCheck: await typeCheck(folder) };
        bins.set(name, await buildPackage(folder));
        return sample;
      },
      close: async () => undefined,
    }),
  };
}
