import { hash } from "node:crypto";
import { PassThrough } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { toSurface } from "@fairlead/define";
import { Tokens } from "@fairlead/operate/tokens";
import { expect, onTestFinished, test } from "vitest";
import { Endpoint } from "../src/protocol/endpoint.ts";
import type { Extension } from "../src/protocol/extension.ts";
import type { Json } from "../src/protocol/json-rpc.ts";
import type { Peer } from "../src/protocol/peer.ts";
import { PeerError } from "../src/protocol/questions.ts";
import { serveStdio } from "../src/serve/stdio.ts";
import { type ClientOptions, RawClient } from "../src/testing/index.ts";
import { type Listening, legacy, listen, modern, send } from "./fixture/http.ts";
import { serverOf } from "./fixture/make.ts";
import { openSession, type SessionClient } from "./fixture/session.ts";

/** A method that asks the client for its roots, as a tool will once there is something to ask. */
const asking: Extension = {
  capabilities: { extensions: { "com.example/asking": {} } },
  methods: new Map([
    [
      "example/ask",
      async ({ ask }, { signal }) => {
        if (ask === undefined) return { members: { outcome: "nobody to ask" } };
        try {
          return { members: { outcome: await ask({ method: "roots/list", params: {}, signal }) } };
        } catch (error) {
          if (!(error instanceof PeerError)) throw error;
          return { members: { outcome: `${error.code} ${error.message}` } };
        }
      },
    ],
    [
      "example/ask-twice",
      async ({ ask }, { signal }) => {
        const question = { method: "roots/list", params: {}, signal };
        return {
          members: { outcome: { first: await ask?.(question), last: await ask?.(question) } },
        };
      },
    ],
  ]),
};

const roots = { roots: [{ uri: "file:///work" }] };

async function overStdio(options: ClientOptions = {}) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const server = serverOf([]);
  const endpoint = new Endpoint({
    surface: toSurface(server),
    load: async () => ({ server, config: {} }),
    extensions: [asking],
    sink: () => {},
  });
  const { ended } = serveStdio(endpoint, {
    input,
    output: { write: (text) => void output.write(text), full: false, onceRead: () => {} },
    maxCalls: 1,
  });
  const client = new RawClient({ era: "legacy", ...options });
  output.setEncoding("utf8").on("data", (text: string) => {
    for (const line of text.split("\n")) if (line !== "") client.receive(line);
  });
  await client.attach({
    send: (frame) => void input.write(`${frame}\n`),
    close: async () => void input.end(),
  });
  onTestFinished(() => client.close());
  return { client, endpoint, ended };
}

test("stdio: the client is asked, and its answer needs no place among the calls", async () => {
  const { client } = await overStdio({ answer: (method) => ({ method, ...roots }) });
  expect(await client.request("example/ask")).toEqual({
    outcome: { method: "roots/list", ...roots },
  });
});

test("stdio: the client's error arrives with its code", async () => {
  const { client } = await overStdio();
  expect(await client.request("example/ask")).toEqual({
    outcome: "-32601 Method not found: roots/list",
  });
});

test("stdio: a client of 2026-07-28 is not asked", async () => {
  const { client } = await overStdio({ era: "modern", answer: () => roots });
  expect(await client.request("example/ask")).toMatchObject({ outcome: "nobody to ask" });
});

test("stdio: a cancelled call takes its question back", async () => {
  const asked = Promise.withResolvers<void>();
  const { client } = await overStdio({
    answer: () => {
      asked.resolve();
      return new Promise(() => {});
    },
  });
  client.request("example/ask", {}, 50).catch(() => {});
  await asked.promise;
  client.notify("notifications/cancelled", { requestId: 50, reason: "enough" });
  await expect
    .poll(() => client.notifications)
    .toMatchObject([
      {
        method: "notifications/cancelled",
        params: { requestId: expect.stringMatching(/^ask-\d+$/) },
      },
    ]);
  // The one place for a call is free again.
  expect(await client.request("ping")).toEqual({});
});

test("stdio: a client that leaves answers nothing any more, and the server ends", async () => {
  const asked = Promise.withResolvers<void>();
  const { client, ended } = await overStdio({
    answer: () => {
      asked.resolve();
      return new Promise(() => {});
    },
  });
  const answer = client.request("example/ask");
  answer.catch(() => {});
  await asked.promise;
  await client.close();
  await ended;
});

test("an answer that nobody asked for is dropped without a word", async () => {
  const { client, endpoint } = await overStdio({ answer: () => roots });
  const settled: unknown[] = [];
  const peer = new RecordingPeer(settled);
  for (const message of [
    { jsonrpc: "2.0", id: "ask-9", result: {} },
    { jsonrpc: "2.0", id: 9, error: { code: 1, message: "no" } },
    { jsonrpc: "2.0", id: null, error: { code: 1, message: "no" } },
  ]) {
    expect(endpoint.handle(message, peer)).toBeUndefined();
  }
  expect(settled).toEqual(["ask-9", 9]);
  expect(await client.request("ping")).toEqual({});
});

