import { writeFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Json } from "../src/json.ts";
import { load } from "../src/load/load.ts";
import { plan } from "../src/plan/plan.ts";
import { createFolder, inputOf, serve, toDocument, toPlan } from "./support/api.ts";
import { json, ok, send } from "./support/calls.ts";

// The constructs that generators get wrong, by the numbers of docs/generator.md. What they become on
// the wire is written out here byte for byte.

const query = (parameter: Json) => ({ parameters: [{ in: "query", ...parameter }] });

test("1 deepObject", async () => {
  const f = { name: "f", style: "deepObject", schema: { type: "object" } };
  const { line } = await send(query(f), { f: { eq: "1", a: { b: [1] } } });
  expect(line).toBe("GET /x?f%5Beq%5D=1&f%5Ba%5D%5Bb%5D%5B0%5D=1");
});

test.each([
  [{ explode: false }, "a=x,y"],
  [{ style: "pipeDelimited" }, "a=x%7Cy"],
  [{ style: "spaceDelimited" }, "a=x%20y"],
  [{}, "a=x&a=y"],
])("2 lists with %j", async (style, expected) => {
  const a = { name: "a", ...style, schema: { type: "array", items: { type: "string" } } };
  expect((await send(query(a), { a: ["x", "y"] })).line).toBe(`GET /x?${expected}`);
});

test("3 a parameter with content is JSON", async () => {
  const f = { name: "f", ...json({ type: "object" }) };
  const { line } = await send(query(f), { f: { eq: "1" } });
  expect(line).toBe("GET /x?f=%7B%22eq%22%3A%221%22%7D");
});

test("4 one name in the path, the query, a header, a cookie and the body", async () => {
  const places = ["path", "query", "header", "cookie"];
  const operation = {
    parameters: places.map((place) => ({
      name: "id",
      in: place,
      required: true,
      schema: { type: "string" },
    })),
    requestBody: json({ type: "object", properties: { id: { type: "string" } } }),
  };
  const args = { id: "a/b", id_query: "q", id_header: "h", id_cookie: "c", id_body: "b" };
  const { line, headers, body } = await send(operation, args, { path: "/x/{id}", method: "put" });
  expect([line, headers?.["id"], headers?.cookie, body]).toEqual([
    "PUT /x/a%2Fb?id=q",
    "h",
    "id=c",
    '{"id":"b"}',
  ]);
});

test("5 urlencoded with what nests, and encoding", async () => {
  const schema = {
    type: "object",
    properties: {
      meta: { type: "object" },
      tags: { type: "array", items: { type: "string" } },
      raw: { type: "object" },
    },
  };
  const encoding = {
    tags: { style: "pipeDelimited", explode: false },
    raw: { contentType: "application/json" },
  };
  const requestBody = { content: { "application/x-www-form-urlencoded": { schema, encoding } } };
  const args = { meta: { k: "v w" }, tags: ["a", "b"], raw: { a: 1 } };
  const { headers, body } = await send({ requestBody }, args, { method: "post" });
  expect(headers?.["content-type"]).toBe("application/x-www-form-urlencoded");
  expect(body).toBe("meta%5Bk%5D=v%20w&tags=a%7Cb&raw=%7B%22a%22%3A1%7D");
});

test("6 multipart with files, lists of files and types of parts", async () => {
  const file = { type: "string", format: "binary" };
  const schema = {
    type: "object",
    properties: {
      photo: file,
      more: { type: "array", items: file },
      meta: { type: "object" },
      note: { type: "string" },
    },
  };
  const encoding = { photo: { contentType: "image/png" }, note: { contentType: "text/markdown" } };
  const requestBody = { content: { "multipart/form-data": { schema, encoding } } };
  const args = {
    photo: "data:image/png;name=p.png;base64,UE5H",
    more: ["data:text/csv;name=a.csv,1", "data:text/csv;name=b.csv,2"],
    meta: { a: 1 },
    note: "# hi",
  };
  const { headers, body = "" } = await send({ requestBody }, args, { method: "post" });
  const boundary = /boundary=(.+)$/.exec(headers?.["content-type"] ?? "")?.[1] ?? "none";
  const part = (name: string, file: string, type: string, content: string) =>
    `--B\r\nContent-Disposition: form-data; name="${name}"${file && `; filename="${file}"`}\r\n` +
    `Content-Type: ${type}\r\n\r\n${content}\r\n`;
  expect(body.replaceAll(boundary, "B")).toBe(
    part("photo", "p.png", "image/png", "PNG") +
      part("more", "a.csv", "text/csv", "1") +
      part("more", "b.csv", "text/csv", "2") +
      part("meta", "", "application/json", '{"a":1}') +
      part("note", "", "text/markdown", "# hi") +
      "--B--\r\n",
  );
});

