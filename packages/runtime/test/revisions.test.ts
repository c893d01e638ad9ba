import { defineTool } from "@fairlead/define";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { connect } from "../src/testing/index.ts";
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

const listNumbers = defineTool({
  ...plain,
  name: "list_numbers",
  output: z.array(z.int()),
  run: () => [1, 2],
});
const sample = defineTool({
  ...plain,
  name: "sample",
  requires: { sampling: {}, elicitation: {} },
  run: () => "sampled",
});
const server = serverOf([listNumbers, sample], {
  instructions: "Read the books first.",
  resources: [{ uri: "test://a", name: "a", read: () => ({ body: "a" }) }],
  prompts: [{ name: "p", description: "P.", arguments: z.object({}), get: () => "hello" }],
});

let listening: Listening;
beforeAll(async () => {
  listening = await listen(server);
});
afterAll(() => listening.close());
const post = ([body, headers]: ReturnType<typeof modern>) => send(listening.url, body, headers);
const raw = (message: unknown, headers = {}) =>
  send(listening.url, JSON.stringify(message), { ...jsonHeaders, ...headers });

describe("the handshake", () => {
  const initialize = (protocolVersion: unknown) =>
    post(legacy("initialize", { protocolVersion, capabilities: {}, clientInfo: {} }));

  test.for(["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"])(
    "speaks %s",
    async (version) => {
      const { status, headers, message } = await initialize(version);
      expect(status).toBe(200);
      expect(headers["mcp-session-id"]).toMatch(/^[\x21-\x7e]{30,}$/);
      expect(message).toEqual({
        jsonrpc: "2.0",
        id: 1,
        result: {
          protocolVersion: version,
          capabilities: { tools: {}, resources: {}, prompts: {}, logging: {} },
          serverInfo: { name: "test", version: "1.0.0", title: "Test" },
          instructions: "Read the books first.",
        },
      });
    },
  );

  test.for(["1999-01-01", "2026-07-28", "", null, 1, {}, ["2025-06-18"], "__proto__"])(
    "answers %j with the newest it has",
    async (version) => {
      const { message } = await initialize(version);
      expect(message).toMatchObject({ result: { protocolVersion: "2025-11-25" } });
    },
  );

  test("is taken note of on HTTP with 202", async () => {
    const answer = await raw({ jsonrpc: "2.0", method: "notifications/initialized" });
    expect([answer.status, answer.body]).toEqual([202, ""]);
  });
});

describe("older revisions", () => {
  test.for(["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05", undefined])(
    "%s is answered without what is new",
    async (version) => {
      const options = version === undefined ? {} : { version };
      for (const method of ["tools/list", "resources/list", "prompts/list"]) {
        const { status, message } = await post(legacy(method, {}, options));
        expect(status).toBe(200);
        expect(message).toHaveProperty("result");
        expect(JSON.stringify(message)).not.toMatch(/resultType|ttlMs|cacheScope|serverInfo/);
      }
    },
  );

  test("know objects only: another output stands in { result }, in list and call alike", async () => {
    const { message: list } = await post(legacy("tools/list"));
    expect(list).toMatchObject({
      result: {
        tools: [
          {
            outputSchema: {
              type: "object",
              properties: { result: { type: "array", items: { type: "integer" } } },
              required: ["result"],
            },
          },
          {},
        ],
      },
    });
    const { message } = await post(legacy("tools/call", { name: "list_numbers" }));
    expect(message).toMatchObject({
      result: { content: [{ text: "[1,2]" }], structuredContent: { result: [1, 2] } },
    });
  });

  test("ping", async () => {
    const { message } = await post(legacy("ping"));
    expect(message).toEqual({ jsonrpc: "2.0", id: 1, result: {} });
  });

  test("-32601 with 200 for a method nobody knows", async () => {
    const { status, message } = await post(legacy("tools/destroy"));
    expect(status).toBe(200);
    expect(message).toMatchObject({ id: 1, error: { code: -32601 } });
  });

  test("an unknown version in the header is refused with 400", async () => {
    const { status, message } = await post(legacy("tools/list", {}, { version: "1999-01-01" }));
    expect(status).toBe(400);
    expect(message).toMatchObject({ error: { code: -32022, data: { requested: "1999-01-01" } } });
  });

  test("a resource that is not there is -32002", async () => {
    const { message } = await post(legacy("resources/read", { uri: "test://none" }));
    expect(message).toMatchObject({ error: { code: -32002, data: { uri: "test://none" } } });
  });
});

