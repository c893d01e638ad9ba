import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { defineTool } from "@fairlead/define";
import { readTokens } from "@fairlead/operate/tokens";
import { type EventStore, MemoryEventStore, type StreamEvent } from "@fairlead/store";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Json } from "../src/protocol/json-rpc.ts";
import {
  dial,
  type Listening,
  type ListenOptions,
  legacy,
  listen,
  modern,
  readAll,
} from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";
import { openSession, type SessionClient } from "./fixture/session.ts";

/** Lets the test say what a call logs, and when it ends. */
let steps: { log: (data: string) => void; end: (answer: string) => void }[] = [];
const gated = defineTool({
  ...plain,
  name: "gated",
  timeoutMs: 60_000,
  run: (_, { log, signal }) =>
    new Promise<string>((resolve, reject) => {
      steps.push({ log: (data) => log("info", data), end: resolve });
      signal.addEventListener("abort", () => reject(signal.reason));
    }),
});
const megabytes: string[] = [];
const flood = defineTool({
  ...plain,
  name: "flood",
  input: z.object({ megabytes: z.int(), pauseMs: z.int() }),
  async run({ megabytes: count, pauseMs }, { log, signal }) {
    const piece = "x".repeat(64 * 1024);
    for (let n = 0; n < count * 16 && !signal.aborted; n += 1) {
      log("info", `${n} ${piece}`);
      await sleep(pauseMs);
    }
    megabytes.push(signal.aborted ? "aborted" : "finished");
    return "flooded";
  },
});

let listening: Listening | undefined;
afterEach(async () => {
  for (const { end } of steps) end("over");
  await listening?.close();
  listening = undefined;
  steps = [];
  megabytes.length = 0;
});

async function start(options: ListenOptions = {}): Promise<URL> {
  listening = await listen(serverOf([gated, flood]), options);
  return listening.url;
}

/** A call that has said one thing, and can say more. */
async function callGated(client: SessionClient, id = 1) {
  const pending = client.open("tools/call", { name: "gated" }, id);
  await expect.poll(() => steps.length).toBeGreaterThan(0);
  const step = steps.pop();
  step?.log("begun");
  const events = await pending;
  await expect.poll(() => events.messages).toHaveLength(1);
  return { events, log: step?.log ?? (() => {}), end: step?.end ?? (() => {}) };
}

const said = (messages: readonly Json[]) =>
  messages.map(({ params, result }) =>
    JSON.stringify(params ?? result)
      .replaceAll(/[^a-z ]/g, " ")
      .trim()
      .split(/ +/)
      .at(-1),
  );

