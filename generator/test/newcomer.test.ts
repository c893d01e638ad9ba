// What somebody does who has Node, npm and the tarballs, and nothing of this repository.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { appendFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { kill, stdout } from "node:process";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { runToEnd, spawn as spawnServer } from "@fairlead/runtime/testing";
import { freePort } from "@fairlead/testing";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { toJson } from "../src/json.ts";
import { readCorpus } from "./support/corpus.ts";
import { createSharedFolder, listLower, pack, runIn, toNewcomer } from "./support/newcomer.ts";
import { listText } from "./support/packages.ts";
import { createPetstore } from "./support/petstore.ts";

const runtimeFolder = new URL("../../packages/runtime/", import.meta.url);
const documents = readdirSync(new URL("corpus/", import.meta.url))
  .filter((name) => name.endsWith(".br") && name !== "learn.json.br")
  .map((name) => name.replace(/\.br$/, ""));
/** Of the examples of learn.openapis.org, one for each version and each odd kind. */
const examples = [
  ...["v2.0/json/petstore-expanded.json", "v2.0/json/uber.json", "v3.0/link-example.json"],
  ...["v3.1/tictactoe.json", "v3.1/webhook-example.json", "v3.2/3.2-tags-example.json"],
];
/** What has few words to say: `GET /`, `/ping` and `/me`. */
const shortest = "shortest.json";
const folder = await createSharedFolder();
const env = await toNewcomer(join(folder, "cache"));
const run = (place: string, ...words: [string, ...string[]]) =>
  runIn(join(folder, place), env, ...words);

let runtime = "";
let openapi = "";
/** What those two depend on. */
let lower: string[] = [];
let generator: string[] = [];

beforeAll(async () => {
  runtime = await pack("packages/runtime", folder);
  openapi = await pack("packages/openapi", folder);
  const packed = await pack("generator", folder);
  lower = await Promise.all(
    listLower(["packages/runtime", "packages/openapi"]).map((path) => pack(path, folder)),
  );
  const packages = [...lower, runtime, openapi, packed].map((path) => `--package=${path}`);
  generator = ["--yes", ...packages, "openapi-to-mcp"];
}, 120_000);

/** Where an unreleased package has the packages it runs on from. */
function sources(): string[] {
  return ["--runtime", runtime, "--openapi", openapi];
}

/** Says how long something took: a figure to read, which decides nothing. */
async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  stdout.write(`${what}: ${((performance.now() - start) / 1_000).toFixed(1)} s\n`);
  return result;
}

test("a Petstore from a file: init, install, test, start and a call, in under two minutes", async () => {
  const total = performance.now();
  await writeFile(join(folder, "petstore.yaml"), readCorpus("petstore3.yaml"));
  const words = ["petstore.yaml", "-o", "petstore", "--name", "petstore", ...sources()];
  await timed("npx openapi-to-mcp init", () => run(".", "npx", ...generator, "init", ...words));
  await timed("npm install", () => run("petstore", "npm", "install", "--no-save", ...lower));
  const before = listText(join(folder, "petstore"));
  const tested = await timed("npm test", () => run("petstore", "npm", "test"));
  // The contract alone has more than thirty; every rule that is added to it is one more.
  expect(stripVTControlCharacters(tested)).toMatch(/Tests +([3-9]\d) passed \(\1\)/);
  const after = listText(join(folder, "petstore"));
  for (const [path, text] of before) expect(after.get(path), path).toBe(text);
  await timed("npm start, and a call", () => startAndCall("petstore"));
  const seconds = (performance.now() - total) / 1_000;
  const verdict = seconds <= 120 ? "within" : "OVER";
  stdout.write(`A newcomer's Petstore: ${seconds.toFixed(1)} s, ${verdict} two minutes\n`);
});

const custom = `import { defineToolset, ToolError } from "@fairlead/runtime";
import type { ApiContext, Wraps } from "@fairlead/openapi";
import { z } from "zod";
import { defineTool } from "../context.ts";

const greet = defineTool({
  name: "greet_pets",
  title: "Greet pets",
  description: "Says hello to every pet that is for sale.",
  effect: "read",
  input: z.object({}),
  output: z.string(),
  run: () => "Hello, pets.",
});

export const custom = [
  defineToolset<ApiContext>({ name: "greetings", description: "Words for pets.", tools: [greet] }),
];

export const wraps: Wraps = {
  find_pets_by_status: {
    before(args) {
      if (args["status"] === "sold") throw new ToolError("They are gone.", "Ask for another status.");
      return { ...args, status: "pending" };
    },
    after: (answer) => (answer.kind === "text" ? { ...answer, text: "So: " + answer.text } : answer),
  },
};
`;

test("tools, wraps and words of one's own stay over an update, and work", async () => {
  const place = join(folder, "petstore");
  await writeFile(join(place, "src/custom/index.ts"), custom);
  await appendFile(join(place, "src/auth.ts"), "\n// mine\n");
  const document = readCorpus("petstore3.yaml").toString("utf8");
  const more =
    "  /wish:\n    get: { operationId: getWish, responses: { '200': { description: OK } } }\n";
  await writeFile(
    join(folder, "petstore.yaml"),
    document.replace(/^paths:\n/m, (line) => line + more),
  );
  expect(await run("petstore", "npx", ...generator, "update")).toMatch(/^\+ get_wish$/m);
  expect(readFileSync(join(place, "src/custom/index.ts"), "utf8")).toBe(custom);
  expect(readFileSync(join(place, "src/auth.ts"), "utf8")).toContain("\n// mine\n");
  await run("petstore", "npm", "run", "typecheck");
  await run("petstore", "npm", "test");
  const store = await createPetstore();
  const env = { PETSTORE_BASE_URL: store.baseUrl, PETSTORE_PETSTORE_AUTH_TOKEN: "petstore-token" };
  const client = await spawnServer(pathToFileURL(join(place, "dist/main.cjs")), { env });
  onTestFinished(() => client.close());
  expect((await client.listTools()).length).toBe(21);
  expect((await client.callTool("greet_pets")).text).toBe("Hello, pets.");
  const found = await client.callTool("find_pets_by_status", { status: "available" });
  expect(found.text).toBe("So: []");
  const gone = await client.callTool("find_pets_by_status", { status: "sold" });
  expect(gone).toMatchObject({ isError: true, text: "They are gone.\nAsk for another status." });
});

