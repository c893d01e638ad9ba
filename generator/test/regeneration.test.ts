import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { check, init, inspect, update } from "../src/commands.ts";
import type { Json } from "../src/json.ts";
import { createFolder, toDocument } from "./support/api.ts";
import { around, listText, sources, wish } from "./support/packages.ts";

const ok = { responses: { 200: { description: "OK" } } };

/** Numbers that look like chance and are the same in each run. */
function createChance(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

type Paths = Record<string, Record<string, Json>>;

function toPaths(count: number): Paths {
  const entries = Array.from({ length: count }, (_, at): [string, Record<string, Json>] => [
    `/things${at}`,
    { get: { operationId: `thing.${at % 7}.list`, summary: `Lists ${at}.`, ...ok } },
  ]);
  return Object.fromEntries(entries);
}

async function createPackage(
  paths: Paths,
  more: Parameters<typeof wish>[1] = {},
  components: Json = {},
) {
  const from = await createFolder();
  const write = (given: Paths, rest: Json = components) =>
    writeFileSync(join(from, "api.json"), JSON.stringify(toDocument(given, rest)));
  write(paths);
  await init(wish("api.json", more), { out: "out", sources, force: false }, from, around);
  const out = join(from, "out");
  return {
    from,
    out,
    write,
    update: (options = {}) =>
      update({ out: "out", force: false, strict: false, ...options }, from, around),
    check: () => check("out", from, around),
    names: () => toNames(listText(out).get("generation-report.json") ?? ""),
  };
}

function toNames(report: string): Map<string, string> {
  const { outcomes }: { outcomes: { method: string; path: string; name: string }[] } =
    JSON.parse(report);
  return new Map(outcomes.map(({ method, path, name }) => [`${method} ${path}`, name]));
}

test("ten edits of the document: no tool changes its name, nothing hand-written is touched", async () => {
  let paths = toPaths(20);
  const made = await createPackage(paths);
  const own = ["src/index.ts", "src/auth.ts", "src/config.ts", "src/custom/index.ts", "README.md"];
  for (const path of own) appendFileSync(join(made.out, path), "\n// mine\n");
  writeFileSync(join(made.out, "src/custom/more.ts"), "export const mine = 1;\n");
  const chance = createChance(42);
  for (let edit = 0; edit < 10; edit += 1) {
    const before = made.names();
    const keys = Object.keys(paths);
    const victim = keys[chance(keys.length)] ?? "";
    const { [victim]: gone = {}, ...rest } = paths;
    const added = `/new${edit}`;
    const fresh = { operationId: `thing.${chance(7)}.list`, ...ok };
    if (edit % 3 === 0) paths = { [added]: { get: fresh }, ...paths };
    else if (edit % 3 === 1) paths = { ...rest, [added]: { get: fresh, post: { ...ok } } };
    else
      paths = { [victim]: { ...gone, get: { ...gone["get"], summary: `Edit ${edit}.` } }, ...rest };
    made.write(paths);
    expect((await made.check()).ok).toBe(false);
    const { lines } = await made.update();
    expect(lines.join("\n")).toMatch(/^[+~-] \w+/);
    expect((await made.check()).ok).toBe(true);
    const after = made.names();
    for (const [key, name] of before) if (after.has(key)) expect(after.get(key), key).toBe(name);
    expect(new Set(after.values()).size).toBe(after.size);
  }
  const files = listText(made.out);
  for (const path of own) expect(files.get(path), path).toMatch(/\n\/\/ mine\n$/);
  expect(files.get("src/custom/more.ts")).toBe("export const mine = 1;\n");
});

test("an operation that moves to another path keeps its name by its id", async () => {
  const operation = { operationId: "somethingOdd", ...ok };
  const made = await createPackage({ "/old": { get: operation } });
  const old = made.names().get("GET /old");
  made.write({
    "/new": { get: { ...operation } },
    "/other": { get: { operationId: "other", ...ok } },
  });
  await made.update();
  expect(made.names().get("GET /new")).toBe(old);
});

test("what somebody changed by hand is not overwritten without --force", async () => {
  const made = await createPackage(toPaths(3));
  appendFileSync(join(made.out, "src/generated/api.json"), " ");
  expect(await made.check()).toMatchObject({
    ok: false,
    lines: expect.arrayContaining(["changed by hand: src/generated/api.json"]),
  });
  expect(await made.update()).toMatchObject({
    ok: false,
    lines: expect.arrayContaining([
      "Changed by hand: src/generated/api.json.",
      "Nothing was written.",
    ]),
  });
  expect((await made.update({ force: true })).ok).toBe(true);
  expect((await made.check()).ok).toBe(true);
});

test("the diff says what becomes of the arguments, the effect and the words of a tool", async () => {
  const color = { type: "string", enum: ["red", "blue"] };
  const more = (schema: object) => ({ components: { schemas: { Color: schema } } });
  const query = (name: string, schema: object) => ({
    name,
    in: "query",
    required: false,
    schema,
  });
  const size = query("size", { type: "integer" });
  const tint = query("tint", { $ref: "#/components/schemas/Color" });
  const things = { operationId: "listThings", summary: "Lists things.", ...ok };
  const made = await createPackage(
    {
      "/things": { get: { ...things, parameters: [size, tint] } },
      "/gone": { get: { operationId: "getGone", ...ok } },
      "/run": { post: { operationId: "runIt", ...ok } },
    },
    {},
    more(color),
  );
  const parameters = [{ ...size, required: true }, tint, query("shape", { type: "string" })];
  made.write(
    {
      "/things": { get: { ...things, summary: "Lists all things.", parameters } },
      "/new": { get: { operationId: "getNew", ...ok } },
      "/run": { post: { operationId: "runIt", "x-mcp": { effect: "destroy" }, ...ok } },
    },
    more({ ...color, enum: ["red", "green"] }),
  );
  const { lines } = await made.update();
  expect(lines.filter((line) => /^[+~-] /.test(line))).toEqual([
    "- get_gone",
    "+ get_new",
    "~ list_things (arguments: !size ~tint +shape; words; request)",
    "~ run_it (effect: write -> destroy)",
  ]);
});

test("line ends that git has changed are nobody's hand", async () => {
  const made = await createPackage(toPaths(3));
  for (const [path, text] of listText(made.out)) {
    writeFileSync(join(made.out, path), text.replaceAll("\n", "\r\n"));
  }
  expect((await made.check()).ok).toBe(true);
  expect((await made.update()).lines).toContain("Nothing changes.");
});

test("a damaged lock or config is said, and nothing is written", async () => {
  const made = await createPackage(toPaths(1));
  for (const path of ["openapi-to-mcp.lock.json", "openapi-to-mcp.config.json"]) {
    const text = listText(made.out).get(path) ?? "";
    writeFileSync(join(made.out, path), text.slice(0, 40));
    await expect(made.update()).rejects.toThrow(`${path} is not JSON`);
    writeFileSync(join(made.out, path), text);
  }
  writeFileSync(join(made.out, "openapi-to-mcp.lock.json"), "[]");
  await expect(made.check()).rejects.toThrow("is damaged");
});

test("--force into a package makes it anew around what is somebody's own", async () => {
  const made = await createPackage(toPaths(20));
  const name = made.names().get("GET /things19");
  appendFileSync(join(made.out, "src/auth.ts"), "// mine\n");
  writeFileSync(join(made.out, "src/custom/more.ts"), "export const mine = 1;\n");
  made.write({ "/a": { get: { operationId: "thing.5.list", ...ok } }, ...toPaths(20) });
  const wishes = wish("api.json", { mode: "search", name: "again" });
  const options = { out: "out", sources, force: true };
  const { lines } = await init(wishes, options, made.from, around);
  expect(lines).toContain("Left as they were: Dockerfile, README.md, package.json, src/auth.ts.");
  const files = listText(made.out);
  expect(files.get("src/auth.ts")).toMatch(/\n\/\/ mine\n$/);
  expect(files.get("src/custom/more.ts")).toBe("export const mine = 1;\n");
  expect(made.names().get("GET /things19")).toBe(name);
  expect(JSON.parse(files.get("openapi-to-mcp.config.json") ?? "")).toMatchObject({
    name: "again",
  });
  expect((await made.check()).ok).toBe(true);
});

test("an update by a newer generator names the runtime it writes for", async () => {
  const made = await createPackage(toPaths(1));
  const { lines } = await update({ out: "out", force: false, strict: false }, made.from, {
    ...around,
    version: "0.2.0",
  });
  expect(lines.join("\n")).toContain("npm install --save-dev @fairlead/runtime@^0.2.0");
});

test("a file of the generator's that is deleted comes back, and an update twice changes nothing", async () => {
  const made = await createPackage(toPaths(3));
  rmSync(join(made.out, "src/generated/api.json"));
  expect((await made.check()).ok).toBe(false);
  await made.update();
  expect((await made.update()).lines).toContain("Nothing changes.");
});

test("a package that left the folder of its document goes on with its own copy", async () => {
  const made = await createPackage(toPaths(3));
  rmSync(join(made.from, "api.json"));
  expect((await made.check()).ok).toBe(true);
});

test("nothing is written into a folder that is in use, nor by --strict where something is lost", async () => {
  const made = await createPackage(toPaths(1));
  const again = init(wish("api.json"), { out: "out", sources, force: false }, made.from, around);
  await expect(again).rejects.toThrow("not empty");
  made.write({ "/x": { trace: { ...ok } }, "/y": { get: { ...ok } } });
  const strict = await init(
    wish("api.json", { strict: true }),
    { out: "two", sources, force: false },
    made.from,
    around,
  );
  expect(strict).toMatchObject({ ok: false, json: { lost: 1 } });
  await expect(check("two", made.from, around)).rejects.toThrow("not a package");
});

test("filters, overlays and x-mcp choose, rename, group and describe", async () => {
  const paths: Paths = {
    "/pets": {
      get: { operationId: "listPets", tags: ["pets"], ...ok },
      post: { operationId: "addPet", tags: ["pets"], ...ok },
    },
    "/admin/users": { get: { operationId: "listUsers", tags: ["admin"], ...ok } },
    "/search": { post: { operationId: "searchPets", "x-mcp": { effect: "read" }, ...ok } },
    "/hidden": { get: { operationId: "hidden", "x-mcp": false, ...ok } },
  };
  const made = await createPackage(paths, { exclude: ["path:/admin/*"] });
  const overlay = {
    overlay: "1.0.0",
    info: { title: "Ours", version: "1" },
    actions: [
      {
        target: "$.paths['/pets'].get",
        update: {
          "x-mcp": { name: "show_pets", group: "zoo", description: "Shows every pet there is." },
        },
      },
      { target: "$.paths.*[?@.operationId == 'addPet']", remove: true },
    ],
  };
  writeFileSync(join(made.from, "overlay.json"), JSON.stringify(overlay));
  const settings = JSON.parse(listText(made.out).get("openapi-to-mcp.config.json") ?? "");
  settings.overlays = ["../overlay.json"];
  writeFileSync(join(made.out, "openapi-to-mcp.config.json"), JSON.stringify(settings));
  await made.update();
  const api = JSON.parse(listText(made.out).get("src/generated/api.json") ?? "");
  expect(api.groups).toMatchObject([
    { name: "zoo", operations: [{ name: "show_pets", description: "Shows every pet there is." }] },
    { name: "search", operations: [{ name: "search_pets", effect: "read" }] },
  ]);
  const report = JSON.parse(listText(made.out).get("generation-report.json") ?? "");
  expect(report).toMatchObject({ operations: 4, tools: 2, excluded: 2, lost: 0 });
});

test("inspect tells what a document would become and writes nothing", async () => {
  const made = await createPackage(toPaths(30));
  const before = listText(made.from).size;
  const { json, lines } = await inspect(wish("api.json", { maxTokens: 100 }), made.from, around);
  expect(json).toMatchObject({ mode: "search", operations: 30, tools: 30, lost: 0 });
  expect(lines.join("\n")).toContain("30 of 30 operations as search_operations");
  expect(listText(made.from).size).toBe(before);
});
