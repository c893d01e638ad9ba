import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { stdout } from "node:process";
import {
  type Server,
  type Surface,
  type SurfaceTool,
  toSurface,
  type WireTool,
} from "@fairlead/define";
import { findNonPortable } from "@fairlead/define/portable";
import { isRecord } from "@fairlead/guard/record";
import { z } from "zod";
import { findPolicyProblems } from "../call/policy.ts";
import { findParamHeaders } from "../protocol/headers.ts";
import type { Json } from "../protocol/json-rpc.ts";
import { UriTemplate } from "../protocol/server/uri-template.ts";
import type { RawClient } from "./client.ts";
import { connect } from "./connect.ts";
import { listUnlisted } from "./named-tools.ts";
import { checkSkills } from "./skills.ts";
import { runToEnd, spawn } from "./spawn.ts";

/** The server under contract, built. */
export interface Subject {
  readonly server: Server;
  /** The package's folder: surface.json and dist/main.cjs are found from here. */
  readonly root: URL;
  /** The least a process of it needs to start. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Tools whose schemas may refer to `$defs` for more than recursion, since else they are too long. */
  readonly keepsReferences?: readonly string[];
  /** Names in texts that look like those of tools and are none, such as PostgreSQL's search_path. */
  readonly otherNames?: readonly string[];
  /** What the default `tools/list` may cost, in tokens of four characters. */
  readonly maxTokens?: number;
}

type Test = (name: string, run: () => void | Promise<void>) => void;

/** Characters below which a description tells a model nothing it did not know. */
const minDescription = 20;

const canary = "canary-3f9a1c77e2";

/** Registers, with a test runner's `test`, what every server of this runtime promises. */
export function contract(subject: Subject, test: Test): void {
  const surface = toSurface(subject.server);
  const tools = surface.toolsets.flatMap((toolset) => toolset.tools);
  const main = new URL("dist/main.cjs", subject.root);
  const start = { args: subject.args ?? [], env: subject.env ?? {} };

  test("contract: surface.json is what the definition describes", () => {
    const committed: unknown = JSON.parse(
      readFileSync(new URL("surface.json", subject.root), "utf8"),
    );
    deepStrictEqual(JSON.parse(JSON.stringify(surface)), committed, "run `pnpm gen`");
  });
  test("contract: names are unique and well formed", () => checkNames(tools));
  test("contract: every tool and input field says what it is for", () => {
    for (const { wire } of tools) {
      ok(wire.title.length > 0, `${wire.name} has no title`);
      checkWords(wire.description, wire.name);
      checkDescribed(wire.inputSchema, wire.name);
    }
    for (const { name, description } of [...surface.resources, ...surface.resourceTemplates]) {
      checkWords(description, String(name));
    }
    for (const { name, description, arguments: args } of surface.prompts) {
      checkWords(description, String(name));
      for (const argument of Array.isArray(args) ? args.filter(isRecord) : []) {
        checkWords(argument["description"], `${String(name)}.${String(argument["name"])}`);
      }
    }
  });
  test("contract: every tool that a text names is listed", () => {
    const named = listUnlisted(new URL("src/", subject.root), surface);
    const wrong = named.filter(({ name }) => subject.otherNames?.includes(name) !== true);
    deepStrictEqual(wrong, [], "not among the tools that are listed");
  });
  test("contract: skills are shipped, and what they name is listed", () =>
    checkSkills(subject, surface));
  test("contract: annotations tell the effect", () => tools.forEach(checkAnnotations));
  test("contract: every provider takes the input schemas", () => checkPortable(subject, tools));
  test("contract: header parameters and URI templates are sound", () => {
    for (const { wire } of tools) findParamHeaders(wire.inputSchema, wire.name);
    for (const { uriTemplate } of surface.resourceTemplates) new UriTemplate(String(uriTemplate));
  });
  test("contract: an unknown argument is answered with the known ones", () =>
    checkUnknownArguments(subject.server, tools));
  test("contract: --read-only hides and refuses what writes", () =>
    checkReadOnly(subject.server, surface));
  test("contract: lists need no backend", () => checkLists(subject.server, surface));
  test("contract: policy names are checked at start", async () => {
    ok(findPolicyProblems(surface, { toolsets: ["no-such-toolset"] }).length === 1);
    const { code, stderr } = await runToEnd(main, {
      ...start,
      args: [...start.args, "--toolsets", "no-such-toolset"],
    });
    strictEqual(code, 2);
    ok(stderr.includes("no-such-toolset"), stderr);
  });
  test("contract: stdout is pure protocol in both eras", async () => {
    for (const era of ["modern", "legacy"] as const) {
      const client = await spawn(main, { ...start, era });
      if (era === "modern") await client.request("server/discover");
      await listTools(client, surface);
      await client.callTool("no_such_tool").catch(() => {});
      await client.close();
      for (const line of client.stdout) {
        const frame: unknown = JSON.parse(line);
        ok(isRecord(frame) && frame["jsonrpc"] === "2.0", line);
      }
    }
  });
  test("contract: the process exits with its stdin", async () => {
    const client = await spawn(main, start);
    await listTools(client, surface);
    client.process.stdin?.end();
    const timeout = new Promise((resolve) => setTimeout(resolve, 5_000, "still running").unref());
    strictEqual(await Promise.race([client.exited, timeout]), 0);
  });
  test("contract: --version and --help", async () => {
    const version = await runToEnd(main, { args: ["--version"] });
    strictEqual(version.stdout.trim(), surface.package.version);
    const help = await runToEnd(main, { args: ["--help"] });
    strictEqual(help.code, 0);
    for (const { env } of surface.options) ok(help.stdout.includes(env), env);
  });
  test("contract: no secret in output, help or log", () => checkSecrets(surface, main, start));
  test(`contract: tools/list costs at most ${subject.maxTokens ?? 3_000} tokens`, async () => {
    const client = await connect(subject.server);
    const listed = await listTools(client, surface);
    await client.close();
    const costs = listed.map((tool) => [String(tool["name"]), tokens(tool)] as const);
    const total = tokens(listed);
    const rows = costs.map(([name, cost]) => `  ${String(cost).padStart(5)}  ${name}`);
    stdout.write(`${surface.name}: tools/list costs ${total} tokens\n${rows.join("\n")}\n`);
    ok(total <= (subject.maxTokens ?? 3_000), `${total} tokens`);
  });
}

