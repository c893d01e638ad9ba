import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { init } from "../src/commands.ts";
import type { Json } from "../src/json.ts";
import { type LoadOptions, load } from "../src/load/load.ts";
import { plan } from "../src/plan/plan.ts";
import { createFolder, inputOf, serve, toDocument, toPlan } from "./support/api.ts";
import { around, listText, sources, wish } from "./support/packages.ts";

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
    { out: "out", sources, force: false },
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
  "%s is not a host to refer to, even where it is allowed by name",
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

test.each(["body", "answer"])("parts of parts in the %s are not multiplied", async (where) => {
  const parts = (at: number) =>
    Array.from({ length: 30 }, () => ({ $ref: `#/components/schemas/A${at}` }));
  const last = { type: "object", properties: { x: { type: "string" } } };
  const schemas = Object.fromEntries(
    Array.from({ length: 20 }, (_, at) => [`A${at}`, at === 19 ? last : { allOf: parts(at + 1) }]),
  );
  const content = { "application/json": { schema: { $ref: "#/components/schemas/A0" } } };
  const own =
    where === "body" ? { requestBody: { content }, ...ok } : { responses: { 200: { content } } };
  const planned = await toPlan(toDocument({ "/x": { post: own } }, { components: { schemas } }));
  expect(planned.report.tools).toBe(1);
  const { description = "" } = planned.data.groups[0]?.operations[0] ?? {};
  if (where === "answer") expect(description).toContain("Returns x.");
  else expect(inputOf(planned, "post_x")["properties"]).toMatchObject({ x: { type: "string" } });
});

test("thousands of operations that share thousands of schemas are planned", async () => {
  const reference = (at: number) => ({ $ref: `#/components/schemas/S${at % 2_000}` });
  const schemas = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, at) => [
      `S${at}`,
      { type: "object", properties: { next: reference(at + 1) } },
    ]),
  );
  const requestBody = { content: { "application/json": { schema: reference(0) } } };
  const paths = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, at) => [`/p${at}`, { post: { requestBody, ...ok } }]),
  );
  const planned = await toPlan(toDocument(paths, { components: { schemas } }));
  expect(planned.report.tools).toBe(2_000);
});

test("names of a million characters are names like others", async () => {
  const long = {
    get: { operationId: "_A1".repeat(300_000), summary: "<a".repeat(500_000), ...ok },
  };
  const planned = await toPlan(
    toDocument({ "/x": long, [`/${"{a}/b".repeat(100_000)}`]: { get: ok } }),
  );
  for (const { name = "" } of planned.report.outcomes) expect(name).toMatch(/^[a-z0-9_]{1,64}$/);
});

test("what every object has is a name like others", async () => {
  const text = (name: string) => name.replaceAll("PROTO", "__proto__");
  const schema = { type: "object", properties: { PROTO: { $ref: "#/components/schemas/PROTO" } } };
  const document = toDocument(
    {
      "/x/{PROTO}": {
        post: {
          operationId: "constructor",
          tags: ["PROTO"],
          "x-mcp": { name: "PROTO" },
          requestBody: { required: true, content: { "application/json": { schema } } },
          security: [{ PROTO: [] }],
          ...ok,
        },
      },
    },
    {
      servers: [{ url: "https://{PROTO}.example.com", variables: { PROTO: { default: "a" } } }],
      components: {
        schemas: { PROTO: { type: "object", properties: { polluted: { type: "string" } } } },
        securitySchemes: { PROTO: { type: "apiKey", in: "header", name: "X-Key" } },
      },
    },
  );
  const planned = await toPlan(JSON.parse(text(JSON.stringify(document))));
  expect(planned.report.outcomes).toMatchObject([{ name: "post_constructor" }]);
  expect(Object.getPrototypeOf(planned.data.schemas)).toBe(Object.prototype);
  expect(Object.keys(planned.data.schemas)).toEqual(["__proto__"]);
  expect("polluted" in {}).toBe(false);
  const { client, requests } = await serve(planned, { proto: "k" });
  const [tool] = await client.listTools();
  expect(JSON.stringify(tool)).toContain('"polluted"');
  const sent = await client.callTool("post_constructor", {
    proto: "id",
    proto_body: { polluted: "no" },
  });
  expect([sent.isError, requests[0]?.line], sent.text).toEqual([false, "POST /x/id"]);
  expect(requests[0]?.body).toBe('{"__proto__":{"polluted":"no"}}');
});

