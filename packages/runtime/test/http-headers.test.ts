import { defineTool } from "@fairlead/define";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  envelope,
  jsonHeaders,
  type Listening,
  legacy,
  listen,
  modern,
  send,
} from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";

const query = defineTool({
  ...plain,
  name: "query",
  input: z.object({
    region: z.string().nullish().meta({ "x-mcp-header": "Region" }),
    limit: z.int().optional().meta({ "x-mcp-header": "Limit" }),
    dry: z.boolean().optional().meta({ "x-mcp-header": "Dry" }),
    inner: z.object({ zone: z.string().meta({ "x-mcp-header": "Zone" }) }).optional(),
  }),
  run: (args) => JSON.stringify(args),
});
const region = defineTool({
  ...plain,
  name: "region",
  input: z.object({
    region: z.string().optional().meta({ "x-mcp-header": "Region" }),
    limit: z.int().optional().meta({ "x-mcp-header": "Limit" }),
    dry: z.boolean().optional().meta({ "x-mcp-header": "Dry" }),
    inner: z.object({ zone: z.string().meta({ "x-mcp-header": "Zone" }) }).optional(),
  }),
  run: (args) => JSON.stringify(args),
});

let listening: Listening;
beforeAll(async () => {
  listening = await listen(
    serverOf([region, query], {
      resources: [{ uri: "test://ü", name: "u", read: () => ({ body: "u" }) }],
    }),
  );
});
afterAll(() => listening.close());

const encode = (text: string) => `=?base64?${Buffer.from(text).toString("base64")}?=`;
const call = (args: Record<string, unknown>, headers: Record<string, string> = {}) =>
  send(listening.url, ...modern("tools/call", { name: "region", arguments: args }, { headers }));
const mismatch = { status: 400, message: { id: 1, error: { code: -32020 } } };

describe("T5: -32020 with 400 for", () => {
  const whole = {
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": "tools/call",
    "mcp-name": "region",
  };
  const body = JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "region", _meta: envelope },
  });

  test.for(Object.keys(whole))("no %s", async (missing) => {
    const headers = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== missing));
    expect(await send(listening.url, body, { ...jsonHeaders, ...headers })).toMatchObject(mismatch);
  });

  test.for([
    ["mcp-protocol-version", "2025-11-25"],
    ["mcp-protocol-version", "2026-07-28, 2026-07-28"],
    ["mcp-protocol-version", ""],
    ["mcp-method", "tools/list"],
    ["mcp-method", "Tools/Call"],
    ["mcp-method", encode("tools/call")],
    ["mcp-name", "other"],
    ["mcp-name", ""],
    ["mcp-name", "region, region"],
    ["mcp-name", encode("other")],
    ["mcp-name", "=?base64?!!!?="],
    ["mcp-name", "__proto__"],
  ] as const)("%s: %s", async ([name, value]) => {
    const headers = { ...jsonHeaders, ...whole, [name]: value };
    expect(await send(listening.url, body, headers)).toMatchObject(mismatch);
  });

  test("a header that is there twice", async () => {
    const headers = { ...jsonHeaders, ...whole, "mcp-name": ["region", "region"] };
    expect(await send(listening.url, body, headers)).toMatchObject(mismatch);
  });

  test.for([
    ["no header", { region: "eu" }, {}],
    ["a header without a value", {}, { "mcp-param-region": "eu" }],
    ["another value", { region: "eu" }, { "mcp-param-region": "us" }],
    ["another case", { region: "eu" }, { "mcp-param-region": "EU" }],
    ["Base64 of another value", { region: "eu" }, { "mcp-param-region": encode("us") }],
    ["broken Base64", { region: "eu" }, { "mcp-param-region": "=?base64?e=?=" }],
    ["another number", { limit: 3 }, { "mcp-param-limit": "4" }],
    ["no number", { limit: 3 }, { "mcp-param-limit": "three" }],
    ["another truth", { dry: true }, { "mcp-param-dry": "false" }],
    ["a truth in capitals", { dry: true }, { "mcp-param-dry": "True" }],
    ["another nested value", { inner: { zone: "a" } }, { "mcp-param-zone": "b" }],
    ["a nested value without a header", { inner: { zone: "a" } }, {}],
    ["a header next to a null", { region: null }, { "mcp-param-region": "null" }],
    ["another number in text", { limit: "3" }, { "mcp-param-limit": "4" }],
    ["another truth in text", { dry: "True" }, { "mcp-param-dry": "false" }],
    ["a value in JSON text without a header", { inner: '{"zone":"a"}' }, {}],
    ["another value in JSON text", { inner: '{"zone":"a"}' }, { "mcp-param-zone": "b" }],
    ["a header without a value in JSON text", { inner: "{}" }, { "mcp-param-zone": "b" }],
  ] as const)("Mcp-Param: %s", async ([, args, headers]) => {
    expect(await call(args, { ...headers })).toMatchObject(mismatch);
  });
});

