import { staysWithin } from "../checks.ts";
import { columns } from "../contenders/work.ts";
import { modern, toCall, toList } from "../load/frames.ts";
import { startServer } from "../load/server-process.ts";
import { openStdioClient } from "../load/stdio-client.ts";
import { assertAnswers } from "../load/verify.ts";
import type { Row, Series } from "../result.ts";
import { type Contender, interleave } from "../rounds.ts";
import { buildPackage, generatePackage, readDocument } from "../subject/generated.ts";

const many = 11_422;
const search = {
  tool: "search_operations",
  arguments: { query: "create an issue" },
  marker: "create_issue",
};

export const firstSearch: Row = {
  name: "first-search",
  title: "Generated servers: the first search, after tools/list has been answered",
  async run({ rounds }) {
    const github = await build();
    const large = await build(toLarge(many));
    const series: Series = {
      title: `first search, ${modern}`,
      measure: "milliseconds",
      better: "less",
      baseline: "github",
      columns: [
        { key: "milliseconds", label: "ms", digits: 1 },
        { key: "cpuMillis", label: "server CPU ms", digits: 0 },
        columns.resident,
      ],
      standings: await interleave(
        [toFirstSearch("github", github), toFirstSearch("large", large)],
        rounds,
      ),
    };
    return {
      series: [series],
      checks: [
        staysWithin(series, "milliseconds", 200, "ms", "large"),
        staysWithin(series, "residentMiB", 120, "MiB", "large"),
      ],
      notes: [`GitHub has 1,223 operations, the large one ${many}: GitHub's again and again.`],
    };
  },
};

async function build(content?: string): Promise<string> {
  return buildPackage((await generatePackage("github.json", content)).folder);
}

/** GitHub's document with each operation under further paths, ids and tags, until there are so many. */
function toLarge(operations: number): string {
  const document = JSON.parse(readDocument("github.json").toString());
  const paths: Record<string, Record<string, unknown>> = {};
  let count = 0;
  for (let area = 0; count < operations; area += 1) {
    for (const [path, item] of Object.entries<Record<string, object>>(document.paths)) {
      const entries = Object.entries(item).flatMap(([method, given]) => {
        const operation = { operationId: undefined, tags: [""], ...given };
        if (operation.operationId === undefined || count >= operations) return [];
        count += 1;
        const operationId = `${operation.operationId}-area${area}`;
        const tags = operation.tags.map((tag) => `${tag} area ${area}`);
        return [[method, area === 0 ? given : { ...operation, operationId, tags }] as const];
      });
      if (entries.length > 0)
        paths[`${area === 0 ? "" : `/area${area}`}${path}`] = Object.fromEntries(entries);
    }
  }
  return JSON.stringify({ ...document, paths });
}

function toFirstSearch(name: string, bin: string): Contender {
  async function measure() {
    const server = startServer({ args: [bin] });
    try {
      const client = await openStdioClient(server, modern);
      await client.ask(toList(modern, 2));
      const before = server.cpuMicros();
      const { line, milliseconds } = await client.ask(toCall(modern, 3, search));
      assertAnswers(line.toString(), search);
      const cpuMillis = (server.cpuMicros() - before) / 1000;
      return { milliseconds, cpuMillis, residentMiB: server.residentMiB() };
    } finally {
      await server.stop();
    }
  }
  return {
    name,
    async open() {
      // Once unmeasured, so that nobody pays alone for reading its files from the disk.
      await measure();
      return { measure, close: async () => undefined };
    },
  };
}