describe("what is not a request", () => {
  test.for(["", "{", "[1,", "\ufeff{}", "undefined", "{'a':1}", "\u0000"])(
    "-32700 with 400 for %j",
    async (body) => {
      const { status, message } = await send(listening.url, body, jsonHeaders);
      expect(status).toBe(400);
      expect(message).toMatchObject({ jsonrpc: "2.0", id: null, error: { code: -32700 } });
    },
  );

  test.for([
    "null",
    "1",
    '"ping"',
    "{}",
    '{"id":1,"method":"ping"}',
    '{"jsonrpc":"1.0","id":1,"method":"ping"}',
    '{"jsonrpc":"2.0","id":null,"method":"ping"}',
    '{"jsonrpc":"2.0","id":{},"method":"ping"}',
    '{"jsonrpc":"2.0","id":true,"method":"ping"}',
    '{"jsonrpc":"2.0","id":1.5,"method":"ping"}',
    '{"jsonrpc":"2.0","id":1e999,"method":"ping"}',
    '{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}',
    '{"jsonrpc":"2.0"}',
  ])("-32600 with 400 for %s", async (body) => {
    const { status, message } = await send(listening.url, body, jsonHeaders);
    expect(status).toBe(400);
    expect(message).toMatchObject({ id: null, error: { code: -32600 } });
  });

  test.for([0, -1, 9007199254740991, "", "ü", "x".repeat(10_000)])(
    "the id %j comes back as it was",
    async (id) => {
      expect((await post(legacy("ping", {}, { id }))).message).toEqual({
        jsonrpc: "2.0",
        id,
        result: {},
      });
    },
  );

  test.for([
    { jsonrpc: "2.0", id: 1, result: {} },
    { jsonrpc: "2.0", id: 1, error: { code: 1, message: "x" } },
    { jsonrpc: "2.0", method: "tools/call", params: { name: "list_numbers" } },
    { jsonrpc: "2.0", method: "__proto__" },
    { jsonrpc: "2.0", method: "notifications/cancelled", params: [] },
  ])("202 for what wants no answer: %j", async (message) => {
    expect((await raw(message)).status).toBe(202);
  });
});

describe("batches", () => {
  const ping = (id: unknown) => ({ jsonrpc: "2.0", id, method: "ping" });
  const note = { jsonrpc: "2.0", method: "notifications/initialized" };
  const parse = (body: string): unknown => JSON.parse(body);

  test("are answered as one, without the notifications", async () => {
    const { status, body } = await raw([ping(1), note, ping("2")]);
    expect(status).toBe(200);
    expect(parse(body)).toEqual([
      { jsonrpc: "2.0", id: 1, result: {} },
      { jsonrpc: "2.0", id: "2", result: {} },
    ]);
  });

  test("of notifications alone are taken note of", async () => {
    const { status, body } = await raw([note, note]);
    expect([status, body]).toEqual([202, ""]);
  });

  test("answer each wrong message for itself, and the others all the same", async () => {
    const { status, body } = await raw([
      1,
      [ping(1)],
      null,
      {},
      ping(2),
      { ...ping(3), method: 1 },
    ]);
    expect(status).toBe(200);
    expect(parse(body)).toMatchObject([
      { id: null, error: { code: -32600 } },
      { id: null, error: { code: -32600 } },
      { id: null, error: { code: -32600 } },
      { id: null, error: { code: -32600 } },
      { id: 2, result: {} },
      { id: 3, error: { code: -32600 } },
    ]);
  });

  test("hold 1 to 100 messages", async () => {
    const hundred = Array.from({ length: 100 }, (_, id) => ping(id));
    for (const right of [[ping("alone")], hundred]) {
      expect(parse((await raw(right)).body)).toHaveLength(right.length);
    }
    for (const wrong of [[], [...hundred, ping(100)]]) {
      const { status, message } = await raw(wrong);
      expect(status).toBe(400);
      expect(message).toMatchObject({ id: null, error: { code: -32600 } });
    }
  });

  test.for(["2024-11-05", "2025-06-18", "2025-11-25", "2026-07-28"])(
    "are none of %s",
    async (version) => {
      const { status, message } = await raw([ping(1)], { "mcp-protocol-version": version });
      expect(status).toBe(400);
      expect(message).toMatchObject({ id: null, error: { code: -32600 } });
    },
  );
});