test("7 a picture and a sound are answered as what they are", async () => {
  const planned = await toPlan(toDocument({ "/x": { get: { operationId: "getIt", ...ok } } }));
  for (const [type, kind] of [
    ["image/png", "image"],
    ["audio/wav", "audio"],
  ]) {
    const { client } = await serve(planned, {}, (response) => {
      response.writeHead(200, { "content-type": type }).end("BYTES");
    });
    const { content } = await client.callTool("get_it");
    const data = Buffer.from("BYTES").toString("base64");
    expect(content.at(-1)).toMatchObject({ type: kind, data });
  }
});

const answerPdf = (response: ServerResponse) =>
  void response.writeHead(200, { "content-type": "application/pdf" }).end("BYTES");

test("7 a document is a link, with a line of text, to a resource the server keeps", async () => {
  const pdf = { description: "OK", content: { "application/pdf": {} } };
  const operation = { operationId: "getReport", responses: { 200: pdf } };
  const planned = await toPlan(toDocument({ "/report.pdf": { get: operation } }));
  const { client, baseUrl } = await serve(planned, {}, answerPdf);
  const { content } = await client.callTool("get_report");
  const uri = expect.stringMatching(/^test:\/\/files\/[0-9a-f-]{36}\/report\.pdf$/);
  const link = {
    type: "resource_link",
    uri,
    name: "report.pdf",
    mimeType: "application/pdf",
    size: 5,
  };
  expect(content).toMatchObject([{ type: "text" }, link]);
  expect(content[0]?.["text"]).toContain(`report.pdf, application/pdf, 5 bytes: test://files/`);
  expect(content[0]?.["text"]).toContain(`${baseUrl}/report.pdf`);
  const read = (address: unknown) => client.request("resources/read", { uri: address });
  const blob = Buffer.from("BYTES").toString("base64");
  expect(await read(content[1]?.["uri"])).toMatchObject({
    contents: [{ blob, mimeType: "application/pdf" }],
  });
  for (let at = 0; at < 20; at += 1) await client.callTool("get_report");
  await expect(read(content[1]?.["uri"])).rejects.toThrow("no longer keeps this file");
});

test("7 a document nobody announced is a link to the API", async () => {
  const planned = await toPlan(toDocument({ "/x": { get: { operationId: "getIt", ...ok } } }));
  const { client, baseUrl } = await serve(planned, {}, answerPdf);
  const { content } = await client.callTool("get_it");
  expect(content).toMatchObject([
    { type: "text", text: expect.stringContaining("Download it from this URL") },
    { type: "resource_link", uri: `${baseUrl}/x`, size: 5 },
  ]);
});

test("8 circles, through members, lists, allOf, anyOf and additionalProperties", async () => {
  const node = { $ref: "#/components/schemas/Node" };
  const schemas = {
    Node: {
      type: "object",
      properties: {
        name: { type: "string" },
        kids: { type: "array", items: node },
        twin: { allOf: [node] },
        other: { oneOf: [node, { type: "null" }] },
        map: { type: "object", additionalProperties: node },
      },
    },
    Unrelated: { type: "object", properties: { a: { type: "string" } } },
  };
  const operation = { operationId: "addNode", requestBody: json(node), ...ok };
  const planned = await toPlan(
    toDocument({ "/x": { post: operation } }, { components: { schemas } }),
  );
  const input = inputOf(planned, "add_node");
  expect(Object.keys(Object(input["$defs"]))).toEqual(["Node"]);
  const { client, requests } = await serve(planned);
  const args = { name: "a", kids: [{ kids: [{ name: "b" }] }], map: { x: { other: null } } };
  expect((await client.callTool("add_node", args)).isError).toBe(false);
  expect(requests[0]?.body).toBe(JSON.stringify(args));
  const wrong = await client.callTool("add_node", { kids: [{ kids: [{ name: 1 }] }] });
  expect(wrong).toMatchObject({
    isError: true,
    text: expect.stringContaining("kids.0.kids.0.name"),
  });
});

