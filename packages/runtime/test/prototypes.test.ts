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

const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

const open = defineTool({
  ...plain,
  name: "open",
  input: z.object({ labels: z.record(z.string(), z.unknown()).optional() }),
  output: z.object({ admin: z.unknown(), labels: z.unknown() }),
  run: ({ labels = {} }) => ({ admin: Reflect.get({}, "admin"), labels }),
});

const server = serverOf([open], {
  resources: [{ uri: "test://a", name: "a", read: () => ({ body: "a" }) }],
  resourceTemplates: [
    {
      uriTemplate: "test://t/{id}",
      name: "t",
      read: ({ id }) => ({ body: `${id}` }),
      complete: { id: () => ["1"] },
    },
  ],
  prompts: [
    {
      name: "p",
      description: "P.",
      arguments: z.object({ name: z.string().optional() }),
      get: () => "hello",
      complete: { name: () => ["Ada"] },
    },
  ],
});

let listening: Listening;
beforeAll(async () => {
  listening = await listen(server);
});
afterAll(() => listening.close());
const post = ([body, headers]: ReturnType<typeof modern>) => send(listening.url, body, headers);
const old = (body: string) => send(listening.url, body, jsonHeaders);

describe.for(names)("T5, CVE-2026-27896: %s", (name) => {
  test("is not a method, tool, prompt or resource", async () => {
    expect((await post(modern(name))).message).toMatchObject({ error: { code: -32601 } });
    expect((await post(legacy(name))).message).toMatchObject({ error: { code: -32601 } });
    for (const method of ["tools/call", "prompts/get"]) {
      const { message } = await post(modern(method, { name }));
      expect(message).toMatchObject({ error: { code: -32602 } });
    }
    const { message } = await post(modern("resources/read", { uri: name }));
    expect(message).toMatchObject({ error: { code: -32602 } });
  });

  test("is a request id like any other", async () => {
    const { message } = await post(modern("tools/call", { name: "open" }, { id: name }));
    expect(message).toMatchObject({ id: name, result: { structuredContent: { labels: {} } } });
  });

  test("is not an argument of a tool or prompt, and nothing but a key where keys are free", async () => {
    const args = `{"${name}":{"admin":true}}`;
    const call = (method: string, target: string, given: string) =>
      old(
        `{"jsonrpc":"2.0","id":1,"method":"${method}","params":{"name":"${target}","arguments":${given}}}`,
      );
    expect((await call("tools/call", "open", args)).message).toMatchObject({
      result: { isError: true, content: [{ text: expect.stringContaining(name) }] },
    });
    expect((await call("prompts/get", "p", args)).message).toMatchObject({
      error: { code: -32602, message: expect.stringContaining(name) },
    });
    const { message } = await call("tools/call", "open", `{"labels":${args}}`);
    expect(message).not.toMatchObject({ result: { structuredContent: { admin: true } } });
    expect(Reflect.get({}, "admin")).toBeUndefined();
  });

  test("is completed by nothing", async () => {
    for (const ref of [
      { type: "ref/prompt", name: "p" },
      { type: "ref/resource", uri: "test://t/{id}" },
    ]) {
      const params = { ref, argument: { name, value: "x" } };
      const { message } = await post(modern("completion/complete", params));
      expect(message).toMatchObject({ result: { completion: { values: [], total: 0 } } });
    }
  });

  test("changes nothing at the top of a message or in its _meta", async () => {
    const evil = `"${name}":{"method":"tools/call","id":2,"name":"open"}`;
    const { message } = await old(
      `{${evil},"jsonrpc":"2.0","id":1,"method":"ping","params":{${evil}}}`,
    );
    expect(message).toEqual({ jsonrpc: "2.0", id: 1, result: {} });
    const listed = await post(modern("tools/list", { _meta: { [name]: { admin: true } } }));
    expect(listed.status).toBe(200);
  });
});

describe("T5, CVE-2026-27896: keys that are there twice or in another case", () => {
  test("in another case mean nothing", async () => {
    const { message } = await old(
      '{"jsonrpc":"2.0","id":1,"Id":2,"METHOD":"tools/call","method":"ping","Method":"tools/list"}',
    );
    expect(message).toEqual({ jsonrpc: "2.0", id: 1, result: {} });
    const wrong = await old('{"JSONRPC":"2.0","ID":1,"Method":"ping"}');
    expect(wrong.message).toMatchObject({ id: null, error: { code: -32600 } });
  });

  test("the last one counts, and the headers must say the same", async () => {
    const params = `"params":{"_meta":${JSON.stringify(envelope)}}`;
    const twice = (first: string, last: string, stated: string) =>
      send(
        listening.url,
        `{"jsonrpc":"2.0","id":1,"method":"${first}","method":"${last}",${params}}`,
        { ...jsonHeaders, "mcp-protocol-version": "2026-07-28", "mcp-method": stated },
      );
    const good = await twice("server/discover", "tools/list", "tools/list");
    expect(good.message).toMatchObject({ result: { tools: [{ name: "open" }] } });
    const smuggled = await twice("server/discover", "tools/list", "server/discover");
    expect(smuggled.status).toBe(400);
    expect(smuggled.message).toMatchObject({ error: { code: -32020 } });
  });
});

describe("wrong types are answered with what is wrong, and no internal error", () => {
  const odd: readonly unknown[] = [
    null,
    1,
    true,
    "",
    [],
    {},
    [[]],
    { toString: 1 },
    { then: 1 },
    { length: 1e9 },
  ];
  const targets = [
    ["tools/call", "name"],
    ["tools/call", "arguments"],
    ["prompts/get", "name"],
    ["prompts/get", "arguments"],
    ["resources/read", "uri"],
    ["resources/list", "cursor"],
    ["prompts/list", "cursor"],
    ["tools/list", "cursor"],
    ["completion/complete", "ref"],
    ["completion/complete", "argument"],
    ["completion/complete", "context"],
    ["logging/setLevel", "level"],
    ["initialize", "protocolVersion"],
    ["initialize", "clientInfo"],
    ["initialize", "capabilities"],
  ] as const;
  const whole = {
    "tools/call": { name: "open", arguments: {} },
    "prompts/get": { name: "p", arguments: {} },
    "completion/complete": {
      ref: { type: "ref/prompt", name: "p" },
      argument: { name: "name", value: "A" },
    },
  };

  test.for(targets)("%s %s", async ([method, key]) => {
    const base = Object.entries(whole).find(([name]) => name === method)?.[1] ?? {};
    for (const value of odd) {
      const { status, message } = await post(legacy(method, { ...base, [key]: value }));
      expect([200, 400]).toContain(status);
      expect(JSON.stringify(message)).not.toContain("-32603");
    }
  });

  test.for(["type", "name", "uri"])("completion/complete ref.%s", async (key) => {
    for (const value of odd) {
      for (const type of ["ref/prompt", "ref/resource"]) {
        const ref = { type, name: "p", uri: "test://t/{id}", [key]: value };
        const argument = { name: "name", value: "A" };
        const context = { arguments: { x: value } };
        const { message } = await post(legacy("completion/complete", { ref, argument, context }));
        expect(JSON.stringify(message)).not.toContain("-32603");
      }
    }
  });

  test.for(["jsonrpc", "id", "method", "params"])("%s", async (key) => {
    for (const value of odd) {
      const { message } = await old(
        JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {}, [key]: value }),
      );
      expect(JSON.stringify(message)).not.toContain("-32603");
    }
  });
});