describe("2026-07-28", () => {
  const call = (params = {}) => modern("tools/call", { name: "list_numbers", ...params });

  test("results say that they are whole, and who answers", async () => {
    const { status, message } = await post(call());
    expect(status).toBe(200);
    expect(message).toEqual({
      jsonrpc: "2.0",
      id: 1,
      result: {
        resultType: "complete",
        content: [{ type: "text", text: "[1,2]" }],
        structuredContent: [1, 2],
        _meta: { "io.modelcontextprotocol/serverInfo": { name: "test", version: "1.0.0" } },
      },
    });
  });

  test("server/discover", async () => {
    const { message } = await post(modern("server/discover"));
    expect(message).toMatchObject({
      result: {
        resultType: "complete",
        supportedVersions: ["2026-07-28"],
        capabilities: { tools: {}, resources: {}, prompts: {} },
        instructions: "Read the books first.",
        ttlMs: expect.any(Number),
        cacheScope: "public",
      },
    });
  });

  test.for(["tools/list", "resources/list", "prompts/list", "resources/templates/list"])(
    "%s says how long it holds",
    async (method) => {
      const { message } = await post(modern(method));
      expect(message).toMatchObject({
        result: { resultType: "complete", ttlMs: expect.any(Number), cacheScope: "public" },
      });
    },
  );

  test("what was read may be kept by its reader only", async () => {
    const { message } = await post(modern("resources/read", { uri: "test://a" }));
    expect(message).toMatchObject({ result: { ttlMs: 0, cacheScope: "private" } });
  });

  test.for(["ping", "initialize", "logging/setLevel", "resources/subscribe", "nonsense", ""])(
    "H11: 404 and -32601 for %j, which it does not have",
    async (method) => {
      const { status, message } = await post(modern(method, { level: "info" }));
      expect(status).toBe(404);
      expect(message).toMatchObject({ id: 1, error: { code: -32601 } });
    },
  );

  test("H11: -32602 with 200 for an unknown tool, prompt and resource", async () => {
    for (const [method, params] of [
      ["tools/call", { name: "nonsense" }],
      ["prompts/get", { name: "nonsense" }],
      ["resources/read", { uri: "test://nonsense" }],
    ] as const) {
      const { status, message } = await post(modern(method, params));
      expect(status).toBe(200);
      expect(message).toMatchObject({ id: 1, error: { code: -32602 } });
    }
  });

  describe("a request without its envelope is refused with 400", () => {
    const { "io.modelcontextprotocol/clientCapabilities": _, ...withoutCapabilities } = envelope;
    const headers = { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/list" };
    const list = (params: unknown) =>
      raw({ jsonrpc: "2.0", id: 7, method: "tools/list", params }, headers);

    test.for([
      ["no params", undefined],
      ["no _meta", {}],
      ["an empty _meta", { _meta: {} }],
      ["a _meta that is not an object", { _meta: [] }],
      ["no capabilities", { _meta: withoutCapabilities }],
      [
        "capabilities that are a list",
        { _meta: { ...envelope, "io.modelcontextprotocol/clientCapabilities": [] } },
      ],
      [
        "a version that is not a string",
        { _meta: { ...envelope, "io.modelcontextprotocol/protocolVersion": 1 } },
      ],
      [
        "an unknown log level",
        { _meta: { ...envelope, "io.modelcontextprotocol/logLevel": "loud" } },
      ],
      [
        "a log level that is not text",
        { _meta: { ...envelope, "io.modelcontextprotocol/logLevel": { toString: 1 } } },
      ],
      ["params that are a list", [1]],
      ["params that are text", "x"],
    ] as const)("%s", async ([, params]) => {
      const { status, message } = await list(params);
      expect(status).toBe(400);
      expect(message).toMatchObject({ id: 7, error: { code: -32602 } });
    });

    test("clientInfo may be missing or nonsense", async () => {
      for (const info of [undefined, null, 1, "x", { name: 1 }]) {
        const meta = { ...envelope, "io.modelcontextprotocol/clientInfo": info };
        expect(await list({ _meta: meta })).toMatchObject({ status: 200 });
      }
    });
  });

  test("-32022 for a version in the envelope that is not served", async () => {
    for (const version of ["2025-06-18", "2027-01-01", "", "__proto__"]) {
      const meta = { "io.modelcontextprotocol/protocolVersion": version };
      const headers = { "mcp-protocol-version": version };
      const { status, message } = await post(modern("tools/list", { _meta: meta }, { headers }));
      expect(status).toBe(400);
      expect(message).toMatchObject({
        error: { code: -32022, data: { supported: ["2026-07-28"], requested: version } },
      });
    }
  });

  test("-32021 with what is missing", async () => {
    const capabilities = { "io.modelcontextprotocol/clientCapabilities": { sampling: {} } };
    const { status, message } = await post(
      modern("tools/call", { name: "sample", _meta: capabilities }),
    );
    expect(status).toBe(400);
    expect(message).toMatchObject({
      error: { code: -32021, data: { requiredCapabilities: { elicitation: {} } } },
    });
    const all = { "io.modelcontextprotocol/clientCapabilities": { sampling: {}, elicitation: {} } };
    expect(
      (await post(modern("tools/call", { name: "sample", _meta: all }))).message,
    ).toMatchObject({ result: { content: [{ text: "sampled" }] } });
  });
});

test("on stdio the envelope alone tells the era, request by request", async () => {
  const client = await connect(server, { era: "legacy" });
  expect(await client.request("ping")).toEqual({});
  expect(await client.request("tools/list", { _meta: envelope })).toMatchObject({
    resultType: "complete",
  });
  await expect(client.request("ping", { _meta: envelope })).rejects.toMatchObject({ code: -32601 });
  expect(await client.request("tools/list")).not.toHaveProperty("resultType");
  await expect(client.request("server/discover")).rejects.toMatchObject({ code: -32602 });
});