/** Starts a package's server as its README says, and has it find a pet. */
async function startAndCall(place: string): Promise<void> {
  const store = await createPetstore();
  const port = await freePort();
  const given = {
    PETSTORE_BASE_URL: store.baseUrl,
    PETSTORE_PETSTORE_AUTH_TOKEN: "petstore-token",
  };
  const options = { cwd: join(folder, place), env: { ...env, ...given } };
  // A group of its own: npm does not hand on what tells it to end.
  const server = spawn("npm", ["start", "--", "--http", String(port)], {
    ...options,
    detached: true,
  });
  onTestFinished(() => {
    if (server.exitCode === null && server.signalCode === null)
      kill(-Number(server.pid), "SIGTERM");
  });
  let heard = "";
  await new Promise<void>((resolve, reject) => {
    server.stderr.on("data", (text) => {
      heard += text;
      if (heard.includes("listening on")) resolve();
    });
    server.once("exit", (code) => reject(new Error(`npm start ended with ${code}: ${heard}`)));
  });
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": { name: "newcomer", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const params = { name: "find_pets_by_status", arguments: { status: "sold" }, _meta: meta };
  const response = await fetch(`http://127.0.0.1:${port}/mcp`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": params.name,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
  expect(await response.text()).toContain('"text":"JSON array of 0:\\n[]"');
  kill(-Number(server.pid), "SIGTERM");
  await once(server, "close");
}

test("the same from a URL: nothing of this machine is in the package", async () => {
  const site = createServer((_, response) => response.end(readCorpus("petstore3.yaml")));
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  onTestFinished(() => void site.close());
  const address = site.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}/petstore.yaml`;
  const words = ["init", url, "-o", "linked", "--name", "petstore"];
  await run(".", "npx", ...generator, ...words);
  const files = listText(join(folder, "linked"));
  const registry = (await run(".", "npm", "config", "get", "registry")).trim().replace(/\/$/, "");
  for (const [path, text] of files) {
    expect(text.includes(folder), path).toBe(false);
    expect(text.includes(registry), path).toBe(false);
  }
  expect([...files.keys()].filter((path) => /npmrc|lock/.test(path))).toEqual([
    "openapi-to-mcp.lock.json",
  ]);
  const { version } = JSON.parse(readFileSync(new URL("package.json", runtimeFolder), "utf8"));
  const { devDependencies } = JSON.parse(files.get("package.json") ?? "");
  for (const name of ["@fairlead/runtime", "@fairlead/openapi"]) {
    expect(devDependencies[name], "they are released together").toBe(`^${version}`);
  }
  expect(JSON.parse(files.get("openapi-to-mcp.lock.json") ?? "").spec.url).toBe(url);
});

test.each([...documents, ...examples, shortest])(
  "%s: the package is strict, passes its tests untouched and starts",
  async (source) => {
    const place = source.replace(/\W/g, "-");
    await writeFile(join(folder, place), readDocument(source));
    const out = `${place}-mcp`;
    const words = ["init", place, "-o", out, "--name", "corpus", ...sources()];
    await timed(`${source}: init`, () => run(".", "npx", ...generator, ...words));
    const target = join(folder, out);
    await symlink(join(folder, "petstore/node_modules"), join(target, "node_modules"), "junction");
    await timed(`${source}: type-check`, () => run(out, "npm", "run", "typecheck"));
    await timed(`${source}: build and tests`, () => run(out, "npm", "test"));
    const bin = pathToFileURL(join(target, "dist/main.cjs"));
    const client = await timed(`${source}: start`, () => spawnServer(bin));
    const { tools } = JSON.parse(readFileSync(join(target, "generation-report.json"), "utf8"));
    const listed = tools === 0 ? [] : await client.listTools();
    expect(listed.length > 0).toBe(tools > 0);
    await client.close();
    expect(await client.exited).toBe(0);
    expect((await runToEnd(bin, { args: ["--version"] })).stdout).toBe("0.1.0\n");
    await rm(target, { recursive: true });
  },
);

function readDocument(source: string): string | Buffer {
  if (source === shortest) return toShortest();
  if (!examples.includes(source)) return readCorpus(source);
  const files = toJson(JSON.parse(readCorpus("learn.json").toString("utf8")));
  return String(files[source]);
}

/** As FastAPI and others write the smallest operations. */
function toShortest(): string {
  const ok = { responses: { 200: { description: "OK" } } };
  const paths = {
    "/": { get: { summary: "Read Root", operationId: "read_root__get", ...ok } },
    "/ping": { get: { summary: "Ping", operationId: "ping_ping_get", ...ok } },
    "/me": { get: { summary: "Me", ...ok } },
    "/x": { get: ok, delete: { summary: "X", ...ok } },
  };
  return JSON.stringify({ openapi: "3.1.0", info: { title: "Short", version: "1" }, paths });
}
