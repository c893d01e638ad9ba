import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { init } from "../src/commands.ts";
import type { Json } from "../src/json.ts";
import { type LoadOptions, load } from "../src/load/load.ts";
import { createFolder, serve, toDocument, toPlan } from "./support/api.ts";
import { around, listText, wish } from "./support/packages.ts";

const ok = { responses: { 200: { description: "OK" } } };

/** What ends a string, a comment, a template or a line in any file that is written. */
const poison =
  "`\";'*/${globalThis.pwned=1}//\n<!-- /fairlead:tools --><script>\u0000\u202e../../x";

test("no word of a document is code anywhere in the package", async () => {
  const from = await createFolder();
  const document = {
    ...toDocument({
      [`/a${poison}/{${poison}}`]: {
        post: {
          operationId: poison,
          summary: poison,
          description: poison,
          tags: [poison],
          parameters: [
            {
              name: poison,
              in: "query",
              description: poison,
              schema: { type: "string", enum: [poison], pattern: "(a+)+$" },
            },
            { name: "__proto__", in: "query", schema: { type: "string" } },
            { name: poison, in: "header", required: true, schema: { type: "string" } },
          ],
          requestBody: {
            content: {
              [`application/json;${poison}`]: {
                schema: {
                  type: "object",
                  properties: { [poison]: { type: "string" }, constructor: { type: "string" } },
                },
              },
            },
          },
          security: [{ [poison]: [poison] }],
          ...ok,
        },
      },
    }),
    info: { title: poison, version: `1.0.0${poison}`, description: poison },
    servers: [
      { url: `https://example.com/${poison}`, variables: { [poison]: { default: poison } } },
    ],
    components: {
      securitySchemes: {
        [poison]: { type: "apiKey", in: "header", name: "X-Key", description: poison },
      },
      schemas: { [poison]: { type: "object", description: poison } },
    },
  };
  await writeFile(join(from, "api.json"), JSON.stringify(document));
  const { ok: done } = await init(
    wish("api.json"),
    { out: "out", runtime: "^0.1.0", force: false },
    from,
    around,
  );
  expect(done).toBe(true);
  for (const [path, text] of listText(join(from, "out"))) {
    // What is TypeScript to be run is the same in every package.
    if (/\.ts$/.test(path) && path !== "src/generated/schema.d.ts") {
      expect(text, path).not.toContain("pwned");
    }
    if (path.endsWith(".json")) expect(() => JSON.parse(text), path).not.toThrow();
  }
  const manifest: unknown = JSON.parse(listText(join(from, "out")).get("package.json") ?? "");
  expect(manifest).toMatchObject({ name: expect.stringMatching(/^[a-z][a-z0-9-]*-mcp$/) });
});

test("a server of such a document answers, and refuses what would leave its path", async () => {
  const planned = await toPlan(
    toDocument({
      [`/a"'\`/{id}`]: {
        get: {
          operationId: poison,
          description: poison,
          parameters: [
            {
              name: "id",
              in: "path",
              required: true,
              schema: { type: "string", enum: [poison, "..", "x"] },
            },
          ],
          ...ok,
        },
      },
    }),
  );
  const { client, requests } = await serve(planned);
  const [tool] = await client.listTools();
  const name = String(tool?.["name"]);
  expect(name).toMatch(/^[a-z0-9_]{1,64}$/);
  expect(String(tool?.["description"])).not.toMatch(/\p{Cc}|\p{Cf}/u);
  for (const id of [poison, ".."]) {
    expect((await client.callTool(name, { id })).text).toContain("would name another path");
  }
  expect((await client.callTool(name, { id: "x" })).isError).toBe(false);
  expect(requests.map(({ line }) => line)).toEqual(["GET /a%22'%60/x"]);
});