/** A server without tools, as one of an API without operations is, has no list of them. */
function listTools(client: RawClient, { toolsets }: Surface): Promise<readonly Json[]> {
  return toolsets.length > 0 ? client.listTools() : Promise.resolve([]);
}

function tokens(value: unknown): number {
  return Math.ceil(JSON.stringify(value).length / 4);
}

function checkNames(tools: readonly SurfaceTool[]): void {
  const seen = new Set<string>();
  for (const { wire, aliases = [] } of tools) {
    for (const name of [wire.name, ...aliases]) {
      ok(/^[A-Za-z0-9_.-]{1,64}$/.test(name), `${name} is not a tool name`);
      ok(!seen.has(name), `${name} is used twice`);
      seen.add(name);
    }
  }
}

function checkDescribed(schema: Json, path: string): void {
  const properties = isRecord(schema["properties"]) ? schema["properties"] : {};
  for (const [key, property] of Object.entries(properties)) {
    if (!isRecord(property)) continue;
    const at = `${path}.${key}`;
    if (!("$ref" in property)) checkWords(property["description"], at);
    checkDescribed(property, at);
    if (isRecord(property["items"])) checkDescribed(property["items"], at);
  }
}

/** A description says more than the name of what it describes. */
function checkWords(description: unknown, at: string): void {
  const words = typeof description === "string" ? description : "";
  const said = words.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const name = at.slice(at.lastIndexOf(".") + 1).replace(/[^\p{L}\p{N}]/gu, "");
  ok(
    words.length >= minDescription && said !== name.toLowerCase(),
    `${at} needs at least ${minDescription} characters that say what it is: "${words}"`,
  );
}

function checkAnnotations({ wire, effect }: SurfaceTool): void {
  const most = typeof effect === "string" ? effect : effect.most;
  const hints: WireTool["annotations"] = wire.annotations;
  for (const [hint, value] of Object.entries(hints)) strictEqual(typeof value, "boolean", hint);
  strictEqual(hints.readOnlyHint, most === "read", wire.name);
  if (most === "read") ok(!hints.destructiveHint, `${wire.name} reads and destroys`);
  if (most === "destroy") ok(hints.destructiveHint, `${wire.name} destroys and does not say so`);
}

