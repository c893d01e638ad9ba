import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { rank } from "./bm25.ts";
import { questions } from "./questions.ts";

const servers = ["filesystem", "git", "postgres", "github", "slack", "gdrive", "puppeteer"];

interface Listed {
  readonly wire: { readonly name: string; readonly description: string };
  readonly listed?: boolean;
}

/** The tools of a server, those of its optional toolsets too. */
function toolsOf(server: string): readonly Listed[] {
  const file = new URL(`../../servers/${server}/surface.json`, import.meta.url);
  const toolsets: readonly { readonly tools: readonly Listed[] }[] = JSON.parse(
    readFileSync(file, "utf8"),
  ).toolsets;
  return toolsets.flatMap(({ tools }) => tools).filter(({ listed }) => listed !== false);
}

const byServer = new Map(servers.map((server) => [server, toolsOf(server)]));
const all = [...byServer.values()].flat().map(({ wire }) => wire);

// Claude Code and Codex show the model of many tools only those that a search like this one finds.
test.for(questions)("%s", ([question, ...wanted]) => {
  const documents = all.map(({ name, description }) => ({
    name,
    text: `${name.replaceAll("_", " ")} ${description}`,
  }));
  const top = rank(question, documents).slice(0, 5);
  expect(
    top.some((name) => wanted.includes(name)),
    `found ${top.join(", ")}`,
  ).toBe(true);
});

test("the questions name tools that exist, at least six of every server", () => {
  const names = new Set(all.map(({ name }) => name));
  for (const [question, ...wanted] of questions) {
    for (const tool of wanted) expect(names.has(tool), `${question}: ${tool}`).toBe(true);
  }
  expect(questions.length).toBeGreaterThanOrEqual(60);
  for (const [server, tools] of byServer) {
    const own = new Set(tools.map(({ wire }) => wire.name));
    const asked = questions.filter(([, first = ""]) => own.has(first));
    expect(asked.length, server).toBeGreaterThanOrEqual(6);
  }
});