describe("answered are", () => {
  test.for([
    [{ region: "eu" }, { "Mcp-Param-REGION": "eu" }],
    [{ region: "世界" }, { "mcp-param-region": encode("世界") }],
    [{ region: " padded " }, { "mcp-param-region": encode(" padded ") }],
    [{ region: encode("x") }, { "mcp-param-region": encode(encode("x")) }],
    [{ region: "" }, { "mcp-param-region": "" }],
    [{ limit: 42 }, { "mcp-param-limit": "42.0" }],
    [
      { limit: -7, dry: false },
      { "mcp-param-limit": "-7", "mcp-param-dry": "false" },
    ],
    [{ inner: { zone: "a" } }, { "mcp-param-zone": "a" }],
    [{}, { "mcp-param-other": "anything" }],
  ] as const)("%j with %j", async ([args, headers]) => {
    const { status, message } = await call(args, { ...headers });
    expect(status).toBe(200);
    expect(message).toMatchObject({ result: { content: [{ text: JSON.stringify(args) }] } });
  });

  test.for([
    [{ limit: "42" }, { "mcp-param-limit": "42" }, { limit: 42 }],
    [{ dry: "True" }, { "mcp-param-dry": "True" }, { dry: true }],
    [{ limit: null, dry: null, wait_for_previous: true }, {}, {}],
    [{ inner: '{"zone":"a"}' }, { "mcp-param-zone": "a" }, { inner: { zone: "a" } }],
  ] as const)("arguments that are read leniently: %j with %j", async ([args, headers, taken]) => {
    const { message } = await call(args, { ...headers });
    expect(message).toMatchObject({ result: { content: [{ text: JSON.stringify(taken) }] } });
    const whole = { name: "region", arguments: JSON.stringify(args) };
    const asText = await send(listening.url, ...modern("tools/call", whole, { headers }));
    expect(asText.message).toMatchObject({
      result: { content: [{ text: JSON.stringify(taken) }] },
    });
  });

  test("a resource by its encoded name", async () => {
    const uri = "test://ü";
    const headers = { "mcp-name": encode(uri) };
    const asked = modern("resources/read", { uri }, { headers });
    expect(await send(listening.url, ...asked)).toMatchObject({
      message: { result: { contents: [{ text: "u" }] } },
    });
  });

  test("older revisions, which have none of these headers", async () => {
    const params = { name: "region", arguments: { region: "eu" } };
    const { message } = await send(listening.url, ...legacy("tools/call", params));
    expect(message).toMatchObject({ result: { content: [{ text: '{"region":"eu"}' }] } });
  });
});

test("a definition that clients would leave out is a fault of the server, not of the caller", async () => {
  const asked = modern("tools/call", { name: "query" });
  const { message } = await send(listening.url, ...asked);
  expect(message).toMatchObject({ error: { code: -32603 } });
  expect(listening.log.join("")).toContain("x-mcp-header");
});
