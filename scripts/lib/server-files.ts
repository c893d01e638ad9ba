import { readText } from "./packages.ts";
import { toReadme } from "./readmes.ts";

/**
 * The files of a new server: one tool in the shape every server has, for its author to replace.
 * What generated packages have as well comes from their template.
 */
export function toServerFiles(name: string): ReadonlyMap<string, string> {
  const title = `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll("-", " ")}`;
  return new Map([
    ["package.json", `${JSON.stringify(toManifest(name, title), null, 2)}\n`],
    // The bin's bundle takes it in; `pnpm gen` writes what belongs there.
    ["surface.json", "{}\n"],
    ["README.md", toReadme(title, toWhat(title), toTexts(name))],
    ["examples.json", examples],
    [`skills/use-${name}/SKILL.md`, toSkill(name, title)],
    ["tsconfig.json", tsconfig],
    ["tsdown.config.ts", build],
    ["src/main.ts", readText("generator/template/src/main.ts") ?? ""],
    ["src/index.ts", toIndex(name, title)],
    ["src/config.ts", config],
    ["src/context.ts", context],
    ["src/words.ts", domain],
    ["src/words.test.ts", domainTest],
    ["src/tools/text.ts", tools],
    ["src/tools/text.test.ts", toolsTest],
    ["test/contract.test.ts", contract],
    ["test/examples.test.ts", examplesTest],
  ]);
}

function toManifest(name: string, title: string) {
  const optional = { optional: true };
  return {
    name: `@fairlead/server-${name}`,
    version: "0.1.0",
    description: `MCP server for ${title}.`,
    license: "Apache-2.0",
    mcpName: `io.github.fairlead/server-${name}`,
    type: "module",
    engines: { node: ">=22.22" },
    bin: { [`fairlead-server-${name}`]: "dist/main.cjs" },
    exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
    files: ["dist", "skills", "surface.json", "server.json"],
    scripts: { build: "tsdown", typecheck: "tsc --noEmit", test: "vitest run" },
    peerDependencies: { "@fairlead/runtime": "workspace:^", zod: "catalog:" },
    peerDependenciesMeta: { "@fairlead/runtime": optional, zod: optional },
    devDependencies: {
      "@fairlead/runtime": "workspace:*",
      "@types/node": "catalog:",
      tsdown: "catalog:",
      typescript: "catalog:",
      vitest: "catalog:",
      zod: "catalog:",
    },
  };
}

const toWhat = (title: string) =>
  `An MCP server for ${title}: what it does, for whom, and what it never does.`;

const toTexts = (name: string) => ({
  "Try it": `The official [Inspector](https://github.com/modelcontextprotocol/inspector) opens a page on
which you can call every tool:

\`\`\`sh
npx -y @modelcontextprotocol/inspector npx -y @fairlead/server-${name}
\`\`\``,
  Safety:
    "What the server can reach, and what keeps it from reaching further. `--read-only` leaves only " +
    "the tools that read.",
});

const examples = `[
  {
    "tool": "count_words",
    "arguments": {
      "text": "one or three"
    },
    "answer": [
      "{\\"words\\":3}"
    ]
  }
]
`;

const toSkill = (name: string, title: string) => `---
name: use-${name}
description: Counts words with the tools of the ${title} server. Say here when a model should read this.
license: Apache-2.0
---

# Work with ${title}

1. \`count_words\` with the \`text\`. Say in which order the tools are called.

## Traps

- What a model would do wrong without being told.

## Example

The user asks: "How long is this?" Call \`count_words\`, and answer with \`words\` of the result.
`;

const tsconfig = `{ "extends": "../../tsconfig.base.json", "include": ["src", "test", "*.json"] }
`;

const build = `import { server } from "../../tsdown.base.ts";

export default server();
`;

const toIndex = (name: string, title: string) => `import { defineServer } from "@fairlead/runtime";
import packageFacts from "../package.json" with { type: "json" };
import { config } from "./config.ts";
import { text } from "./tools/text.ts";
import { openCounter } from "./words.ts";

export const server = defineServer({
  name: "${name}",
  title: "${title}",
  package: packageFacts,
  config,
  connect: (options) => ({ context: { counter: openCounter(options) } }),
  toolsets: [text],
  skills: new URL("../skills/", import.meta.url),
});
`;

const config = `import { z } from "zod";

export const config = z.object({
  shortest: z.int().min(1).default(1).describe("Letters a word must have to count."),
});
`;

const context = `import { toolFactory } from "@fairlead/runtime";
import type { Counter } from "./words.ts";

export interface Context {
  readonly counter: Counter;
}

export const defineTool = toolFactory<Context>();
`;

const domain = `/** What counts as a word. */
export interface Rules {
  /** Letters it has at least. */
  readonly shortest: number;
}

export interface Counter {
  /** Counts the words of a text. */
  count(text: string): number;
}

/** Opens what the tools work on. */
export function openCounter({ shortest }: Rules): Counter {
  return {
    count(text) {
      const words = text.match(/\\p{L}+/gu) ?? [];
      return words.filter((word) => word.length >= shortest).length;
    },
  };
}
`;

const domainTest = `import { expect, test } from "vitest";
import { openCounter } from "./words.ts";

test("words are runs of letters, in any script", () => {
  expect(openCounter({ shortest: 1 }).count("Grüße, Welt: 3 слова!")).toBe(3);
  expect(openCounter({ shortest: 3 }).count("a word or two")).toBe(2);
  expect(openCounter({ shortest: 1 }).count("")).toBe(0);
});
`;

const tools = `import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { type Context, defineTool } from "../context.ts";

const count = defineTool({
  name: "count_words",
  title: "Count words",
  description: "Counts the words of a text. Returns their number.",
  effect: "read",
  input: z.object({ text: z.string().describe("Text to count the words of.") }),
  output: z.object({ words: z.int() }),
  run: ({ text }, { counter }) => ({ words: counter.count(text) }),
});

export const text = defineToolset<Context>({
  name: "text",
  description: "What can be said of a text.",
  tools: [count],
});
`;

const toolsTest = `import { connect } from "@fairlead/runtime/testing";
import { expect, onTestFinished, test } from "vitest";
import { server } from "../index.ts";

test("words are counted by the rules of the options", async () => {
  const client = await connect(server, { config: { shortest: 4 } });
  onTestFinished(() => client.close());
  const answer = await client.callTool("count_words", { text: "one or three" });
  expect(answer.structuredContent).toEqual({ words: 1 });
});
`;

const contract = `import { contract } from "@fairlead/runtime/testing";
import { test } from "vitest";
import { server } from "../src/index.ts";

contract({ server, root: new URL("../", import.meta.url) }, test);
`;

const examplesTest = `import { connect, replayExamples } from "@fairlead/runtime/testing";
import { expect, onTestFinished, test } from "vitest";
import { server } from "../src/index.ts";

test("the server answers the README's examples as it shows them", async () => {
  const client = await connect(server);
  onTestFinished(() => client.close());
  const replayed = await replayExamples({
    root: new URL("../", import.meta.url),
    call: (tool, args) => client.callTool(tool, args),
  });
  // \`vitest run -u\` records the answers.
  await expect(replayed).toMatchFileSnapshot("../examples.json");
});
`;