describe("a stream of a session", () => {
  test("begins with an empty event that has an id, and says when to come back (SEP-1699)", async () => {
    const client = await openSession(await start());
    const { events, end } = await callGated(client);
    expect(events.seen[0]).toMatchObject({ id: expect.stringMatching(/^[\w-]{22}_0$/), data: "" });
    expect(Number(events.seen[0]?.retry)).toBeGreaterThan(0);
    end("done");
    expect(await events.ended).toBe(true);
    const ids = events.seen.map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
  });

  test("has no empty event before 2025-11-25, whose clients would take it for a message", async () => {
    const client = await openSession(await start(), { version: "2025-06-18" });
    const { events, end } = await callGated(client);
    end("done");
    await events.ended;
    expect(events.seen.map(({ data }) => data === "")).toEqual([false, false]);
    expect(events.lastId).not.toBe("");
  });

  test("is opened for an answer that takes its time, so that it can be fetched", async () => {
    const client = await openSession(await start());
    const events = await client.open("tools/call", { name: "gated" });
    expect(events.headers["content-type"]).toBe("text/event-stream");
    await expect.poll(() => events.seen).toHaveLength(1);
    events.drop();
    steps[0]?.end("late");
    const rest = await client.listen(events.lastId);
    expect(await rest.ended).toBe(true);
    expect(said(rest.messages)).toEqual(["late"]);
  });

  test("that broke goes on, and the rest is fetched from the last event on", async () => {
    const client = await openSession(await start());
    const { events, log, end } = await callGated(client);
    log("seen");
    await expect.poll(() => events.messages).toHaveLength(2);
    events.drop();
    await sleep(20);
    log("missed");
    const rest = await client.listen(events.lastId);
    await expect.poll(() => said(rest.messages)).toEqual(["missed"]);
    log("live");
    end("done");
    expect(await rest.ended).toBe(true);
    expect(said(rest.messages)).toEqual(["missed", "live", "done"]);
    // All of it again, for a client that has lost this, too; and nothing more to one that has not.
    const again = await client.listen(events.seen[0]?.id);
    expect(await again.ended).toBe(true);
    expect(said(again.messages)).toEqual(["begun", "seen", "missed", "live", "done"]);
    expect((await client.listen(rest.lastId)).status).toBe(204);
  });

  test("is taken over by its own client, whose connection broke without a word", async () => {
    const client = await openSession(await start());
    const { events, end } = await callGated(client);
    const rest = await client.listen(events.lastId);
    expect(await events.ended).toBe(true);
    end("done");
    expect(await rest.ended).toBe(true);
    expect(said(rest.messages)).toEqual(["done"]);
    expect(said(events.messages)).toEqual(["begun"]);
  });

  test("is closed before a proxy would do it, and the client comes back", async () => {
    const client = await openSession(await start({ sessions: { maxStreamMs: 50 } }));
    const { events, end } = await callGated(client);
    expect(await events.ended).toBe(true);
    expect(said(events.messages)).toEqual(["begun"]);
    end("done");
    const rest = await client.listen(events.lastId);
    expect(await rest.ended).toBe(true);
    expect(said(rest.messages)).toEqual(["done"]);
    const general = await client.listen();
    expect(await general.ended).toBe(true);
  });

  test("of another call is not mixed in", async () => {
    const client = await openSession(await start());
    const first = await callGated(client, 1);
    const second = await callGated(client, 2);
    first.events.drop();
    second.events.drop();
    await sleep(20);
    first.end("one");
    second.end("two");
    const rest = await client.listen(first.events.lastId);
    expect(await rest.ended).toBe(true);
    expect(said(rest.messages)).toEqual(["one"]);
  });
});

describe("a store that takes its time", () => {
  /** As one in another process would be. */
  class SlowStore implements EventStore {
    readonly #kept = new MemoryEventStore();
    failing = false;

    async add(session: string, event: StreamEvent): Promise<void> {
      this.#kept.add(session, event);
    }

    async after(session: string, stream: string, number: number): Promise<readonly StreamEvent[]> {
      const events = this.#kept.after(session, stream, number);
      await sleep(50);
      if (this.failing) throw new Error("The store is away.");
      return events;
    }

    async forget(session: string): Promise<void> {
      this.#kept.forget(session);
    }
  }

  test("has its events written in order, those between as well", async () => {
    const client = await openSession(await start({ sessions: { events: new SlowStore() } }));
    const { events, log, end } = await callGated(client);
    events.drop();
    await sleep(20);
    log("missed");
    const rest = await client.listen(events.lastId);
    log("between");
    end("done");
    expect(await rest.ended).toBe(true);
    expect(said(rest.messages)).toEqual(["missed", "between", "done"]);
  });

  test("that fails ends the connection, and the client may try again", async () => {
    const store = new SlowStore();
    const client = await openSession(await start({ sessions: { events: store } }));
    const { events, end } = await callGated(client);
    events.drop();
    end("done");
    store.failing = true;
    const failed = await client.listen(events.lastId);
    expect(await failed.ended).toBe(false);
    store.failing = false;
    const rest = await client.listen(events.lastId);
    expect(await rest.ended).toBe(true);
    expect(said(rest.messages)).toEqual(["done"]);
  });
});

