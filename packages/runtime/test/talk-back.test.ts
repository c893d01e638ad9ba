import { hash } from "node:crypto";
import { PassThrough } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { toSurface } from "../src/define/to-surface.ts";
import { Tokens } from "../src/operate/tokens.ts";
import { Endpoint } from "../src/protocol/endpoint.ts";
import type { Extension } from "../src/protocol/extension.ts";
import { isJson, type Json } from "../src/protocol/json-rpc.ts";
import type { Peer } from "../src/protocol/peer.ts";
import { PeerError } from "../src/protocol/questions.ts";
import { serveStdio } from "../src/serve/stdio.ts";
import { type ClientOptions, RawClient } from "../src/testing/index.ts";
import { jsonHeaders, type Listening, legacy, listen, modern, send } from "./fixture/http.ts";
import { serverOf } from "./fixture/make.ts";

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

interface Talk {
  readonly listening: Listening;
  readonly session: Json;
}

async function overHttp(options: Parameters<typeof listen>[1] = {}): Promise<Talk> {
  const listening = await listen(serverOf([]), { extensions: [asking], maxCalls: 1, ...options });
  onTestFinished(() => listening.close());
  return { listening, session: { "mcp-session-id": "talk", "mcp-protocol-version": "2025-06-18" } };
}

/** Asks over HTTP, and hands what the server asks in between to `answer`, in a POST of its own. */
async function ask(
  { listening: { url }, session }: Talk,
  answer: (question: Json) => Promise<unknown>,
  headers: Record<string, string> = {},
): Promise<Json> {
  const [body] = legacy("example/ask");
  const all: Record<string, string> = { ...jsonHeaders, ...headers };
  for (const [key, value] of Object.entries(session)) all[key] = String(value);
  const response = await fetch(url, { method: "POST", body, headers: all });
  let text = "";
  let answered = false;
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    const [question] = readEvents(text);
    if (answered || question?.["method"] === undefined) continue;
    answered = true;
    await answer(question);
  }
  const last = readEvents(text).at(-1) ?? JSON.parse(text);
  return isJson(last) ? last : {};
}

function readEvents(text: string): Json[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("data: ") && line.endsWith("}"))
    .map((line): unknown => JSON.parse(line.slice(6)))
    .filter(isJson);
}

/** Answers a question of the server; gives the status of that POST. */
async function reply(
  { listening: { url }, session }: Talk,
  { id }: Json,
  { headers = {}, result = roots }: { readonly headers?: object; readonly result?: Json } = {},
) {
  const body = JSON.stringify({ jsonrpc: "2.0", id, result });
  const { status } = await send(url, body, { ...jsonHeaders, ...toText(session), ...headers });
  return status;
}

function toText(values: Json): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

test("HTTP, 2025: asked in the stream of one POST, answered by another, which needs no slot", async () => {
  const talk = await overHttp();
  const statuses: number[] = [];
  const message = await ask(talk, async (question) => {
    expect(question).toMatchObject({ method: "roots/list", params: {} });
    statuses.push(await reply(talk, question));
  });
  expect(message).toMatchObject({ id: 1, result: { outcome: roots } });
  expect(statuses).toEqual([202]);
});

test("HTTP, 2025: another session and another principal cannot answer", async () => {
  const line = (id: string) => `${id} sha256:${hash("sha256", id)}`;
  const { authenticate } = new Tokens([line("ada"), line("bob")].join("\n"));
  const talk = await overHttp({ authenticate, maxCalls: 4 });
  const ada = { authorization: "Bearer ada" };
  const bob = { authorization: "Bearer bob" };
  const stolen = { roots: [{ uri: "file:///stolen" }] };
  const message = await ask(
    talk,
    async (question) => {
      const strange = { ...talk, session: { ...talk.session, "mcp-session-id": "other" } };
      const answer = { headers: ada, result: stolen };
      expect(await reply(strange, question, answer)).toBe(202);
      expect(await reply(talk, question, { ...answer, headers: bob })).toBe(202);
      expect(await reply(talk, question, { headers: ada })).toBe(202);
    },
    { ...ada },
  );
  expect(message).toMatchObject({ result: { outcome: roots } });
});

test("HTTP: nobody is asked without a session, without a stream, or in 2026-07-28", async () => {
  const { listening } = await overHttp();
  const { url } = listening;
  const session = { "mcp-session-id": "talk" };
  const [body, headers] = legacy("example/ask", {}, { version: "2025-06-18" });
  const [newBody, newHeaders] = modern("example/ask");
  const answers = [
    await send(url, body, headers),
    await send(url, body, { ...headers, ...session, accept: "application/json" }),
    await send(url, newBody, { ...newHeaders, ...session }),
  ];
  for (const { message } of answers) {
    expect(message).toMatchObject({ result: { outcome: "nobody to ask" } });
  }
});
