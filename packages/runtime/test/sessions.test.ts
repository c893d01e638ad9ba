import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { defineTool } from "@fairlead/define";
import type { Authenticate } from "@fairlead/operate/auth";
import { readTokens } from "@fairlead/operate/tokens";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Extension } from "../src/protocol/extension.ts";
import type { Stream } from "../src/protocol/peer.ts";
import {
  jsonHeaders,
  type Listening,
  type ListenOptions,
  legacy,
  listen,
  modern,
  send,
} from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";
import { openSession, type SessionClient } from "./fixture/session.ts";

const started: string[] = [];
const aborted: string[] = [];

const caller = defineTool({
  ...plain,
  name: "caller",
  output: z.object({ client: z.string(), capabilities: z.array(z.string()) }),
  run: (_, { clientInfo, clientCapabilities }) => ({
    client: `${clientInfo?.name} ${clientInfo?.version}`,
    capabilities: Object.keys(clientCapabilities),
  }),
});
const report = defineTool({
  ...plain,
  name: "report",
  async run(_, { log, progress }) {
    log("debug", "quiet");
    log("error", "loud");
    progress(1, 2);
    await sleep(5);
    progress(2, 2);
    return "reported";
  },
});
const hang = defineTool({
  ...plain,
  name: "hang",
  run: (_, { signal }) =>
    new Promise<string>((_resolve, reject) => {
      started.push("hang");
      signal.addEventListener("abort", () => {
        aborted.push(String(signal.reason.message));
        reject(signal.reason);
      });
    }),
});

/** Keeps the stream of its caller. */
const streams: Stream[] = [];
const left: string[] = [];
const keeping: Extension = {
  capabilities: {},
  methods: new Map([
    [
      "example/keep",
      ({ peer: { stream } }) => {
        if (stream === undefined) return { members: { kept: false } };
        streams.push(stream);
        stream.onClose(() => left.push("left"));
        return { members: { kept: true } };
      },
    ],
  ]),
};

let listening: Listening | undefined;
afterEach(async () => {
  await listening?.close();
  listening = undefined;
  for (const list of [started, aborted, streams, left]) list.length = 0;
});

async function start(options: ListenOptions = {}): Promise<URL> {
  listening = await listen(serverOf([caller, report, hang]), {
    extensions: [keeping],
    ...options,
  });
  return listening.url;
}

const line = (id: string) => `${id} sha256:${createHash("sha256").update(id).digest("hex")}`;
const authenticate = readTokens([line("ada"), line("bob")].join("\n"));
const ada = { authorization: "Bearer ada" };
const bob = { authorization: "Bearer bob" };
const lost = { status: 404, message: { id: null, error: { code: -32001 } } };

/** What a session says on every verb. */
async function askAll(client: SessionClient) {
  const listened = await client.listen();
  await (listened.status === 200 ? listened.drop() : listened.ended);
  const { status, body } = listened;
  const posted = await client.post("ping");
  const ended = await client.end();
  return [{ status, body }, posted, ended].map((answer) => `${answer.status} ${answer.body}`);
}

