import { expect, test } from "vitest";
import type { Json } from "../src/json.ts";
import { inputOf, serve, toDocument, toPlan } from "./support/api.ts";

// What documents get wrong, and people who call them mean all the same.

const ok = { responses: { 200: { description: "OK" } } };
const body = (schema: Json) => ({
  requestBody: { required: true, content: { "application/json": { schema } } },
});
const text = { type: "string" };

/** Calls the one operation of a document; gives what was sent, or what was said against it. */
async function call(operation: Json, args: Json, more: Json = {}) {
  const paths = { "/x/{id}": { post: { operationId: "doIt", ...operation, ...ok } } };
  const planned = await toPlan(toDocument(paths, more));
  const [name = ""] = planned.report.outcomes.flatMap((outcome) => outcome.name ?? []);
  const { client, requests } = await serve(planned, { apiToken: "secret" });
  const { isError, text: answer } = await client.callTool(name, { id: "1", ...args });
  return { said: isError ? answer : undefined, planned, name, ...requests[0] };
}

test.each([
  [
    { type: "integer", enum: ["0", "1"], default: "1" },
    1,
    { type: "integer", enum: [0, 1], default: 1 },
  ],
  [{ type: "string", enum: [1, true] }, "true", { type: "string", enum: ["1", "true"] }],
  [{ type: "boolean", default: "false" }, true, { type: "boolean", default: false }],
  [{ type: "integer", enum: ["Primary", "01"] }, "01", { enum: ["Primary", "01"] }],
  [{ type: "string", enum: ["a", { odd: true }] }, "a", { type: "string", enum: ["a"] }],
  [{ type: "object", default: "none" }, {}, { type: "object" }],
  [{ type: "array", enum: ["a", "b"] }, ["a"], { type: "array", items: { enum: ["a", "b"] } }],
])("values that are not of their type: %j", async (schema, value, expected) => {
  const parameters = [{ name: "v", in: "query", schema }];
  const { said, planned, name, line } = await call({ parameters }, { v: value });
  expect(said).toBeUndefined();
  expect(line).toContain("/x/1");
  expect(inputOf(planned, name)["properties"]).toMatchObject({ v: expected });
  const written = Object(inputOf(planned, name)["properties"]).v;
  expect(Object.keys(written).sort()).toEqual([...Object.keys(expected), "description"].sort());
});

const closed = { type: "object", additionalProperties: false, properties: { a: text } };

test.each<[string, Json]>([
  [
    "allOf of closed ones",
    { allOf: [{ $ref: "#/components/schemas/Closed" }, { properties: { b: text } }] },
  ],
  ["allOf of a closed one inside", { allOf: [closed, { properties: { b: text } }] }],
  [
    "a closed one next to its choices",
    { additionalProperties: false, oneOf: [{ properties: { a: text, b: text } }] },
  ],
  ["a choice that knows only itself", { properties: { b: text }, anyOf: [closed] }],
  [
    "a map as a part",
    {
      allOf: [{ additionalProperties: { type: "integer" } }, { properties: { a: text, b: text } }],
    },
  ],
])("parts that would forbid each other: %s", async (_, schema) => {
  const more = { components: { schemas: { Closed: closed } } };
  const thing = { type: "object", properties: { thing: schema } };
  const { said, body: sent } = await call(body(thing), { thing: { a: "1", b: "2" } }, more);
  expect([said, sent]).toEqual([undefined, '{"thing":{"a":"1","b":"2"}}']);
});

test("what is closed and no part of anything stays closed", async () => {
  const thing = { type: "object", properties: { thing: closed } };
  const { said } = await call(body(thing), { thing: { b: "2" } });
  expect(said).toContain('Unknown argument "b" in thing');
});

test("a token that is a thing of the API is asked for, the caller's own is not", async () => {
  const parameters = [
    {
      name: "token",
      in: "query",
      description: "Authentication token. Requires scope: x",
      schema: text,
    },
    { name: "auth_token", in: "header", description: "The token of the meeting.", schema: text },
  ];
  const members = {
    properties: { token: { ...text, description: "The token read from the code." } },
  };
  const {
    line,
    body: sent,
    headers,
    said,
  } = await call({ parameters, ...body(members) }, { token: "read", auth_token: "meeting" });
  expect([said, line, sent, headers?.["auth_token"], headers?.authorization]).toEqual([
    undefined,
    "POST /x/1",
    '{"token":"read"}',
    "meeting",
    "Bearer secret",
  ]);
});

test("a path that names a token is filled with it", async () => {
  const token = {
    name: "token",
    in: "path",
    required: true,
    description: "The access token.",
    schema: text,
  };
  const planned = await toPlan(
    toDocument({ "/x/{token}": { get: { operationId: "getIt", parameters: [token], ...ok } } }),
  );
  const { client, requests } = await serve(planned, { apiToken: "secret" });
  await client.callTool("get_it", { token: "abc" });
  expect(requests.map(({ line }) => line)).toEqual(["GET /x/abc"]);
});

test("a part of a path that is an object of nothing is a text", async () => {
  const version = { type: "object", properties: { major: { type: "integer", readOnly: true } } };
  const parameters = [{ name: "id", in: "path", required: true, schema: version }];
  const { line } = await call({ parameters }, { id: "1.2" });
  expect(line).toBe("POST /x/1.2");
});

test("an operation at a server that is not a URL is the only one that goes", async () => {
  const server = (url: string, variables: Json = {}) => ({
    get: { servers: [{ url, variables }], ...ok },
  });
  const planned = await toPlan(
    toDocument({
      "/none": server("https://"),
      "/unknown": server("https://{where}/"),
      "/told": server("https://{where}.example.com", { where: { default: "eu" } }),
      "/plain": { get: ok },
    }),
  );
  expect(planned.report.outcomes.map(({ name, reason }) => reason ?? name)).toEqual([
    'its server "https://" is not a URL; an overlay can give it one',
    "get_plain",
    "get_told",
    'its server "https://{where}/" is not a URL; an overlay can give it one',
  ]);
  const { client } = await serve(planned, { where: "us" });
  expect((await client.callTool("get_plain", {})).isError).toBe(false);
});

test("a body in a type that is none is JSON, and no form holds a list", async () => {
  const schema = { type: "object", properties: { a: text } };
  const slip = { requestBody: { content: { "applicationjson;v=1": { schema } } } };
  const { headers, body: sent } = await call(slip, { a: "1" });
  expect([headers?.["content-type"], sent]).toEqual(["application/json", '{"a":"1"}']);
  const list = { schema: { type: "array", items: text } };
  const content = { "multipart/form-data": list, "*/*": list };
  const other = await call({ requestBody: { content } }, { body: ["a"] });
  expect([other.headers?.["content-type"], other.body]).toEqual(["application/json", '["a"]']);
});

test("a token in a JSON body is what the operation is about", async () => {
  const token = { ...text, description: "The OAuth access token to revoke." };
  const { body: sent } = await call(body({ properties: { access_token: token } }), {
    access_token: "abc",
  });
  expect(sent).toBe('{"access_token":"abc"}');
});