test("isolation: an event id is good for its own session, and for nobody else", async () => {
  const line = (id: string) => `${id} sha256:${createHash("sha256").update(id).digest("hex")}`;
  const authenticate = readTokens([line("ada"), line("bob")].join("\n"));
  const url = await start({ authenticate });
  const headers = { authorization: "Bearer ada" };
  const [own, sibling] = [await openSession(url, { headers }), await openSession(url, { headers })];
  const bob = await openSession(url, { headers: { authorization: "Bearer bob" } });
  const { events, end } = await callGated(own);
  events.drop();
  end("secret");
  const id = events.lastId;
  const [stream = "", number = ""] = id.split("_");
  const ask = async (client: SessionClient, lastId: string) => {
    const answer = await client.listen(lastId);
    await answer.ended;
    return { status: answer.status, body: answer.body, said: said(answer.messages) };
  };
  // The same principal's other session, and another principal's, with the id of this event.
  const unknown = await ask(own, `${"A".repeat(22)}_1`);
  expect(unknown).toMatchObject({ status: 400, said: [] });
  expect(await ask(sibling, id)).toEqual(unknown);
  expect(await ask(bob, id)).toEqual(unknown);
  // Another principal with the id of the session: as if there were none.
  const stranger = own.as({ authorization: "Bearer bob" });
  expect(await ask(stranger, id)).toMatchObject({ status: 404, said: [] });
  const tampered = [
    ...[`${stream.toLowerCase()}_${number}`, `${stream}_9`, `${stream}_-1`, `${stream}_1e0`],
    ...["", "_", stream, `${stream}_`, `${id}0000`, `__proto__`, "x".repeat(10_000)],
  ];
  for (const wrong of tampered) expect(await ask(own, wrong), wrong).toEqual(unknown);
  // Replayed by its own client: the same again.
  for (let n = 0; n < 2; n += 1) expect(await ask(own, id)).toMatchObject({ said: ["secret"] });
  // Expired with its session.
  await own.end();
  expect(await ask(own, id)).toMatchObject({ status: 404, said: [] });
});

describe("a client that does not read", () => {
  /** Calls over a socket that is paused: nothing is read of the answer. */
  async function callPaused(url: URL, [body, headers]: ReturnType<typeof modern>): Promise<Socket> {
    const socket = await dial(url);
    socket.pause();
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(
      `POST /mcp HTTP/1.1\r\nHost: ${url.host}\r\n${lines.join("")}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    return socket;
  }

  test("is dropped, and its call of 2026-07-28 with it", async () => {
    const url = await start();
    const params = {
      name: "flood",
      arguments: { megabytes: 64, pauseMs: 0 },
      _meta: { "io.modelcontextprotocol/logLevel": "info" },
    };
    const socket = await callPaused(url, modern("tools/call", params));
    await expect.poll(() => megabytes, { timeout: 20_000 }).toEqual(["aborted"]);
    socket.destroy();
  });

  test("is dropped, its session's call goes on, and what is kept of it is bounded", async () => {
    const url = await start();
    const client = await openSession(url);
    const [body, headers] = legacy("tools/call", {
      name: "flood",
      arguments: { megabytes: 32, pauseMs: 0 },
    });
    const socket = await callPaused(url, [body, { ...headers, ...client.headers }]);
    await expect.poll(() => megabytes, { timeout: 20_000 }).toEqual(["finished"]);
    const text = readAll(socket);
    socket.resume();
    const heard = await text;
    const id = [...heard.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? "";
    const rest = await client.listen(id);
    expect(await rest.ended).toBe(true);
    expect(rest.messages.at(-1)).toMatchObject({ id: 1, result: expect.anything() });
    // Far more was said than is kept, or than waited for it.
    const characters = rest.messages.reduce(
      (sum, { params }) => sum + JSON.stringify(params ?? {}).length,
      0,
    );
    expect(characters).toBeLessThan(5 * 1024 * 1024);
    expect(heard.length).toBeLessThan(16 * 1024 * 1024);
  });

  test("but a slow one that reads loses nothing", async () => {
    const url = await start();
    const client = await openSession(url);
    const [body, headers] = legacy("tools/call", {
      name: "flood",
      arguments: { megabytes: 3, pauseMs: 0 },
    });
    const socket = await callPaused(url, [
      body,
      { ...headers, ...client.headers, connection: "close" },
    ]);
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      socket.pause();
      setTimeout(() => socket.resume(), 10);
    });
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.resume();
    await closed;
    const numbers = [...text.matchAll(/"data":"(\d+) x/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 48 }, (_, number) => number));
    expect(text).toContain("flooded");
  });
});
