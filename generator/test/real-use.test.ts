import { expect, test } from "vitest";
import type { Json } from "../src/json.ts";
import { inputOf, serve, toDocument, toPlan } from "./support/api.ts";
import { json, ok, open, send } from "./support/calls.ts";

// What failed with other people's documents: each test is called as its input in words, and goes from a
// document to the wire.

const text = { type: "string" };
const object = (properties: Json, more: Json = {}) => ({ type: "object", properties, ...more });
const refers = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const post = { method: "post" };
const withSchemas = (schemas: Json) => ({ ...post, document: { components: { schemas } } });
const binary = { type: "string", format: "binary" };
const csv = "data:text/csv;name=a.csv,1";

test.each([
  ["query", { parameters: [{ name: "confirm", in: "query", schema: text }] }, "confirm_query"],
  ["body", { requestBody: json(object({ confirm: { type: "boolean" } })) }, "confirm_body"],
] as const)("an operation with its own confirm in the %s", async (place, operation, argument) => {
  const planned = await toPlan(
    toDocument({ "/x": { delete: { operationId: "deleteIt", ...ok, ...operation } } }),
  );
  const { client, requests } = await serve(planned, {}, undefined, { confirm: "destroy" });
  const value = place === "query" ? "yes" : false;
  const asked = await client.callTool("delete_it", { [argument]: value });
  expect([asked.isError, requests.length]).toEqual([true, 0]);
  const done = await client.callTool("delete_it", { [argument]: value, confirm: true });
  expect(done.isError, done.text).toBe(false);
  const sent = `${requests[0]?.line} ${requests[0]?.body}`;
  expect(sent).toBe(place === "query" ? "DELETE /x?confirm=yes " : 'DELETE /x {"confirm":false}');
});

test.each([
  ["anyOf with null", { anyOf: [binary, { type: "null" }] }, csv],
  ["oneOf", { oneOf: [binary, { type: "null" }] }, csv],
  ["allOf", { allOf: [binary] }, csv],
  ["a list", { type: "array", items: { anyOf: [binary] } }, [csv]],
  ["a list or one", { anyOf: [binary, { type: "array", items: binary }] }, [csv]],
  ["one or a list", { anyOf: [binary, { type: "array", items: binary }] }, csv],
  ["a reference with a description", { ...refers("File"), description: "It." }, csv],
  ["contentMediaType", { type: "string", contentMediaType: "image/png" }, csv],
] as const)("a file that is %s is a part with a name and bytes", async (_, schema, value) => {
  const content = { "multipart/form-data": { schema: object({ file: schema }) } };
  const { body } = await send(
    { requestBody: { content } },
    { file: value },
    withSchemas({ File: binary }),
  );
  expect(body).toContain('name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n1\r\n');
});

test("a file in one of several forms is a part too", async () => {
  const schema = { oneOf: [object({ file: binary }), object({ url: text })] };
  const requestBody = { content: { "multipart/form-data": { schema } } };
  const { body } = await send({ requestBody }, { file: csv }, post);
  expect(body).toContain('filename="a.csv"');
});

test("a form that is nothing but a file has it in a part", async () => {
  const requestBody = { content: { "multipart/form-data": { schema: binary } } };
  const { body } = await send({ requestBody }, { file: csv }, post);
  expect(body).toContain('name="file"; filename="a.csv"');
});

test("JSON offered next to multipart: the type that can carry the file", async () => {
  const schema = object({ file: binary, name: text });
  const content = { "application/json": { schema }, "multipart/form-data": { schema } };
  const { headers, body } = await send(
    { requestBody: { content } },
    { file: csv, name: "n" },
    post,
  );
  expect(headers?.["content-type"]).toMatch(/^multipart\/form-data/);
  expect(body).toContain('filename="a.csv"');
});