describe("a session", () => {
  test("has an id of 192 random bits, which nothing tells of another", async () => {
    const url = await start();
    const ids = await Promise.all(
      Array.from({ length: 50 }, async () => (await openSession(url)).id),
    );
    expect(new Set(ids).size).toBe(50);
    for (const id of ids) expect(Buffer.from(id, "base64url")).toHaveLength(24);
  });

  test("knows in a later POST what its client said of itself, and its revision", async () => {
    const url = await start();
    const client = await openSession(url, {
      version: "2025-06-18",
      capabilities: { roots: {}, sampling: {} },
    });
    // The header may be missing: what was settled holds.
    const bare = client.as({ "mcp-protocol-version": "2025-03-26" });
    for (const each of [client, bare]) {
      expect((await each.post("tools/call", { name: "caller" })).message).toMatchObject({
        result: { structuredContent: { client: "sess 1", capabilities: ["roots", "sampling"] } },
      });
    }
    const [body, headers] = legacy("tools/call", { name: "caller" }, { version: "2025-06-18" });
    expect((await send(url, body, headers)).message).toMatchObject({
      result: { structuredContent: { client: "undefined undefined", capabilities: [] } },
    });
    // Its own revision has no batches, whatever the header says.
    const batch = JSON.stringify([{ jsonrpc: "2.0", id: 1, method: "ping" }]);
    expect(await bare.postBody(batch)).toMatchObject({ status: 400 });
  });

  test("tells progress before the result, and logs from the level that was set", async () => {
    const client = await openSession(await start());
    expect((await client.post("logging/setLevel", { level: "error" })).message).toMatchObject({
      result: {},
    });
    const params = { name: "report", _meta: { progressToken: "p" } };
    const { notifications, message } = await client.post("tools/call", params);
    expect(notifications).toMatchObject([
      { method: "notifications/message", params: { level: "error", data: "loud" } },
      { method: "notifications/progress", params: { progress: 1 } },
      { method: "notifications/progress", params: { progress: 2 } },
    ]);
    expect(message).toMatchObject({ id: 1, result: { content: [{ text: "reported" }] } });
  });

  test("tells progress before the results of a batch, which counts by its messages", async () => {
    const url = await start({ maxCalls: 2 });
    const client = await openSession(url, { version: "2025-03-26" });
    const call = (id: number) => ({
      ...{ jsonrpc: "2.0", id, method: "tools/call" },
      params: { name: "report", _meta: { progressToken: id } },
    });
    const events = await client.open("ping");
    await events.ended;
    const two = await client.postBody(JSON.stringify([call(1), call(2)]));
    expect(two.body.lastIndexOf("notifications/progress")).toBeLessThan(
      two.body.indexOf('"result"'),
    );
    const three = await client.postBody(JSON.stringify([call(1), call(2), call(3)]));
    expect(three).toMatchObject({ status: 429, body: expect.stringContaining("3 calls") });
  });

  test("cancels a call of another POST, and ends with its calls", async () => {
    const client = await openSession(await start());
    const first = client.post("tools/call", { name: "hang" }, 5);
    await expect.poll(() => started).toHaveLength(1);
    const note = { requestId: 5, reason: "enough" };
    expect((await client.notify("notifications/cancelled", note)).status).toBe(202);
    await first;
    const second = client.post("tools/call", { name: "hang" }, 6);
    await expect.poll(() => started).toHaveLength(2);
    expect((await client.end()).status).toBe(204);
    await second;
    expect(aborted).toEqual(["enough", "The session has ended."]);
    expect(await client.post("ping")).toMatchObject(lost);
  });

  test("is for one endpoint, and has nothing to do with 2026-07-28", async () => {
    const [one, two] = [await listen(serverOf([caller])), await listen(serverOf([caller]))];
    const endpoints = new Map([
      ["/mcp", one.endpoint],
      ["/other/mcp", two.endpoint],
    ]);
    const url = await start({ endpoints });
    const client = await openSession(url);
    expect(await client.at(new URL("/other/mcp", url)).post("ping")).toMatchObject(lost);
    expect((await client.post("ping")).status).toBe(200);
    const [body, headers] = modern("tools/list");
    const answer = await send(url, body, { ...headers, "mcp-session-id": "nonsense" });
    expect(answer).toMatchObject({ status: 200, message: { result: { resultType: "complete" } } });
    await Promise.all([one.close(), two.close()]);
  });

  test("can be opened anew by a client that still names the one it lost", async () => {
    const url = await start();
    const params = { protocolVersion: "2025-11-25", capabilities: {} };
    const [body] = legacy("initialize", params);
    const answer = await send(url, body, { ...jsonHeaders, "mcp-session-id": "lost" });
    expect(answer.headers["mcp-session-id"]).toMatch(/^[\w-]{32}$/);
  });
});

describe("H8: on every verb the same 404 answers", () => {
  test("an unknown session, a tampered one, an ended one, an expired one, and another's", async () => {
    const url = await start({ authenticate });
    const client = await openSession(url, { headers: ada });
    const ended = await openSession(url, { headers: ada });
    expect((await ended.end()).status).toBe(204);
    const tampered = `${client.id.slice(0, -1)}${client.id.endsWith("A") ? "B" : "A"}`;
    const strangers = [
      client.as({ "mcp-session-id": "unknown" }),
      client.as({ "mcp-session-id": "" }),
      client.as({ "mcp-session-id": "__proto__" }),
      client.as({ "mcp-session-id": tampered }),
      client.as({ "mcp-session-id": client.id.toLowerCase() }),
      ended,
      client.as(bob),
    ];
    const answers = await Promise.all(strangers.map(askAll));
    // None of it has touched the session itself.
    expect((await client.post("ping")).status).toBe(200);
    const hasty = await listen(serverOf([caller]), { authenticate, sessions: { idleMs: 1 } });
    const expired = await openSession(hasty.url, { headers: ada });
    await sleep(50);
    answers.push(await askAll(expired));
    await hasty.close();
    const words = new Set(answers.flat());
    expect([...words]).toEqual([expect.stringMatching(/^404 .*"code":-32001.*Session not found/)]);
  });

  test("a session of the same person's other program, where tokens name programs", async () => {
    const byHeader: Authenticate = ({ authorization = "" }) => ({
      id: "ada",
      client: authorization,
    });
    const url = await start({ authenticate: byHeader });
    const client = await openSession(url, { headers: { authorization: "editor" } });
    expect((await client.post("ping")).status).toBe(200);
    for (const answer of await askAll(client.as({ authorization: "browser" }))) {
      expect(answer).toMatch(/^404 /);
    }
  });

  test("and without its token it is 401, as for everything else", async () => {
    const url = await start({ authenticate });
    const client = await openSession(url, { headers: ada });
    const answers = await askAll(client.as({ authorization: "Bearer eve" }));
    for (const answer of answers) expect(answer).toMatch(/^401 /);
  });
});