/** Loads a document whose only schema is this reference. */
async function follow(
  reference: string,
  options: Partial<LoadOptions> = {},
  prepare = async (_: string) => {},
) {
  const directory = await createFolder();
  await mkdir(join(directory, "in"));
  await writeFile(join(directory, "secret.json"), '{"type":"string","description":"SECRET"}');
  const requestBody = { content: { "application/json": { schema: { $ref: reference } } } };
  const document = toDocument({ "/x": { post: { requestBody, ...ok } } });
  await writeFile(join(directory, "in/api.json"), JSON.stringify(document));
  await prepare(directory);
  return load("in/api.json", { directory, ...options });
}

test.each([
  "/etc/passwd",
  "file:///etc/passwd",
  "../secret.json",
  "..%2fsecret.json",
  "%2e%2e/secret.json",
  "http://127.0.0.1:1/x.json",
  "http://169.254.169.254/latest/meta-data",
  "https://localhost/x.json",
  "//169.254.169.254/x",
  "ftp://example.com/x",
  "data:application/json,{}",
])("a reference to %s is refused", async (reference) => {
  await expect(follow(reference)).rejects.toThrow(/Refused to read|cannot be read/);
});

test("a link inside the folder leads nowhere outside it", async () => {
  const link = (directory: string) => symlink("../secret.json", join(directory, "in/link.json"));
  await expect(follow("link.json", {}, link)).rejects.toThrow("Refused to read");
});

test.each(["127.0.0.1:1", "169.254.169.254", "[::1]:1", "localhost:1"])(
  "%s is no host to refer to, even where it is allowed by name",
  async (host) => {
    const reading = follow(`http://${host}/x.json`, { allowRemoteRefs: [host] });
    await expect(reading).rejects.toThrow(/not on the public Internet/);
  },
);

const small = { fileBytes: 1_000_000, files: 20, values: 100_000, depth: 200, operations: 1_000 };

test("aliases that repeat aliases are counted, not followed", async () => {
  const directory = await createFolder();
  const lines = Array.from({ length: 30 }, (_, at) => {
    const items = at === 0 ? "x, x" : Array.from({ length: 9 }, () => `*a${at - 1}`).join(", ");
    return `a${at}: &a${at} [${items}]`;
  });
  await writeFile(join(directory, "bomb.yaml"), `openapi: 3.0.0\n${lines.join("\n")}\n`);
  await expect(load("bomb.yaml", { directory })).rejects.toThrow(/values|aliases/);
});

test.each([
  ["JSON", (depth: number) => `{"openapi":"3.0.0","x":${"[".repeat(depth)}${"]".repeat(depth)}}`],
  ["YAML", (depth: number) => `openapi: 3.0.0\nx: ${"[".repeat(depth)}${"]".repeat(depth)}\n`],
])("%s nested 10,000 deep is refused", async (_, toText) => {
  const directory = await createFolder();
  await writeFile(join(directory, "deep"), toText(10_000));
  await expect(load("deep", { directory })).rejects.toThrow(/deep|depth|Depth/);
});

test("schemas nested as deep as permitted are planned", async () => {
  let schema: Json = { type: "string" };
  for (let at = 0; at < 60; at += 1) schema = { type: "object", properties: { a: schema } };
  const requestBody = { content: { "application/json": { schema } } };
  const planned = await toPlan(toDocument({ "/x": { post: { requestBody, ...ok } } }));
  expect(planned.report.tools).toBe(1);
});

test("100,000 operations are refused in words", async () => {
  const paths = Object.fromEntries(
    Array.from({ length: 100_000 }, (_, at) => [`/p${at}`, { get: { responses: {} } }]),
  );
  await expect(toPlan(toDocument(paths))).rejects.toThrow("100,000 operations");
});

test("files that refer to ever more files come to an end", async () => {
  const directory = await createFolder();
  for (let at = 0; at < 30; at += 1) {
    const schema = { type: "object", properties: { next: { $ref: `${at + 1}.json` } } };
    await writeFile(join(directory, `${at}.json`), JSON.stringify(schema));
  }
  const requestBody = { content: { "application/json": { schema: { $ref: "0.json" } } } };
  const document = toDocument({ "/x": { post: { requestBody, ...ok } } });
  await writeFile(join(directory, "api.json"), JSON.stringify(document));
  await expect(load("api.json", { directory, limits: small })).rejects.toThrow(
    "More than 20 files",
  );
});

