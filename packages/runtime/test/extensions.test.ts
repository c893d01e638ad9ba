import { toSurface } from "@fairlead/define";
import { expect, test } from "vitest";
import { Endpoint } from "../src/protocol/endpoint.ts";
import type { Extension, ExtensionMethod } from "../src/protocol/extension.ts";
import { errorCode, ProtocolError } from "../src/protocol/json-rpc.ts";
import { legacy, listen, modern, send } from "./fixture/http.ts";
import { serverOf } from "./fixture/make.ts";

const notes: Extension = {
  capabilities: { extensions: { "com.example/notes": { most: 3 } } },
  methods: new Map<string, ExtensionMethod>([
    [
      "notes/read",
      ({ params }) => ({ members: { note: `about ${params["topic"]}, hush-hush-hush` } }),
    ],
    ["notes/empty", async () => ({ members: {}, resultType: "input_required" })],
    [
      "notes/wait",
      async (_, { signal }) => {
        await new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        });
        return { members: {} };
      },
    ],
  ]),
  gate({ modern: isModern, clientCapabilities }) {
    if (isModern && clientCapabilities["notes"] === undefined) {
      throw new ProtocolError(errorCode.missingClientCapability, "Declare notes.", 400);
    }
  },
};
const other: Extension = {
  capabilities: { extensions: { "com.example/other": {} }, experimental: { other: {} } },
  methods: new Map<string, ExtensionMethod>([["other/do", () => ({ members: { done: true } })]]),
};

const declared = { "io.modelcontextprotocol/clientCapabilities": { notes: {} } };

test("a server says what its extensions add, next to its own capabilities", async () => {
  const listening = await listen(serverOf([]), { extensions: [notes, other] });
  const expected = {
    tools: {},
    logging: {},
    experimental: { other: {} },
    extensions: { "com.example/notes": { most: 3 }, "com.example/other": {} },
  };
  const initialize = legacy("initialize", { protocolVersion: "2025-11-25", capabilities: {} });
  const { message: shaken } = await send(listening.url, ...initialize);
  expect(shaken).toMatchObject({ result: { capabilities: expected } });
  const { message: found } = await send(listening.url, ...modern("server/discover"));
  expect(found).toMatchObject({ result: { capabilities: expected } });
  await listening.close();
});

test("its methods answer in both eras, redacted, with the result type they name", async () => {
  const options = { extensions: [notes, other], secrets: ["hush-hush-hush"] };
  const listening = await listen(serverOf([]), options);
  const ask = async (request: ReturnType<typeof modern>) =>
    (await send(listening.url, ...request)).message;
  const old = await ask(legacy("notes/read", { topic: "cats" }));
  expect(old).toEqual({ jsonrpc: "2.0", id: 1, result: { note: "about cats, [redacted]" } });
  const read = await ask(modern("notes/read", { topic: "cats", _meta: declared }));
  expect(read).toMatchObject({
    result: { resultType: "complete", note: "about cats, [redacted]" },
  });
  const empty = await ask(modern("notes/empty", { _meta: declared }));
  expect(empty).toMatchObject({
    result: { resultType: "input_required", _meta: expect.anything() },
  });
  expect(await ask(legacy("other/do"))).toMatchObject({ result: { done: true } });
  await listening.close();
});

test("its gate keeps out who may not use it, and an unknown method stays unknown", async () => {
  const listening = await listen(serverOf([]), { extensions: [notes] });
  const { status, message } = await send(listening.url, ...modern("notes/read"));
  expect([status, message["error"]]).toMatchObject([
    400,
    { code: -32021, message: "Declare notes." },
  ]);
  const unknown = await send(listening.url, ...modern("notes/burn", { _meta: declared }));
  expect([unknown.status, unknown.message["error"]]).toMatchObject([404, { code: -32601 }]);
  await listening.close();
});

test("a method in flight ends with the server", async () => {
  const listening = await listen(serverOf([]), { extensions: [notes] });
  const answer = send(listening.url, ...legacy("notes/wait"));
  await expect.poll(async () => (await send(listening.url, ...legacy("ping"))).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await listening.endpoint.close();
  expect((await answer).message).toMatchObject({ error: { message: /shutting down/ } });
  await listening.close();
});

/** The error of an endpoint whose second extension has a method of this name. */
function takeName(name: string): unknown {
  const server = serverOf([]);
  const taking: Extension = {
    capabilities: {},
    methods: new Map<string, ExtensionMethod>([[name, () => ({ members: {} })]]),
  };
  try {
    return new Endpoint({
      surface: toSurface(server),
      load: async () => ({ server, config: {} }),
      extensions: [notes, taking],
      sink: () => {},
    });
  } catch (error) {
    return error;
  }
}

test.each([
  ...["tools/list", "ping", "initialize", "server/discover"],
  // This server has no resources, and the runtime no subscriptions.
  ...["resources/list", "resources/subscribe", "subscriptions/listen", "completion/complete"],
  ...["sampling/createMessage", "notifications/cancelled", "notifications/notes", "tasks/get"],
])("%s is the core's, and no extension can take it", (name) => {
  expect(takeName(name)).toEqual(
    new TypeError(
      `An extension cannot have the method "${name}": the core protocol has one of this name, whether this server answers it or not. Rename it, for example to "my-extension/read".`,
    ),
  );
});

test("two extensions cannot have one method", () => {
  expect(takeName("notes/read")).toEqual(
    new TypeError('Two extensions have a method "notes/read". Rename one of them.'),
  );
});

test.each(["tools/lists", "example/resources/list"])("%s is free for an extension", (name) => {
  expect(takeName(name)).toBeInstanceOf(Endpoint);
});
