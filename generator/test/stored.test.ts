import { appendFileSync, copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type ApiData, listOperations, openApi, toInput } from "@fairlead/openapi";
import { connect } from "@fairlead/runtime/testing";
import { expect, onTestFinished, test } from "vitest";
import { check, init, update } from "../src/commands.ts";
import { toServer } from "../src/emit/files.ts";
import type { Json } from "../src/json.ts";
import { createFolder, facts, serve, toDocument } from "./support/api.ts";
import { expectAllCallable } from "./support/corpus.ts";
import { createSharedFolder } from "./support/newcomer.ts";
import { around, listText, sources, wish } from "./support/packages.ts";

const reference = { $ref: "#/components/schemas/Thing" };
const components = {
  schemas: {
    Thing: { type: "object", properties: { parts: { type: "array", items: reference } } },
  },
};

/** Paths with so many arguments that, by default, they are longer than a module may be. */
function toPaths(count: number, characters = 560_000): Json {
  const schema = { type: "string", description: "Says what is kept. ".repeat(7) };
  const id = { name: "id", in: "path", required: true, schema: { type: "string" } };
  const filters = Array.from({ length: Math.ceil(characters / count / 190) }, (_, at) => {
    return { name: `filter${at}`, in: "query", schema };
  });
  const paths = Array.from({ length: count }, (_, at) => {
    const content = { "application/json": { schema: reference } };
    const post = { operationId: `keepThing${at}`, tags: [`group ${at % 3}`] };
    const responses = { 200: { description: "OK" } };
    const rest = { parameters: [id, ...filters], responses, requestBody: { content } };
    return [`/things${at}/{id}`, { post: { ...post, ...rest } }];
  });
  return Object.fromEntries(paths);
}

async function createPackage(
  paths: Json,
  { mode = "search", from }: { readonly mode?: "search" | "tools"; readonly from: string },
) {
  const write = (given: Json) =>
    writeFileSync(join(from, "api.json"), JSON.stringify(toDocument(given, { components })));
  write(paths);
  const target = { out: "out", sources, force: false };
  await init(wish("api.json", { mode }), target, from, around);
  const out = join(from, "out");
  return {
    out,
    write,
    update: () => update({ out: "out", force: false, strict: false }, from, around),
    check: () => check("out", from, around),
    files: () => [...listText(out).keys()].filter((path) => path.startsWith("src/generated/")),
    /** The API, with its files in another place than they should be where one is given. */
    open: (place = join(out, "src/generated/stored")): ApiData => {
      const head = JSON.parse(readFileSync(join(out, "src/generated/head.json"), "utf8"));
      return openApi(head, pathToFileURL(`${place}/`));
    },
  };
}

const made = await createPackage(toPaths(30), { from: await createSharedFolder() });

test("a large API is kept as a head, an index and a line for each operation", async () => {
  expect(made.files()).toEqual([
    "src/generated/api.ts",
    "src/generated/head.d.json.ts",
    "src/generated/head.json",
    "src/generated/schema.d.ts",
    "src/generated/stored/index.json",
    "src/generated/stored/operations.jsonl",
  ]);
  const head = readFileSync(join(made.out, "src/generated/head.json"), "utf8");
  expect(head.length).toBeLessThan(5_000);
  expect((await made.check()).ok).toBe(true);
});

test("a small one, and one with a tool for each operation, is one module", async () => {
  const from = await createFolder();
  const described = await createPackage(toPaths(30, 3_000), { from, mode: "tools" });
  const other = await createFolder();
  const small = await createPackage({ "/x": { get: { responses: {} } } }, { from: other });
  for (const { files } of [small, described]) {
    expect(files()).toContain("src/generated/api.json");
    expect(files()).not.toContain("src/generated/head.json");
  }
});

test("from its files an API is found, described and called as from memory", async () => {
  const data = made.open();
  await expectAllCallable(data);
  const [entry] = listOperations(data);
  if (entry === undefined) throw new Error("It has no operation.");
  expect(toInput(entry, data)).toMatchObject({ $defs: { Thing: { type: "object" } } });
  const whole: ApiData = JSON.parse(
    JSON.stringify({ ...data, words: undefined, facts: undefined }),
  );
  const ask = async (api: ApiData, tool: string, args: Json) => {
    const client = await connect(toServer(api, facts));
    onTestFinished(() => client.close());
    return client.callTool(tool, args);
  };
  for (const [tool, args] of [
    ["search_operations", { query: "keep thing 7" }],
    ["search_operations", { group: "group-2", limit: 100 }],
    ["search_operations", { query: "nothing like it" }],
    ["describe_operation", { name: entry.name }],
    ["describe_operation", { name: "no_such_thing" }],
  ] as const) {
    expect(await ask(data, tool, args), tool).toEqual(await ask(whole, tool, args));
  }
  const { client, requests } = await serve({ data });
  const args = { name: entry.name, arguments: { id: "a", parts: [] } };
  expect(await client.callTool("call_operation", args)).toMatchObject({ isError: false });
  expect(requests).toMatchObject([{ line: "POST /things0/a", body: '{"parts":[]}' }]);
});

test("nothing is read before somebody asks for an operation", async () => {
  const data = made.open("/nowhere");
  const client = await connect(toServer(data, facts));
  onTestFinished(() => client.close());
  expect(await client.listTools()).toHaveLength(3);
  expect(await client.callTool("search_operations")).toMatchObject({ isError: true });
});

test("a file that is cut short is told, with what to do", async () => {
  const folder = await createFolder();
  copyFileSync(join(made.out, "src/generated/stored/index.json"), join(folder, "index.json"));
  writeFileSync(join(folder, "operations.jsonl"), "{");
  const data = made.open(folder);
  expect(() => listOperations(data).map(({ input }) => input)).toThrow("Run openapi-to-mcp update");
});

test("an update tells what changes in it, and goes from one form to the other", async () => {
  const paths = toPaths(30);
  made.write({ ...paths, "/new": { get: { operationId: "getNew", responses: {} } } });
  expect((await made.update()).lines).toContain("+ get_new");
  made.write({ "/new": { get: { operationId: "getNew", responses: {} } } });
  const { lines } = await made.update();
  expect(lines.filter((line) => /^[~+] /.test(line))).toEqual([]);
  expect(made.files()).toContain("src/generated/api.json");
  expect(made.files()).not.toContain("src/generated/stored/index.json");
  made.write(paths);
  await made.update();
  expect(made.files()).toContain("src/generated/stored/index.json");
  appendFileSync(join(made.out, "src/generated/stored/index.json"), " ");
  expect((await made.check()).lines).toContain("changed by hand: src/generated/stored/index.json");
});

test("a package from before there were files keeps its module, which its sources import", async () => {
  const old = await createPackage(toPaths(3, 300), { from: await createFolder() });
  const path = join(old.out, "openapi-to-mcp.lock.json");
  const lock = JSON.parse(readFileSync(path, "utf8"));
  delete lock.files["src/generated/api.ts"];
  writeFileSync(path, JSON.stringify(lock));
  rmSync(join(old.out, "src/generated/api.ts"));
  old.write(toPaths(30));
  await old.update();
  expect(old.files()).toContain("src/generated/api.json");
  expect(old.files()).not.toContain("src/generated/api.ts");
});
