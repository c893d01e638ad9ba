import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { platform } from "node:process";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { isSurface } from "../../packages/define/dist/start.js";
import { createParse, Policy } from "../../packages/operate/dist/policy.js";
import { readTokens } from "../../packages/runtime/dist/serve.js";
import { spawn } from "../../packages/runtime/dist/testing.js";
import { toRequestLine } from "../../packages/runtime/src/operate/request-line.ts";
import {
  listDocumented,
  listDocuments,
  readBlocks,
  readSpans,
  type Sample,
} from "../lib/documents/documents.ts";
import { splitCommands } from "../lib/documents/shell.ts";
import { root } from "../lib/packages.ts";
import { forms, isRenderedConfig, outside } from "./support/forms.ts";
import { workplace, writeFiles } from "./support/programs.ts";

const documents = listDocuments();
const all = documents.flatMap(readBlocks);
/** The answers in the list of a server's tools are its own tests' to replay. */
const blocks = all.filter(({ part, language }) => part !== "tools" || language === "json");
const ofLanguage = (...languages: string[]) =>
  blocks.filter(({ language }) => languages.includes(language));
const at = ({ path, line }: Sample) => `${path}:${line}`;

/** A script that is run as a whole. */
const script = /^token=\$\(openssl /;
/** Programs whose commands stand in prose. */
const programs =
  /^(?:p?npm|npx|node|docker|kubectl|claude|codex|gemini|opencode|mcp-publisher|openapi-to-mcp) \S/;
/** Samples that another test holds, by how they begin. */
const heldElsewhere = [
  { language: "sql", path: "servers/postgres/README.md", by: "servers/postgres/test/role.test.ts" },
  {
    language: "sql",
    path: "docs/subscriptions.md",
    by: "servers/postgres/test/subscriptions.test.ts",
  },
  { language: "nginx", path: "docs/replicas.md", by: "examples/everything/test/sticky.test.ts" },
  { language: "js", path: "docs/telemetry.md", by: "examples/everything/test/telemetry.test.ts" },
  { language: "yaml", path: "docs/telemetry.md", by: "examples/everything/test/telemetry.test.ts" },
  { language: "", path: "docs/generating.md", by: "generator/test/regeneration.test.ts" },
];

test("every block is of a language that a test here reads", () => {
  const known = ["sh", "json", "toml", "ts", "text", "yaml"];
  const rest = blocks.filter(({ language }) => !known.includes(language));
  const unread = rest.filter(
    ({ language, path }) =>
      !heldElsewhere.some((held) => held.language === language && held.path === path),
  );
  expect(unread.map(at)).toEqual([]);
  expect(blocks.length).toBeGreaterThan(100);
});

test("every line of an output that another test holds stands in that test", () => {
  for (const { language, path, by } of heldElsewhere) {
    const text = readFileSync(join(root, by), "utf8");
    const shown = blocks.filter((block) => block.language === language && block.path === path);
    expect(shown, path).not.toEqual([]);
    for (const line of shown[0]?.language === "" ? shown[0].text.split("\n") : [basename(path)]) {
      expect(text, `${by} of ${path}`).toContain(line);
    }
  }
});

describe("commands", () => {
  const inBlocks = ofLanguage("sh").filter(({ text }) => !script.test(text));
  const inProse = documents.flatMap(readSpans).filter(({ text }) => programs.test(text));
  const commands = [...inBlocks, ...inProse].flatMap((sample) =>
    splitCommands(sample.text).map((command) => ({ ...command, place: at(sample) })),
  );

  test("are of a form that is checked, or on the list of those that cannot be", () => {
    const unknown = commands.filter(
      ({ text }) => ![...forms, ...outside].some(({ match }) => match.test(text)),
    );
    expect(unknown.map(({ place, text }) => `${place} ${text}`)).toEqual([]);
    expect(commands.length).toBeGreaterThan(80);
  });

  test.for([...forms, ...outside])("$match is in a document", ({ match }) => {
    expect(commands.some(({ text }) => match.test(text))).toBe(true);
  });

  test.for(forms)("$name", { timeout: 60_000 }, async ({ match, check }) => {
    const wrong: string[] = [];
    for (const command of commands.filter(({ text }) => match.test(text))) {
      const problem = await check(command);
      if (problem !== "") wrong.push(`${command.place} ${command.text}: ${problem}`);
    }
    expect(wrong).toEqual([]);
  });
});

test.for([
  [
    "claude mcp add git -- npx -y @fairlead/server-git /path/to/elsewhere --deep",
    "no such command",
  ],
  ["npx -y @fairlead/server-git --no-such-option /path/to/directory", "no-such-option"],
  ["npx -y @fairlead/server-git@9.9.9 /path/to/directory", "Not 9.9.9"],
  ["docker run --rm -i fairlead-server-git --no-such-option", "no-such-option"],
  ["npm start -- --no-such-option", "no-such-option"],
  ["npm start -- serve --config servers.yaml --no-such-option", "no-such-option"],
  ["kubectl apply --kustomize docker/kubernetes/overlays/none", "no overlay"],
  ["kubectl create secret generic mcp-server --namespace mcp-postgres --from-file=key", "needs"],
  ["kubectl rollout restart deployment/server --namespace mcp-postgres", "deployment/mcp-server"],
  ["export TOKENS_FILE=tokens", "POSTGRES_PASSWORD"],
  ["docker compose --file docker/compose.yaml up --scale none=5", "none=5"],
  ["pnpm no-such-script", "no-such-script"],
  ["rm -r .", "no form"],
] as const)("%s would be found", async ([text, problem]) => {
  const [command = { text, words: [] }] = splitCommands(text);
  const form = forms.find(({ match }) => match.test(text));
  expect(form ? await form.check(command) : "no form").toContain(problem);
});

test("every block of JSON parses", () => {
  const broken = ofLanguage("json").filter(({ text }) => {
    try {
      JSON.parse(text);
      return false;
    } catch {
      return true;
    }
  });
  expect(broken.map(at)).toEqual([]);
});

test("every client config is as the renderer writes it", () => {
  const isConfig = ({ language, text }: Sample) =>
    language === "toml" || /^\{\s+"(?:mcpServers|servers|context_servers|mcp)": /.test(text);
  const configs = ofLanguage("json", "toml").filter(isConfig);
  expect(configs.filter(({ text }) => !isRenderedConfig(text)).map(at)).toEqual([]);
  expect(configs.length).toBeGreaterThan(60);
});

test("the line of the audit log has the members that a server writes", () => {
  const shown = ofLanguage("json").find(({ text }) => text.includes('"prev"'));
  const keys = Object.keys(JSON.parse(shown?.text ?? "{}"));
  const path = join(workplace, "shown.jsonl");
  const meta = { traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` };
  const call = { name: "write_file", arguments: { path: "a.txt", content: "" }, _meta: meta };
  const initialize = {
    ...{ protocolVersion: "2025-11-25", capabilities: {} },
    clientInfo: { name: "test", version: "1" },
  };
  const input = [
    { jsonrpc: "2.0", id: 1, method: "initialize", params: initialize },
    { jsonrpc: "2.0", id: 2, method: "tools/call", params: call },
  ].map((message) => JSON.stringify(message));
  const main = join(root, "servers/filesystem/dist/main.cjs");
  const words = [main, "--audit-file", path, workplace];
  const { status } = spawnSync(process.execPath, words, { input: `${input.join("\n")}\n` });
  expect(status).toBe(0);
  const lines = readFileSync(path, "utf8").trim().split("\n");
  const intent = lines.map((line) => JSON.parse(line)).find(({ kind }) => kind === "intent");
  expect(Object.keys(intent)).toEqual(keys);
});

test("the policy file can be loaded, by the server that it is for", async () => {
  const surface: unknown = JSON.parse(readFileSync(join(root, "servers/git/surface.json"), "utf8"));
  if (!isSurface(surface)) throw new TypeError("surface.json is not a Surface.");
  const files = ofLanguage("yaml").filter(({ text }) => /^rules:/m.test(text));
  expect(files.map(({ path }) => path)).toEqual(["docs/policy.md", "docs/policy.md"]);
  const parse = await createParse("policy.yaml");
  const policy = new Policy(surface, parse, files[0]?.text ?? "");
  expect(policy.of({ id: "alice" })).toMatchObject({ name: "operators", hidden: new Map() });
  const agent = policy.of({ id: "ci", tenant: "acme", kind: "machine" });
  expect(agent.name).toBe("agents of acme");
  expect([...agent.hidden.keys()]).toContain("git_reset");
  expect([...agent.hidden.keys()]).not.toContain("git_blame");
  expect(policy.of({ id: "carol" })).toMatchObject({ name: "everybody else", readOnly: true });
  expect(policy.rules.costs.get("git_clone")).toBe(50);
  const { features } = new Policy(surface, parse, files[1]?.text ?? "").of({
    id: "a",
    tenant: "acme",
  });
  expect(features?.resource("docs://public/a.md")).toBeUndefined();
  expect(features?.resource("docs://public/drafts/a.md")).toBeDefined();
});

test("the log line is one that the log writes", () => {
  const [line, ...more] = ofLanguage("text");
  const written = toRequestLine(
    {
      ...{ method: "tools/call", target: "query", principal: "local", outcome: "ok" },
      ...{ milliseconds: 12.4, characters: 1_234, arguments: {} },
    },
    { showArguments: false },
  );
  expect(line?.text).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z debug /);
  expect(line?.text.endsWith(` debug ${written}`)).toBe(true);
  expect(more.map(at)).toEqual([]);
});

describe("TypeScript", () => {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-blocks-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("of every block fits the built packages", { timeout: 60_000 }, () => {
    const examples = listDocumented().flatMap(readBlocks);
    const shown = ofLanguage("ts", "typescript");
    const files = shown.filter(({ file }) => file !== undefined);
    const sources = [...shown, ...examples].filter(({ file }) => file === undefined);
    expect(examples.length).toBeGreaterThan(20);
    expect(sources.length).toBeGreaterThan(examples.length);
    expect(files.length).toBeGreaterThan(1);
    symlinkSync(join(root, "generator/node_modules"), join(folder, "node_modules"), "junction");
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const base = join(root, "tsconfig.base.json");
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: base }));
    for (const [index, sample] of sources.entries()) {
      const name = `${index} ${at(sample)}`.replaceAll(/[^\w]+/g, "-");
      writeFileSync(join(folder, `${name}.ts`), sample.text);
    }
    // The files of one document import each other.
    for (const path of new Set(files.map((sample) => sample.path))) writeFiles(path, folder);
    const tsc = join(root, "node_modules/.bin/tsc");
    const { stdout, stderr } = spawnSync(tsc, ["-p", folder], {
      encoding: "utf8",
      shell: platform === "win32",
    });
    expect(stdout + stderr).toBe("");
  });
});

test("the server in the runtime's README answers a call", async () => {
  const folder = writeFiles("packages/runtime/README.md");
  const client = await spawn(join(folder, "main.ts"));
  onTestFinished(() => client.close());
  const { structuredContent } = await client.callTool("count_words", { text: "One  two\nthree " });
  expect(structuredContent).toEqual({ words: 3 });
});

const tools = ["openssl", "sha256sum", "cut"];
const equipped = tools.every((name) => spawnSync("sh", ["-c", `command -v ${name}`]).status === 0);

test.skipIf(!equipped)("the script that makes a token writes a file the server takes", async () => {
  const found = blocks.filter(({ text }) => script.test(text));
  expect(found.map(({ path }) => path)).toEqual(["docs/safety.md"]);
  const cwd = mkdtempSync(join(workplace, "tokens-"));
  const text = `${found[0]?.text}\nprintf %s "$token" > token`;
  const { status, stderr } = spawnSync("sh", ["-eu", "-c", text], { cwd, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const authenticate = readTokens(readFileSync(join(cwd, "tokens"), "utf8"));
  const authorization = `Bearer ${readFileSync(join(cwd, "token"), "utf8")}`;
  expect(await authenticate({ authorization })).toMatchObject({ id: "alice" });
});