class RecordingPeer implements Peer {
  readonly principal = { id: "test" };
  readonly ask = undefined;
  readonly stream = undefined;
  revision: Peer["revision"];
  logLevel: Peer["logLevel"];
  client: Peer["client"];
  clientCapabilities = {};
  status = 200;
  readonly #settled: unknown[];

  constructor(settled: unknown[]) {
    this.#settled = settled;
  }

  settle(id: unknown): void {
    this.#settled.push(id);
  }

  send(): void {}
  begin(): void {}
  open(): void {}
  end(): void {}
  cancel(): void {}
}

async function overHttp(options: Parameters<typeof listen>[1] = {}): Promise<Listening> {
  const listening = await listen(serverOf([]), { extensions: [asking], maxCalls: 1, ...options });
  onTestFinished(() => listening.close());
  return listening;
}

/** Answers a question of the server; gives the status of that POST. */
async function reply(client: SessionClient, id: unknown, result: Json = roots): Promise<number> {
  return (await client.postBody(JSON.stringify({ jsonrpc: "2.0", id, result }))).status;
}

/** Calls a tool that asks, and gives the id of its question. */
async function callAsking(client: SessionClient) {
  const events = await client.open("example/ask");
  await expect.poll(() => events.messages[0]).toMatchObject({ method: "roots/list", params: {} });
  return { events, question: events.messages[0]?.["id"] };
}

test("HTTP, 2025: asked in the stream of one POST, answered by another, which needs no slot", async () => {
  const client = await openSession((await overHttp()).url, { version: "2025-06-18" });
  const { events, question } = await callAsking(client);
  expect(await reply(client, question)).toBe(202);
  expect(await events.ended).toBe(true);
  expect(events.messages.at(-1)).toMatchObject({ id: 1, result: { outcome: roots } });
});

test("HTTP, 2025: another session and another principal cannot answer", async () => {
  const line = (id: string) => `${id} sha256:${hash("sha256", id)}`;
  const { authenticate } = new Tokens([line("ada"), line("bob")].join("\n"));
  const { url } = await overHttp({ authenticate, maxCalls: 4 });
  const headers = { authorization: "Bearer ada" };
  const [ada, other] = [await openSession(url, { headers }), await openSession(url, { headers })];
  const { events, question } = await callAsking(ada);
  const stolen = { roots: [{ uri: "file:///stolen" }] };
  expect(await reply(other, question, stolen)).toBe(202);
  expect(await reply(ada.as({ authorization: "Bearer bob" }), question, stolen)).toBe(404);
  expect(await reply(ada, question)).toBe(202);
  expect(await events.ended).toBe(true);
  expect(events.messages.at(-1)).toMatchObject({ result: { outcome: roots } });
});

test("HTTP, 2025: a client that takes no stream is asked in that of its session", async () => {
  const { url } = await overHttp({ maxCalls: 2 });
  const client = await openSession(url);
  const general = await client.listen();
  const call = client.as({ accept: "application/json" }).post("example/ask");
  await expect.poll(() => general.messages).toMatchObject([{ method: "roots/list" }]);
  expect(await reply(client, general.messages[0]?.["id"])).toBe(202);
  expect((await call).message).toMatchObject({ id: 1, result: { outcome: roots } });
  general.drop();
});

test("HTTP, 2025: a client whose POST broke is asked in the stream of its session", async () => {
  const { url } = await overHttp({ maxCalls: 2 });
  const client = await openSession(url);
  const general = await client.listen();
  const first = await client.open("example/ask-twice");
  await expect.poll(() => first.messages).toHaveLength(1);
  first.drop();
  await wait(50);
  expect(await reply(client, first.messages[0]?.["id"])).toBe(202);
  await expect.poll(() => general.messages).toMatchObject([{ method: "roots/list" }]);
  expect(await reply(client, general.messages[0]?.["id"])).toBe(202);
  const rest = await client.listen(first.lastId);
  expect(await rest.ended).toBe(true);
  expect(rest.messages).toMatchObject([
    { id: 1, result: { outcome: { first: roots, last: roots } } },
  ]);
  general.drop();
});

test("HTTP: nobody is asked without a session, without a stream, or in 2026-07-28", async () => {
  const { url } = await overHttp();
  const client = await openSession(url);
  const own = { "mcp-session-id": client.id };
  const [body, headers] = legacy("example/ask", {}, { version: "2025-06-18" });
  const [newBody, newHeaders] = modern("example/ask");
  const answers = [
    await send(url, body, headers),
    await send(url, body, { ...headers, ...own, accept: "application/json" }),
    await send(url, newBody, { ...newHeaders, ...own }),
  ];
  for (const { message } of answers) {
    expect(message).toMatchObject({ result: { outcome: "nobody to ask" } });
  }
});