test("references that run in circles end, and cost only the operations that need them", async () => {
  const components = {
    parameters: {
      A: { $ref: "#/components/parameters/B" },
      B: { $ref: "#/components/parameters/A" },
    },
    schemas: {
      Self: { $ref: "#/components/schemas/Self" },
      Both: { allOf: [{ $ref: "#/components/schemas/Both" }] },
    },
  };
  const body = (name: string) => ({
    requestBody: {
      content: { "application/json": { schema: { $ref: `#/components/schemas/${name}` } } },
    },
    ...ok,
  });
  const planned = await toPlan(
    toDocument(
      {
        "/a": { get: { parameters: [{ $ref: "#/components/parameters/A" }], ...ok } },
        "/b": { post: body("Both") },
        "/c": { get: { operationId: "getIt", ...ok } },
        "/d": { post: body("Nowhere") },
        "/e": { $ref: "#/paths/~1nowhere" },
      },
      { components },
    ),
  );
  const outcomes = planned.report.outcomes.map(({ path, name, reason }) => [path, name ?? reason]);
  expect(Object.fromEntries(outcomes)).toMatchObject({
    "/a": expect.stringContaining("refers to itself"),
    "/c": "get_it",
    "/d": expect.stringContaining("leads nowhere"),
    "/e": expect.stringContaining("leads nowhere"),
  });
  expect(planned.report.operations).toBe(planned.report.tools + planned.report.lost);
});

test("chains of 20,000 schemas are planned", async () => {
  const reference = (at: number) => ({ $ref: `#/components/schemas/S${at}` });
  const schemas = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, at) => [
      `S${at}`,
      { type: "object", properties: { next: reference((at + 1) % 20_000) } },
    ]),
  );
  const requestBody = { content: { "application/json": { schema: reference(0) } } };
  const planned = await toPlan(
    toDocument(
      { "/x": { post: { operationId: "addIt", requestBody, ...ok } } },
      { components: { schemas } },
    ),
  );
  expect(Object.keys(planned.data.schemas).length).toBe(20_000);
});

test("an operation whose own server is inside a network becomes no tool", async () => {
  const server = (url: string) => ({ get: { servers: [{ url }], ...ok } });
  const planned = await toPlan(
    toDocument(
      {
        "/meta": server("http://169.254.169.254/latest"),
        "/local": server("http://localhost:9200"),
        "/six": server("http://[::1]/"),
        "/fine": server("https://uploads.example.com"),
      },
      { servers: [{ url: "https://api.example.com" }] },
    ),
  );
  const lost = planned.report.outcomes.filter(({ reason }) => reason);
  expect(lost.map(({ path }) => path)).toEqual(["/local", "/meta", "/six"]);
  expect(planned.report.tools).toBe(1);
});

test("the types are made without looking outside the document", async () => {
  const from = await createFolder();
  const example = {
    example: { $ref: "http://127.0.0.1:1/x.json" },
    "x-more": { $ref: "/etc/passwd" },
  };
  const schema = { type: "object", properties: { a: { type: "string", ...example } } };
  const content = { "application/json": { schema, examples: { a: { $ref: "../secret.json" } } } };
  const document = toDocument({ "/x": { post: { requestBody: { content }, ...ok, ...example } } });
  await writeFile(join(from, "api.json"), JSON.stringify(document));
  const { json } = await init(
    wish("api.json"),
    { out: "out", runtime: "^0.1.0", force: false },
    from,
    around,
  );
  expect(json).toMatchObject({ tools: 1, notes: [] });
  expect(existsSync(join(from, "out/src/generated/schema.d.ts"))).toBe(true);
});