/** As they are listed: with the `confirm` of the guard, and every toolset on. */
async function checkPortable(
  { server, keepsReferences = [] }: Subject,
  tools: readonly SurfaceTool[],
): Promise<void> {
  const client = await connect(server, {
    policy: { toolsets: ["all"], legacy: true, confirm: "write" },
    context: {},
    clientCapabilities: requirements(tools),
  });
  const listed = tools.length > 0 ? await client.listTools() : [];
  await client.close();
  const problems = listed.flatMap(({ name, inputSchema }) => {
    const references = keepsReferences.includes(String(name)) ? "any" : "recursive";
    return findNonPortable(isRecord(inputSchema) ? inputSchema : {}, { references }).map(
      ({ path, reason }) => `${String(name)} ${path}: ${reason}`,
    );
  });
  deepStrictEqual(problems, []);
}

async function checkUnknownArguments(server: Server, tools: readonly SurfaceTool[]): Promise<void> {
  const client = await connect(server, {
    policy: { toolsets: ["all"], legacy: true },
    context: {},
    clientCapabilities: requirements(tools),
  });
  for (const { wire } of tools) {
    if (wire.inputSchema["additionalProperties"] !== false) continue;
    const { isError, text } = await client.callTool(wire.name, { misspelt_argument: 1 });
    ok(isError && text.includes("misspelt_argument"), `${wire.name}: ${text}`);
    const properties = wire.inputSchema["properties"];
    for (const key of Object.keys(isRecord(properties) ? properties : {})) {
      ok(text.includes(key), `${wire.name} does not name ${key}: ${text}`);
    }
  }
  await client.close();
}

async function checkReadOnly(server: Server, surface: Surface): Promise<void> {
  const tools = surface.toolsets.flatMap((toolset) => toolset.tools);
  const client = await connect(server, {
    policy: { toolsets: ["all"], legacy: true, readOnly: true },
    context: {},
    clientCapabilities: requirements(tools),
  });
  const listed = (await listTools(client, surface)).map(({ name }) => name);
  for (const { wire, effect } of tools) {
    const least = typeof effect === "string" ? effect : effect.least;
    strictEqual(listed.includes(wire.name), least === "read", wire.name);
    if (least === "read") continue;
    const { isError, text } = await client.callTool(wire.name);
    ok(isError && text.includes("--read-only"), `${wire.name}: ${text}`);
  }
  await client.close();
}

/** Every list is answered, in both eras, by a server whose backend is down or never answers. */
async function checkLists(server: Server, surface: Surface): Promise<void> {
  const { prompts, resources, resourceTemplates } = surface;
  const policy = { toolsets: ["all"] };
  const backends = [
    () => Promise.reject(new Error("The backend is down.")),
    () => new Promise<never>(() => {}),
  ];
  const check = async (backend: (typeof backends)[number], era: "modern" | "legacy") => {
    // Whatever the server must be told to start, it is told nothing here.
    const unreachable: Server = { ...server, config: z.object({}), connect: backend };
    const client = await connect(unreachable, { era, policy });
    await listTools(client, surface);
    if (prompts.length > 0) await client.request("prompts/list");
    if (resources.length + resourceTemplates.length > 0) {
      await client.request("resources/templates/list");
      deepStrictEqual((await client.request("resources/list"))["resources"], resources);
    }
    await client.close();
  };
  // One that connects for ever is closed only a second later.
  const eras = ["modern", "legacy"] as const;
  await Promise.all(backends.flatMap((backend) => eras.map((era) => check(backend, era))));
}

async function checkSecrets(
  surface: Surface,
  main: URL,
  start: { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> },
): Promise<void> {
  const secrets = surface.options.filter(({ secret }) => secret);
  const env = {
    ...start.env,
    ...Object.fromEntries(secrets.map((option) => [option.env, canary])),
  };
  const help = await runToEnd(main, { args: ["--help"], env });
  const client = await spawn(main, { args: start.args, env });
  await listTools(client, surface);
  for (const { wire } of surface.toolsets.flatMap((toolset) => toolset.tools)) {
    await client.callTool(wire.name, { misspelt_argument: 1 }).catch(() => {});
  }
  await client.close();
  const wrong = await runToEnd(main, { args: [...start.args, "--no-such-option"], env });
  const seen = [help.stdout, help.stderr, ...client.stdout, client.stderr(), wrong.stderr];
  ok(!seen.join("\n").includes(canary), "a secret was printed");
}

function requirements(tools: readonly SurfaceTool[]): Json {
  return Object.assign({}, ...tools.map(({ requires }) => requires ?? {}));
}