describe("T8: the stream of a session", () => {
  test("is one: a second GET is refused and the first goes on", async () => {
    const client = await openSession(await start());
    const first = await client.listen();
    expect((await client.listen()).status).toBe(409);
    await client.post("example/keep");
    streams[0]?.send('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}');
    await expect.poll(() => first.messages).toHaveLength(1);
    first.drop();
    await expect.poll(async () => (await client.listen()).status).toBe(200);
  });

  test("is the same for every request, and says when the session ends", async () => {
    const client = await openSession(await start());
    await client.post("example/keep");
    await client.post("example/keep");
    expect(streams[0]).toBe(streams[1]);
    const events = await client.listen();
    expect(left).toEqual([]);
    await client.end();
    expect(await events.ended).toBe(true);
    expect(left).toEqual(["left", "left"]);
  });

  test("has what was said before anybody listened, once", async () => {
    const client = await openSession(await start());
    await client.post("example/keep");
    for (const method of ["a", "b"]) streams[0]?.send(`{"jsonrpc":"2.0","method":"${method}"}`);
    const first = await client.listen();
    await expect.poll(() => first.messages).toMatchObject([{ method: "a" }, { method: "b" }]);
    first.drop();
    await expect.poll(async () => (await client.listen()).seen).toMatchObject([{ data: "" }]);
  });

  test("needs a client that takes one", async () => {
    const client = await openSession(await start());
    const answer = await send(client.url, "", { ...client.headers, accept: "text/html" }, "GET");
    expect(answer.status).toBe(406);
  });
});

describe("sessions are few enough", () => {
  const idle = (client: SessionClient) => client.post("ping").then(({ status }) => status);

  test("an idle one ends after its time, one with a call or a listener does not", async () => {
    const url = await start({ sessions: { idleMs: 1_500 } });
    const busy = await openSession(url);
    const call = busy.post("tools/call", { name: "hang" }, 1);
    const listener = await openSession(url);
    const events = await listener.listen();
    const quiet = await openSession(url);
    await quiet.post("example/keep");
    await expect.poll(() => left, { timeout: 15_000 }).toEqual(["left"]);
    expect([await idle(quiet), await idle(busy), await idle(listener)]).toEqual([404, 200, 200]);
    events.drop();
    await busy.end();
    await call;
  });

  test("over the cap the one that is idle for longest goes, and no other", async () => {
    const url = await start({ sessions: { max: 3 } });
    const [busy, quiet, used] = [
      await openSession(url),
      await openSession(url),
      await openSession(url),
    ];
    const events = await busy.listen();
    await idle(used);
    const fresh = await openSession(url);
    expect(await idle(quiet)).toBe(404);
    expect(await Promise.all([busy, used, fresh].map(idle))).toEqual([200, 200, 200]);
    events.drop();
  });

  test("where none is idle, a new client does without", async () => {
    const url = await start({ sessions: { max: 1 } });
    const client = await openSession(url);
    const events = await client.listen();
    const [body, headers] = legacy("initialize", { protocolVersion: "2025-11-25" });
    const answer = await send(url, body, headers);
    expect(answer).toMatchObject({ status: 200, message: { result: expect.anything() } });
    expect(answer.headers).not.toHaveProperty("mcp-session-id");
    expect(await idle(client)).toBe(200);
    events.drop();
  });

  test("one principal has at most half of them, and loses only its own", async () => {
    const url = await start({ authenticate, sessions: { max: 4 } });
    const kept = await openSession(url, { headers: bob });
    const own = [];
    for (let n = 0; n < 5; n += 1) own.push(await openSession(url, { headers: ada }));
    expect(await Promise.all(own.map(idle))).toEqual([404, 404, 404, 200, 200]);
    expect(await idle(kept)).toBe(200);
  });
});

describe("a server without sessions", () => {
  test("gives no id, takes any, and has neither GET nor DELETE", async () => {
    const url = await start({ sessions: false });
    const [body, headers] = legacy("initialize", { protocolVersion: "2025-11-25" });
    const named = { ...headers, "mcp-session-id": "old" };
    const hello = await send(url, body, named);
    expect(hello.headers).not.toHaveProperty("mcp-session-id");
    expect((await send(url, legacy("ping")[0], named)).message).toMatchObject({ result: {} });
    for (const method of ["GET", "DELETE"]) {
      const answer = await send(url, "", { ...named, accept: "text/event-stream" }, method);
      expect([answer.status, answer.headers["allow"]]).toEqual([405, "POST, OPTIONS"]);
    }
  });
});

test("a server that leaves ends the streams in order, and takes no new ones", async () => {
  const url = await start();
  const client = await openSession(url);
  await client.post("example/keep");
  const events = await client.listen();
  const call = await client.open("tools/call", { name: "report", _meta: { progressToken: 1 } });
  const leaving = listening?.close(5_000);
  expect(await events.ended).toBe(true);
  expect(await call.ended).toBe(true);
  expect(call.messages.at(-1)).toMatchObject({ id: 1, result: expect.anything() });
  await leaving;
  expect(left).toEqual(["left"]);
});