test.each([
  ["application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
  ["application/vnd.ms-excel"],
  ["application/gzip"],
  ["application/x-gzip"],
])("%s without a schema is a file", async (type) => {
  const { headers, body } = await send(
    { requestBody: { content: { [type]: {} } } },
    { file: "data:,BYTES" },
    post,
  );
  expect([headers?.["content-type"], body]).toEqual([type, "BYTES"]);
});

const digits = "1917043659912705296";
const long = { type: "integer", format: "int64" };

test.each([
  ["as the digits of an int64", long, digits, `{"id":${digits}}`],
  ["as the digits of a plain integer", { type: "integer" }, digits, `{"id":${digits}}`],
  ["as a text", text, digits, `{"id":"${digits}"}`],
  [
    "as the digits of a text of format int64",
    { ...text, format: "int64" },
    digits,
    `{"id":"${digits}"}`,
  ],
  ["in a list", { type: "array", items: long }, [digits], `{"id":[${digits}]}`],
  ["in an object", object({ id: long }), { id: digits }, `{"id":{"id":${digits}}}`],
])("int64 1917043659912705296 %s is sent with all of them", async (_, schema, value, written) => {
  const { body } = await send({ requestBody: json(object({ id: schema })) }, { id: value }, post);
  expect(body).toBe(written);
});

test("an integer with the bounds of 64 bits is an int64", async () => {
  const bounds = { minimum: -(2 ** 63), maximum: 2 ** 63 };
  const seed = { type: ["integer", "null"], ...bounds };
  const sent = await send({ requestBody: json(object({ seed })) }, { seed: digits }, post);
  expect(sent.body).toBe(`{"seed":${digits}}`);
  expect(JSON.stringify(inputOf(sent.planned, sent.name))).not.toContain("minimum");
});

test("int64 in the path and the query, and in a search server", async () => {
  const parameters = ["path", "query"].map((place) => ({ name: "id", in: place, schema: long }));
  const sent = await send({ parameters }, { id: digits, id_query: digits }, { path: "/x/{id}" });
  expect(sent.line).toBe(`GET /x/${digits}?id=${digits}`);
  const paths = {
    "/x": { post: { operationId: "doIt", ...ok, requestBody: json(object({ id: long })) } },
  };
  const planned = await toPlan(toDocument(paths), { mode: "search" });
  const { client, requests } = await serve(planned);
  const call = { name: planned.report.outcomes[0]?.name, arguments: { id: digits } };
  expect((await client.callTool("call_operation", call)).isError).toBe(false);
  expect(requests[0]?.body).toBe(`{"id":${digits}}`);
});

test("int64 as a JSON number that has lost digits is refused, and says what to do", async () => {
  const { call, requests } = await open({ requestBody: json(object({ id: long })) }, post);
  const answer = await call({ id: Number(digits) });
  expect(answer).toMatchObject({ isError: true, text: expect.stringContaining("as text") });
  expect(requests).toEqual([]);
});

test("int64 and decimals in answers keep every digit", async () => {
  const answer = `{"id":${digits},"price":19.90,"rate":0.12345678901234567890}`;
  const sent = await send(
    {},
    {},
    {
      respond: (response) =>
        response.writeHead(200, { "content-type": "application/json" }).end(answer),
    },
  );
  expect(sent.text).toBe(answer);
});

test("the list says that an int64 may be given as text", async () => {
  const planned = await toPlan(
    toDocument({
      "/x": { post: { operationId: "addIt", ...ok, requestBody: json(object({ id: long })) } },
    }),
  );
  const { client } = await serve(planned);
  const [tool] = await client.listTools();
  expect(tool?.inputSchema).toMatchObject({
    properties: {
      id: {
        anyOf: [{ type: "integer" }, { type: "string" }],
        description: expect.stringContaining("Over 15 digits as text."),
      },
    },
  });
});

const family = {
  Pet: {
    oneOf: [refers("Cat"), refers("Dog")],
    discriminator: { propertyName: "kind" },
    ...object({ kind: text }),
  },
  Cat: { allOf: [refers("Pet"), object({ lives: { type: "integer" } })] },
  Dog: { allOf: [refers("Pet"), object({ tail: { type: "boolean" } })] },
};

test.each([
  ["at the root", refers("Pet"), { body: { kind: "Cat", lives: 9 } }, '{"kind":"Cat","lives":9}'],
  ["of a child", refers("Cat"), { body: { kind: "Cat", lives: 9 } }, '{"kind":"Cat","lives":9}'],
  [
    "in a member",
    object({ pet: refers("Pet") }),
    { pet: { kind: "Dog" } },
    '{"pet":{"kind":"Dog"}}',
  ],
  [
    "in a list",
    object({ pets: { type: "array", items: refers("Cat") } }),
    { pets: [{ lives: 1 }] },
    '{"pets":[{"lives":1}]}',
  ],
])(
  "a parent that is oneOf its children, which are allOf their parent, %s",
  async (_, schema, args, body) => {
    const sent = await send({ requestBody: json(schema) }, args, withSchemas(family));
    expect(sent.body).toBe(body);
  },
);

test("a discriminator without oneOf: the members of each kind are taken, and its values told", async () => {
  const schemas = {
    ...family,
    Pet: object(
      { kind: { type: "string", description: "The kind." }, name: text },
      { discriminator: { propertyName: "kind" }, required: ["kind"] },
    ),
  };
  const sent = await send(
    { requestBody: json(refers("Pet")) },
    { kind: "Cat", name: "Tom", lives: 9 },
    withSchemas(schemas),
  );
  expect(sent.body).toBe('{"kind":"Cat","name":"Tom","lives":9}');
  const input = inputOf(sent.planned, sent.name);
  expect(Object(input["properties"]).kind.description).toContain("Cat, Dog");
  const nested = await send(
    { requestBody: json(object({ pet: refers("Pet") })) },
    { pet: { kind: "Dog", tail: true } },
    withSchemas(schemas),
  );
  expect(nested.body).toBe('{"pet":{"kind":"Dog","tail":true}}');
  expect(JSON.stringify(inputOf(nested.planned, nested.name))).toContain("Cat, Dog");
});

test.each([
  ["without a schema", {}],
  ["with a schema of the thing that is patched", { schema: object({ name: text }) }],
  [
    "with a schema of the patch",
    { schema: { type: "array", items: object({ op: text, path: text, value: {} }) } },
  ],
])("application/json-patch+json %s", async (_, media) => {
  const content = { "application/json-patch+json": media };
  const patch = [{ op: "replace", path: "/name", value: { a: 1 } }];
  const { headers, body } = await send(
    { requestBody: { content } },
    { body: patch },
    { method: "patch" },
  );
  expect(headers?.["content-type"]).toBe("application/json-patch+json");
  expect(body).toBe(JSON.stringify(patch));
});

test("multipleOf: 0.01 with 19.99 is sent, and 19.999 is not", async () => {
  const price = { type: "number", multipleOf: 0.01 };
  const { call, requests } = await open({ requestBody: json(object({ price })) }, post);
  expect((await call({ price: 19.99 })).isError).toBe(false);
  expect((await call({ price: 19.999 })).isError).toBe(true);
  expect(requests.map(({ body }) => body)).toEqual(['{"price":19.99}']);
});

test("an error names the field and says the words", async () => {
  const { call } = await open(
    {},
    {
      respond: (response) =>
        response
          .writeHead(422)
          .end('{"message":"The given data was invalid.","errors":{"email":["is taken"]}}'),
    },
  );
  expect(await call({})).toMatchObject({
    isError: true,
    text: expect.stringContaining("is taken (email)"),
  });
});

const id = { type: "integer" };

test.each([
  [
    "readOnly next to $ref",
    object({ id: { ...refers("Id"), readOnly: true }, name: text }, { required: ["id", "name"] }),
  ],
  [
    "readOnly in an allOf part",
    object(
      { id: { allOf: [refers("Id"), { readOnly: true }] }, name: text },
      { required: ["id", "name"] },
    ),
  ],
  [
    "readOnly in one part, required in another",
    {
      allOf: [object({ id: { ...id, readOnly: true }, name: text }), { required: ["id", "name"] }],
    },
  ],
])("%s: not asked for, at the root and inside", async (_, schema) => {
  const schemas = { Id: id, Thing: schema };
  const root = await send(
    { requestBody: json(refers("Thing")) },
    { name: "n" },
    withSchemas(schemas),
  );
  expect(root.body).toBe('{"name":"n"}');
  expect(Object.keys(Object(inputOf(root.planned, root.name)["properties"]))).toEqual(["name"]);
  const inside = await send(
    { requestBody: json(object({ thing: refers("Thing") })) },
    { thing: { name: "n" } },
    withSchemas(schemas),
  );
  expect(inside.body).toBe('{"thing":{"name":"n"}}');
  expect(JSON.stringify(inputOf(inside.planned, inside.name))).not.toContain('"id"');
});

test.each([
  [
    "properties next to $ref",
    { ...refers("Base"), properties: { more: text } },
    { a: "1", more: "2" },
    {},
  ],
  ["required next to $ref", { ...refers("Base"), required: ["a"] }, { a: "1" }, { b: "2" }],
] as const)("%s (3.1): both hold", async (_, schema, good, bad) => {
  const schemas = { Base: object({ a: text, b: text }) };
  const { call, requests, planned, name } = await open(
    { requestBody: json(schema) },
    withSchemas(schemas),
  );
  const { isError, text: said } = await call(good);
  expect(isError, said).toBe(false);
  expect(requests[0]?.body).toBe(JSON.stringify(good));
  if ("b" in bad) expect(await call(bad)).toMatchObject({ isError: true });
  else
    expect(Object.keys(Object(inputOf(planned, name)["properties"]))).toEqual(["a", "b", "more"]);
});

test.each([
  ["string", '"00123"'],
  ["integer", '"00123"'],
])("Link header ?after=00123 for an argument of type %s", async (type, said) => {
  const parameters = [{ name: "after", in: "query", schema: { type } }];
  const link = '<https://api.example/x?after=00123>; rel="next"';
  const { text: answer } = await send(
    { parameters },
    {},
    {
      respond: (response) =>
        response.writeHead(200, { "content-type": "application/json", link }).end("[1]"),
    },
  );
  expect(answer).toContain(`after ${said}`);
});

test.each([
  ["a number in a text", '{"next_cursor":123}', "string", '"123"'],
  ["a text in a text", '{"next_cursor":"123"}', "string", '"123"'],
  ["a number in a number", '{"next_cursor":123}', "integer", "123"],
])("a numeric cursor, %s", async (_, body, type, said) => {
  const parameters = [{ name: "cursor", in: "query", schema: { type } }];
  const answer = { description: "OK", ...json(object({ next_cursor: {} })) };
  const sent = await send(
    { parameters, responses: { 200: answer } },
    {},
    {
      respond: (response) =>
        response.writeHead(200, { "content-type": "application/json" }).end(body),
    },
  );
  expect(sent.text).toContain(`cursor ${said}`);
});

test("HEAD tells the headers, and an ETag is told where something takes If-Match", async () => {
  const ifMatch = { name: "If-Match", in: "header", schema: text };
  const paths = {
    "/x": {
      head: { operationId: "headIt", ...ok },
      get: { operationId: "getIt", ...ok },
      put: { operationId: "putIt", parameters: [ifMatch], ...ok },
    },
  };
  const planned = await toPlan(toDocument(paths));
  const { client, requests } = await serve(planned, {}, (response) =>
    response
      .writeHead(200, { etag: '"7"', "x-size": "9", "content-type": "application/json" })
      .end("{}"),
  );
  const names = planned.report.outcomes.map(({ name }) => name ?? "");
  const [get = "", head = "", put = ""] = ["GET", "HEAD", "PUT"].map(
    (method) => names[planned.report.outcomes.findIndex((one) => one.method === method)],
  );
  expect((await client.callTool(head)).text).toMatch(/ETag: "7"\n[\s\S]*X-Size: 9/);
  expect((await client.callTool(get)).text).toContain('[ETag: "7"]');
  const argument = Object.keys(Object(inputOf(planned, put)["properties"]))[0] ?? "";
  await client.callTool(put, { [argument]: '"7"' });
  expect(requests.at(-1)?.headers["if-match"]).toBe('"7"');
});

test("Operation-Location is told", async () => {
  const { text: answer } = await send(
    {},
    {},
    {
      ...post,
      respond: (response) =>
        response.writeHead(202, { "operation-location": "https://api.example/op/1" }).end(),
    },
  );
  expect(answer).toContain("Operation-Location: https://api.example/op/1");
});

test("a form body with a string schema is sent as it is", async () => {
  const requestBody = { content: { "application/x-www-form-urlencoded": { schema: text } } };
  expect((await send({ requestBody }, { body: "a=1&b=2" }, post)).body).toBe("a=1&b=2");
});

test.each([
  ["csv", "x,y"],
  ["pipes", "x|y"],
  ["ssv", "x y"],
])("multipart with a list in %s (Swagger 2.0) is one part", async (collectionFormat, written) => {
  const list = { name: "a", in: "formData", type: "array", items: text, collectionFormat };
  const planned = await toPlan({
    swagger: "2.0",
    info: { title: "Old", version: "1" },
    paths: {
      "/x": {
        post: {
          operationId: "doIt",
          consumes: ["multipart/form-data"],
          parameters: [list],
          responses: {},
        },
      },
    },
  });
  const { client, requests } = await serve(planned);
  await client.callTool(planned.report.outcomes[0]?.name ?? "", { a: ["x", "y"] });
  const parts = [...(requests[0]?.body ?? "").matchAll(/name="a"\r\n\r\n(.*)\r\n/g)].map(
    ([, one]) => one,
  );
  expect(parts).toEqual([written]);
});

test("multipart with explode: false is one part", async () => {
  const schema = object({ a: { type: "array", items: text } });
  const media = { schema, encoding: { a: { style: "form", explode: false } } };
  const { body } = await send(
    { requestBody: { content: { "multipart/form-data": media } } },
    { a: ["x", "y"] },
    post,
  );
  expect(body).toContain('name="a"\r\n\r\nx,y\r\n');
});

test("patternProperties with additionalProperties: false", async () => {
  const labels = {
    type: "object",
    patternProperties: { "^x-": text },
    additionalProperties: false,
  };
  const inside = await send(
    { requestBody: json(object({ labels })) },
    { labels: { "x-a": "1" } },
    post,
  );
  expect(inside.body).toBe('{"labels":{"x-a":"1"}}');
  const root = await send({ requestBody: json(labels) }, { body: { "x-a": "1" } }, post);
  expect(root.body).toBe('{"x-a":"1"}');
});

test.each(["application/jsonl", "application/x-ndjson"])(
  "itemSchema of %s is sent line by line",
  async (type) => {
    const content = { [type]: { itemSchema: object({ a: { type: "integer" } }) } };
    const sent = await send({ requestBody: { content } }, { body: [{ a: 1 }, { a: 2 }] }, post);
    expect([sent.headers?.["content-type"], sent.body]).toEqual([type, '{"a":1}\n{"a":2}\n']);
  },
);

test("scheme: Token", async () => {
  const securitySchemes = { key: { type: "http", scheme: "Token" } };
  const document = { components: { securitySchemes }, security: [{ key: [] }] };
  const { headers } = await send({}, {}, { document, config: { keyToken: "abc" } });
  expect(headers?.authorization).toBe("Token abc");
});

test.each([
  [
    "then",
    { if: object({ a: { const: "x" } }), then: object({ b: text }), else: object({ c: text }) },
  ],
  ["dependentSchemas", { dependentSchemas: { a: object({ b: text }) } }],
  [
    "allOf with then",
    { allOf: [{ if: object({ a: { const: "x" } }), then: object({ b: text }) }] },
  ],
  ["unevaluatedProperties: false", { allOf: [object({ b: text })], unevaluatedProperties: false }],
])("members of %s are sent, at the root and inside", async (_, more) => {
  const schema = object({ a: text }, more);
  const root = await send({ requestBody: json(schema) }, { a: "x", b: "y" }, post);
  expect(root.body).toBe('{"a":"x","b":"y"}');
  const inside = await send(
    { requestBody: json(object({ it: schema })) },
    { it: { a: "x", b: "y" } },
    post,
  );
  expect(inside.body).toBe('{"it":{"a":"x","b":"y"}}');
});

test("members of unevaluatedProperties are sent, at the root and inside", async () => {
  const schema = object({ a: text }, { unevaluatedProperties: text });
  const root = await send({ requestBody: json(schema) }, { body: { a: "x", z: "y" } }, post);
  expect(root.body).toBe('{"a":"x","z":"y"}');
  const inside = await send(
    { requestBody: json(object({ it: schema })) },
    { it: { a: "x", z: "y" } },
    post,
  );
  expect(inside.body).toBe('{"it":{"a":"x","z":"y"}}');
});

test("several answer types (JSON, PDF): an argument chooses", async () => {
  const content = { "application/json": { schema: object({ a: text }) }, "application/pdf": {} };
  const responses = { 200: { description: "OK", content } };
  const { call, requests, planned, name } = await open({ responses });
  expect(Object(inputOf(planned, name)["properties"]).answer_type.enum).toEqual([
    "application/json",
    "application/pdf",
  ]);
  await call({});
  await call({ answer_type: "application/pdf" });
  expect(requests.map(({ headers }) => headers.accept)).toEqual([
    "application/json",
    "application/pdf",
  ]);
});

test("JSON next to XML of the same data asks for nothing", async () => {
  const content = { "application/json": {}, "application/xml": {}, "text/plain": {} };
  const { planned, name } = await open({ responses: { 200: { description: "OK", content } } });
  expect(inputOf(planned, name)["properties"]).toEqual({});
});

test.each([
  ["parent first", ["Pet", "Cat"]],
  ["child first", ["Cat", "Pet"]],
])("what a parent takes hangs on no other operation: %s", async (_, order) => {
  const petType = { type: "string" };
  const child = (properties: Json) => ({ allOf: [refers("Pet"), object(properties)] });
  const schemas = {
    Pet: object({ petType }, { discriminator: { propertyName: "petType" } }),
    Cat: child({ hunting: text }),
    Dog: child({ pack: { type: "integer" } }),
  };
  const paths = order.map((name) => {
    const post = { operationId: `add_${name}`, requestBody: json(refers(name)), ...ok };
    return [`/${name}`, { post }] as const;
  });
  const document = { components: { schemas } };
  const planned = await toPlan(toDocument(Object.fromEntries(paths), document));
  const taken = ["add_pet", "add_cat"].map((name) =>
    Object.keys(Object(inputOf(planned, name)["properties"])).sort(),
  );
  expect(taken).toEqual([
    ["hunting", "pack", "petType"],
    ["hunting", "petType"],
  ]);
});