test("9 readOnly is neither asked for nor required, writeOnly is not promised", async () => {
  const schema = {
    type: "object",
    required: ["id", "name", "inner"],
    properties: {
      id: { type: "integer", readOnly: true },
      name: { type: "string" },
      secret: { type: "string", writeOnly: true },
      inner: {
        type: "object",
        required: ["at"],
        properties: { at: { $ref: "#/components/schemas/At" }, b: { type: "string" } },
      },
    },
  };
  const planned = await toPlan(
    toDocument(
      {
        "/x": {
          post: {
            operationId: "addIt",
            requestBody: json(schema),
            responses: { 200: { description: "OK", ...json(schema) } },
          },
        },
      },
      { components: { schemas: { At: { type: "string", readOnly: true } } } },
    ),
  );
  const input = inputOf(planned, "add_it");
  expect(input["required"]).toEqual(["name", "inner"]);
  expect(Object.keys(Object(input["properties"]))).toEqual(["name", "secret", "inner"]);
  expect(input).toMatchObject({ properties: { inner: { properties: { b: {} } } } });
  expect(JSON.stringify(input)).not.toContain('"at"');
  const [entry] = planned.data.groups[0]?.operations ?? [];
  expect(entry?.returns).toBe("id, name, inner");
});

test("10 ids that collide get names that do not depend on their order", async () => {
  const one = { get: { operationId: "v1.items.list", ...ok } };
  const two = { get: { operationId: "v1_items_list", ...ok } };
  const names = async (paths: Json) =>
    Object.fromEntries(
      (await toPlan(toDocument(paths))).report.outcomes.map(({ path, name }) => [path, name]),
    );
  const forward = await names({ "/a": one, "/b": two });
  expect(forward).toEqual(await names({ "/b": two, "/a": one }));
  expect(forward["/a"]).toMatch(/^list_v1_items_[0-9a-f]{6}$/);
  expect(forward["/a"]).not.toBe(forward["/b"]);
});

test("11 a merge patch keeps null, and */* takes JSON", async () => {
  const schema = { type: "object", properties: { a: { type: ["string", "null"] } } };
  const patch = { content: { "application/merge-patch+json": { schema } } };
  const sent = await send({ requestBody: patch }, { a: null }, { method: "patch" });
  expect([sent.headers?.["content-type"], sent.body]).toEqual([
    "application/merge-patch+json",
    '{"a":null}',
  ]);
  const any = await send(
    { requestBody: { content: { "*/*": { schema } } } },
    { a: "b" },
    { method: "post" },
  );
  expect([any.headers?.["content-type"], any.body]).toEqual(["application/json", '{"a":"b"}']);
});

test("11 one of several media types: the best for arguments, or the one that is asked for", async () => {
  const schema = { type: "object", properties: { a: { type: "string" } } };
  const content = Object.fromEntries(
    ["application/xml", "application/json-patch+json", "application/merge-patch+json"].map(
      (type) => [type, { schema }],
    ),
  );
  const best = await send({ requestBody: { content } }, { a: "b" }, { method: "patch" });
  expect(best.headers?.["content-type"]).toBe("application/merge-patch+json");
  const wish = { "x-mcp": { contentType: "application/xml" } };
  const asked = await send(
    { requestBody: { content }, ...wish },
    { body: "<a/>" },
    { method: "patch" },
  );
  expect([asked.headers?.["content-type"], asked.body]).toEqual(["application/xml", "<a/>"]);
});