test("numbers beyond all numbers leave schemas that can be met", async () => {
  const schema =
    '{"type":"number","minimum":-1e999,"maximum":1e999,"multipleOf":1e-320,"default":1e999,"minLength":1e15}';
  const directory = await createFolder();
  const parameter = { name: "a", in: "query", schema: "HERE" };
  const document = JSON.stringify(
    toDocument({ "/x": { get: { parameters: [parameter], ...ok } } }),
  );
  await writeFile(join(directory, "api.json"), document.replace('"HERE"', schema));
  const planned = plan(await load("api.json", { directory }), {
    name: "test",
    mode: "tools",
    maxTokens: 8_000,
  });
  expect(inputOf(planned, "get_x")["properties"]).toEqual({
    a: { type: "number", description: "A. A number in the query string." },
  });
});

const yaml: readonly (readonly [string, string, RegExp | string])[] = [
  [
    "a byte order mark and line ends of Windows",
    "\ufeffopenapi: 3.0.0\r\npaths:\r\n  /x:\r\n    get: {}\r\n",
    "get_x",
  ],
  ["a version that is a number", "openapi: 3.0\npaths: {/x: {get: {}}}\n", "get_x"],
  [
    "merge keys",
    "openapi: 3.0.0\nx-p: &p {operationId: readIt}\npaths: {/x: {get: {<<: *p}}}\n",
    "read_it",
  ],
  [
    "dates and numbers as names",
    "openapi: 3.0.0\npaths: {/x: {get: {operationId: 2020-01-01, responses: {200: {}}}}}\n",
    /^get_/,
  ],
  ["tabs", "openapi: 3.0.0\ninfo:\n\ttitle: T\n", /tab characters/],
  [
    "keys that come twice",
    "openapi: 3.0.0\npaths:\n  /x: {}\n  /x: {}\n",
    /duplicated mapping key \(4:3\)/,
  ],
  ["UTF-16", "\u0000o\u0000p", /neither JSON nor YAML/],
  ["nothing", "", /not an object/],
];

test.each(yaml)("%s", async (_, text, expected) => {
  const directory = await createFolder();
  await writeFile(join(directory, "api.yaml"), text);
  const planned = load("api.yaml", { directory }).then(
    (loaded) =>
      plan(loaded, { name: "test", mode: "tools", maxTokens: 8_000 }).report.outcomes[0]?.name,
    (error: unknown) => String(error),
  );
  expect(await planned).toMatch(expected);
});

test("what is on, off, yes and no in YAML is what it says", async () => {
  const directory = await createFolder();
  const schema = "{type: string, enum: [on, yes, no, off, 2020-01-01, 1_000], default: no}";
  const parameters = `[{name: on, in: query, schema: ${schema}}, {name: 7, in: query, schema: {type: string}}]`;
  const text = `openapi: 3.0.0\npaths: {/x: {get: {parameters: ${parameters}}}}\n`;
  await writeFile(join(directory, "api.yaml"), text);
  const planned = plan(await load("api.yaml", { directory }), {
    name: "test",
    mode: "tools",
    maxTokens: 8_000,
  });
  expect(inputOf(planned, "get_x")["properties"]).toMatchObject({
    on: { enum: ["on", "yes", "no", "off", "2020-01-01", "1_000"], default: "no" },
    7: { type: "string" },
  });
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
    "more than 20 files",
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
    { out: "out", sources, force: false },
    from,
    around,
  );
  expect(json).toMatchObject({ tools: 1, notes: [] });
  expect(existsSync(join(from, "out/src/generated/schema.d.ts"))).toBe(true);
});