test("a GET whose body may be left out does without it, and sends one that it must have", async () => {
  const body = ({ required }: { readonly required: boolean }) => ({
    required,
    ...json({ type: "object", properties: { a: {} } }),
  });
  const planned = await toPlan(
    toDocument({
      "/may": { get: { operationId: "getMay", requestBody: body({ required: false }), ...ok } },
      "/must": { get: { operationId: "getMust", requestBody: body({ required: true }), ...ok } },
      "/trace": { trace: { operationId: "trace", ...ok } },
    }),
  );
  const [, , lost] = planned.report.outcomes;
  expect(lost?.reason).toBe("TRACE is never sent: what answers it repeats credentials");
  expect(inputOf(planned, "get_may")["properties"]).toEqual({});
  const { client, requests } = await serve(planned);
  await client.callTool("get_may", {});
  await client.callTool("get_must", {});
  expect((await client.callTool("get_must", { a: 1 })).isError).toBe(false);
  expect(requests.map(({ line, body }) => [line, body])).toEqual([
    ["GET /may", ""],
    ["GET /must", ""],
    ["GET /must", '{"a":1}'],
  ]);
});

test("12 Swagger 2.0: formData, collectionFormat, body and shared parameters", async () => {
  const planned = await toPlan({
    swagger: "2.0",
    info: { title: "Old", version: "1" },
    host: "old.example",
    basePath: "/v1",
    schemes: ["http", "https"],
    consumes: ["application/json"],
    parameters: { limit: { name: "limit", in: "query", type: "integer" } },
    definitions: {
      Pet: { type: "object", properties: { name: { type: "string", "x-nullable": true } } },
    },
    paths: {
      "/pets": {
        parameters: [{ $ref: "#/parameters/limit" }],
        get: {
          operationId: "listPets",
          parameters: [
            {
              name: "tags",
              in: "query",
              type: "array",
              items: { type: "string" },
              collectionFormat: "pipes",
            },
            { name: "ids", in: "query", type: "array", items: { type: "integer" } },
          ],
          responses: {
            200: {
              description: "OK",
              schema: { type: "array", items: { $ref: "#/definitions/Pet" } },
            },
          },
        },
        post: {
          operationId: "addPet",
          parameters: [
            { name: "pet", in: "body", required: true, schema: { $ref: "#/definitions/Pet" } },
          ],
          responses: {},
        },
        put: {
          operationId: "uploadPet",
          consumes: ["multipart/form-data"],
          parameters: [
            { name: "photo", in: "formData", type: "file", required: true },
            { name: "name", in: "formData", type: "string" },
          ],
          responses: {},
        },
      },
      "/form": {
        post: {
          operationId: "sendForm",
          parameters: [
            { name: "a", in: "formData", type: "string", required: true },
            {
              name: "b",
              in: "formData",
              type: "array",
              items: { type: "string" },
              collectionFormat: "multi",
            },
          ],
          responses: {},
        },
      },
    },
  });
  expect(planned.data.servers.map(({ url }) => url)).toEqual([
    "https://old.example/v1",
    "http://old.example/v1",
  ]);
  const { client, requests } = await serve(planned);
  await client.callTool("list_pets", { tags: ["a", "b"], ids: [1, 2], limit: 3 });
  await client.callTool("add_pet", { name: null });
  await client.callTool("send_form", { a: "x", b: ["y", "z"] });
  await client.callTool("upload_pet", { photo: "data:,P", name: "n" });
  expect(requests.map(({ line, body }) => `${line} ${body}`).slice(0, 3)).toEqual([
    "GET /pets?limit=3&tags=a%7Cb&ids=1,2 ",
    'POST /pets {"name":null}',
    "POST /form a=x&b=y&b=z",
  ]);
  expect(requests[3]?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
});

test("12 OpenAPI 3.2: query, additionalOperations and querystring", async () => {
  const filter = { in: "querystring", name: "filter", ...json({ type: "object" }) };
  const planned = await toPlan({
    ...toDocument({
      "/x": {
        query: { operationId: "findIt", requestBody: json({ type: "array", items: {} }), ...ok },
        additionalOperations: { COPY: { operationId: "copyIt", ...ok } },
        get: { operationId: "getIt", parameters: [filter], ...ok },
      },
    }),
    openapi: "3.2.0",
  });
  expect(planned.report).toMatchObject({ operations: 3, tools: 3 });
  const { client, requests } = await serve(planned);
  await client.callTool("find_it", { body: [1] });
  await client.callTool("copy_it");
  await client.callTool("get_it", { filter: { a: 1 } });
  expect(requests.map(({ line, body }) => line + body)).toEqual([
    "QUERY /x[1]",
    "COPY /x",
    "GET /x?%7B%22a%22%3A1%7D",
  ]);
});

test("12 Swagger 2.0: members that are called like keywords", async () => {
  const pet = { $ref: "#/definitions/Pet" };
  const schema = { type: "object", properties: { default: pet, enum: { type: "string" } } };
  const planned = await toPlan({
    swagger: "2.0",
    info: { title: "Old", version: "1" },
    definitions: { Pet: { type: "object", properties: { example: { type: "string" } } } },
    paths: {
      "/x": {
        post: {
          operationId: "addIt",
          parameters: [{ name: "x", in: "body", schema }],
          responses: {},
        },
      },
    },
  });
  expect(inputOf(planned, "add_it")).toMatchObject({
    properties: { default: { $ref: "#/$defs/Pet" }, enum: { type: "string" } },
    $defs: { Pet: { properties: { example: { type: "string" } } } },
  });
});

test("paths without a slash, operations by reference and bodies without members", async () => {
  const empty = {
    content: {
      "application/x-www-form-urlencoded": { schema: { type: "object", properties: {} } },
    },
    required: false,
  };
  const planned = await toPlan({
    ...toDocument({
      x: { get: { $ref: "#/x-operations/getIt" } },
      "/y": { delete: { operationId: "deleteIt", requestBody: empty, ...ok } },
      "x-more": { get: {} },
    }),
    "x-operations": { getIt: { operationId: "getIt", ...ok } },
  });
  expect(planned.report).toMatchObject({ operations: 2, tools: 2 });
  expect(inputOf(planned, "delete_it")["properties"]).toEqual({});
  const { client, requests } = await serve(planned);
  await client.callTool("get_it");
  await client.callTool("delete_it");
  expect(requests.map(({ line, body }) => line + body)).toEqual(["GET /x", "DELETE /y"]);
});

test("13 references into other files, in path items, parameters, schemas and descriptions", async () => {
  const directory = await createFolder();
  const write = (name: string, text: string) => writeFile(join(directory, name), text);
  await write(
    "api.yml",
    "openapi: 3.0.3\ninfo: {title: Many, version: '1', description: {$ref: words.md}}\npaths:\n  /x:\n    $ref: paths.yml#/x\n",
  );
  await write("words.md", "# Words");
  await write(
    "paths.yml",
    "x:\n  post:\n    operationId: addIt\n    parameters:\n      - $ref: 'parts.yml#/limit'\n    requestBody:\n      content:\n        application/json:\n          schema: {$ref: 'parts.yml#/Node'}\n    responses: {}\n",
  );
  await write(
    "parts.yml",
    "limit: {name: limit, in: query, schema: {type: integer}}\nNode:\n  type: object\n  properties:\n    kids: {type: array, items: {$ref: '#/Node'}}\n    tag: {$ref: tag.json}\n",
  );
  await write("tag.json", '{"type":"string","description":"A tag."}');
  const loaded = await load("api.yml", { directory });
  expect(loaded.files).toBe(5);
  const planned = plan(loaded, { name: "many", mode: "tools", maxTokens: 8_000 });
  expect(inputOf(planned, "add_it")).toMatchObject({
    properties: {
      limit: { type: "integer" },
      kids: {},
      tag: { description: "A tag. Text in the request body." },
    },
  });
  const { client, requests } = await serve(planned);
  await client.callTool("add_it", { limit: 1, kids: [{ tag: "a" }] });
  expect(requests[0]).toMatchObject({ line: "POST /x?limit=1", body: '{"kids":[{"tag":"a"}]}' });
});

test("13 a chain of a thousand files", async () => {
  const directory = await createFolder();
  const next = (at: number) => ({ $ref: `${(at + 1) % 1_000}.json` });
  for (let at = 0; at < 1_000; at += 1) {
    const schema = { type: "object", properties: { next: next(at) } };
    await writeFile(join(directory, `${at}.json`), JSON.stringify(schema));
  }
  const requestBody = { content: { "application/json": { schema: next(0) } } };
  const document = toDocument({ "/x": { post: { operationId: "addIt", requestBody, ...ok } } });
  await writeFile(join(directory, "api.json"), JSON.stringify(document));
  const loaded = await load("api.json", { directory });
  expect(loaded.files).toBe(1_001);
  const planned = plan(loaded, { name: "chain", mode: "tools", maxTokens: 8_000 });
  expect(Object.keys(planned.data.schemas).length).toBe(1_000);
});

test("14 a choice at the root becomes one argument, and null is said as 2020-12 says it", async () => {
  const cat = {
    type: "object",
    properties: { kind: { type: "string" }, lives: { type: "integer" } },
  };
  const dog = {
    type: "object",
    properties: { kind: { type: "string" }, tail: { type: "boolean", nullable: true } },
  };
  const schema = { oneOf: [cat, dog], discriminator: { propertyName: "kind" } };
  const operation = { requestBody: { required: true, ...json(schema) } };
  const { body, planned, name } = await send(
    operation,
    { body: { kind: "dog", tail: null } },
    { method: "post" },
  );
  expect(body).toBe('{"kind":"dog","tail":null}');
  const input = inputOf(planned, name);
  expect(Object.keys(input).toSorted()).toEqual([
    "additionalProperties",
    "properties",
    "required",
    "type",
  ]);
  expect(JSON.stringify(input)).toContain('"type":["boolean","null"]');
  expect(JSON.stringify(input)).not.toMatch(/discriminator|nullable/);
});

test("16 security: sets, keys in the query and in cookies, and parameters that repeat them", async () => {
  const securitySchemes = {
    key: { type: "apiKey", in: "query", name: "key" },
    session: { type: "apiKey", in: "cookie", name: "sid" },
    oauth: { type: "oauth2", flows: {} },
  };
  const token = {
    name: "token",
    in: "header",
    required: true,
    description: "Authentication token.",
    schema: { type: "string" },
  };
  const key = { name: "key", in: "query", schema: { type: "string" } };
  const planned = await toPlan(
    toDocument(
      {
        "/both": {
          get: {
            operationId: "getBoth",
            parameters: [key],
            security: [{ key: [], session: [] }],
            ...ok,
          },
        },
        "/one": {
          get: {
            operationId: "getOne",
            parameters: [token],
            security: [{ oauth: ["a"] }, { key: [] }],
            ...ok,
          },
        },
        "/open": { get: { operationId: "getOpen", security: [], ...ok } },
      },
      { components: { securitySchemes }, security: [{ oauth: [] }] },
    ),
  );
  for (const name of ["get_both", "get_one"]) {
    expect(inputOf(planned, name)["properties"], name).toEqual({});
  }
  const { client, requests } = await serve(planned, {
    key: "query-secret",
    session: "cookie-secret",
  });
  for (const name of ["get_both", "get_one", "get_open"]) await client.callTool(name);
  expect(requests.map(({ line, headers }) => [line, headers.cookie])).toEqual([
    ["GET /both?key=query-secret", "sid=cookie-secret"],
    ["GET /one?key=query-secret", undefined],
    ["GET /open", undefined],
  ]);
});

test("16 security that nobody declared is a token, as is what is not said at all", async () => {
  const get = (more: Json) => ({ get: { ...ok, ...more } });
  const silent = await toPlan(toDocument({ "/x": get({ operationId: "getIt" }) }));
  const first = await serve(silent, { apiToken: "token-of-somebody" });
  await first.client.callTool("get_it");
  const without = await serve(silent);
  await without.client.callTool("get_it");
  const sloppy = await toPlan(
    toDocument({ "/x": get({ operationId: "getIt", security: [{ Lost: [] }] }) }),
  );
  const second = await serve(sloppy, { lostToken: "token-of-another" });
  await second.client.callTool("get_it");
  const sent = [first, without, second].map(({ requests }) => requests[0]?.headers.authorization);
  expect(sent).toEqual(["Bearer token-of-somebody", undefined, "Bearer token-of-another"]);
});

test("17 servers: variables, of paths, of operations, relative to the document", async () => {
  const planned = await toPlan(
    toDocument(
      {
        "/a": { get: { operationId: "getA", ...ok } },
        "/b": { servers: [{ url: "/v2" }], get: { operationId: "getB", ...ok } },
      },
      {
        servers: [
          { url: "/relative" },
          {
            url: "https://{region}.example.com",
            variables: { region: { default: "eu", enum: ["eu"] } },
          },
        ],
      },
    ),
  );
  expect(planned.data.servers[0]).toMatchObject({ variables: { region: { default: "eu" } } });
  const { client, requests } = await serve(planned);
  await client.callTool("get_a");
  await client.callTool("get_b");
  expect(requests.map(({ line }) => line)).toEqual(["GET /a", "GET /v2/b"]);
});

test("17 a document from the network: its servers are where it is, and it refers to nothing else", async () => {
  const documents: Record<string, Json> = {
    "/v1/api.json": toDocument({ "/x": { $ref: "parts/x.json" } }, { servers: [{ url: "../v2" }] }),
    "/plain.json": toDocument({ "/x": { get: ok } }, { servers: [{ url: "/v2" }] }),
  };
  const server = createServer((request, response) => {
    const found = documents[request.url ?? ""];
    response.writeHead(found ? 200 : 404).end(JSON.stringify(found));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const origin = `http://127.0.0.1:${port}`;
  const loaded = await load(`${origin}/plain.json`, { directory: "." });
  const planned = plan(loaded, { name: "net", mode: "tools", maxTokens: 8_000 });
  expect(planned.data.servers).toEqual([{ url: `${origin}/v2` }]);
  await expect(load(`${origin}/v1/api.json`, { directory: "." })).rejects.toThrow(
    "Refused to read",
  );
  await expect(load(`${origin}/nothing`, { directory: "." })).rejects.toThrow("answers 404");
});

test("18 pages by a cursor, and answers of over a megabyte", async () => {
  const schema = {
    type: "object",
    properties: {
      items: { type: "array", items: { type: "object", properties: { id: { type: "integer" } } } },
      meta: { type: "object", properties: { next_cursor: { type: "string" } } },
    },
  };
  const cursor = { name: "cursor", in: "query", schema: { type: "string" } };
  const operation = {
    operationId: "listIt",
    parameters: [cursor],
    responses: { 200: { description: "OK", ...json(schema) } },
  };
  const planned = await toPlan(toDocument({ "/x": { get: operation } }));
  const items = Array.from({ length: 40_000 }, (_, id) => ({ id, name: "a name of some length" }));
  const { client } = await serve(planned, {}, (response) => {
    const answer = JSON.stringify({ items, meta: { next_cursor: "abc" } });
    response.writeHead(200, { "content-type": "application/json" }).end(answer);
  });
  const { text } = await client.callTool("list_it");
  expect(text.length).toBeLessThan(80_001);
  expect(text).toMatch(/\[Cut: \d+ of 40000 items of items shown\..*\]/);
  const shown = Number(/Cut: (\d+)/.exec(text)?.[1]);
  const kept: unknown = JSON.parse(text.slice(0, text.indexOf("\n")));
  expect(kept).toEqual({ items: items.slice(0, shown), meta: { next_cursor: "abc" } });
  // The next page begins behind what was cut, so that going there would lose it.
  expect(text).not.toContain("More:");
  const small = await serve(planned, {}, (response) => {
    const answer = JSON.stringify({ items: items.slice(0, 2), meta: { next_cursor: "abc" } });
    response.writeHead(200, { "content-type": "application/json" }).end(answer);
  });
  const page = await small.client.callTool("list_it");
  expect(page.text).toContain('[More: call again with the same arguments and cursor "abc".]');
});
