import { createHash } from "node:crypto";
import { PassThrough } from "node:stream";
import {
  type Caller,
  defineResource,
  defineResourceTemplate,
  defineTool,
  type ListKind,
  type Server,
  ToolError,
  toSurface,
} from "@fairlead/define";
import type { Watcher } from "@fairlead/guard";
import { readTokens } from "@fairlead/operate/tokens";
import { MemoryBus } from "@fairlead/store";
import { describe, expect, onTestFinished, test } from "vitest";
import { Endpoint } from "../src/protocol/endpoint.ts";
import { isJson, type Json } from "../src/protocol/json-rpc.ts";
import { Shares } from "../src/protocol/subscriptions/shares.ts";
import { serveStdio } from "../src/serve/stdio.ts";
import { type ConnectOptions, connect, RawClient } from "../src/testing/index.ts";
import {
  type ListenOptions,
  legacy,
  listen,
  modern,
  type OpenStream,
  openStream,
  send,
} from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";
import { openSession, type SessionClient } from "./fixture/session.ts";

/** Long enough for a slow machine; what comes in time takes no part of it. */
const until = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });
const authenticate = readTokens(
  ["ada", "bob"]
    .map((id) => `${id} sha256:${createHash("sha256").update(`token-${id}`).digest("hex")}`)
    .join("\n"),
);
const idKey = "io.modelcontextprotocol/subscriptionId";
const updated = "notifications/resources/updated";

/** A server whose resources change when a test says so, and that says who watches them. */
function createWorld() {
  const watchers = new Map<string, Set<Watcher>>();
  const began: string[] = [];
  const callers: Caller[] = [];
  const watch = (uri: string, watcher: Watcher) => {
    began.push(uri);
    const those = watchers.get(uri) ?? new Set();
    watchers.set(uri, those.add(watcher));
    watcher.signal.addEventListener("abort", () => those.delete(watcher));
  };
  const server = serverOf([], {
    changes: ["tools", "prompts"],
    connect(_, caller) {
      callers.push(caller);
      return { context: {} };
    },
    resources: [
      defineResource({ uri: "x://still", name: "still", read: () => ({ body: "still" }) }),
      defineResource({
        uri: "x://clock",
        name: "clock",
        read: () => ({ body: "tick" }),
        watch: (_, watcher) => watch("x://clock", watcher),
      }),
      defineResource({
        uri: "x://broken",
        name: "broken",
        read: () => ({ body: "fine" }),
        watch: async () => {
          throw new Error("no handles left");
        },
      }),
    ],
    resourceTemplates: [
      defineResourceTemplate({
        uriTemplate: "x://of/{owner}/{name}",
        name: "owned",
        read({ owner = "", name = "" }, { principal }) {
          if (owner !== principal.id) throw new ToolError(`There is no ${name}.`);
          return { body: name };
        },
        watch: ({ owner, name }, _, watcher) => watch(`x://of/${owner}/${name}`, watcher),
      }),
    ],
  });
  return {
    server,
    began,
    /** How many watch a resource now. */
    watching: (uri: string) => watchers.get(uri)?.size ?? 0,
    change: (uri: string) => each(watchers.get(uri), (watcher) => watcher.changed()),
    fail: (uri: string, error: Error) =>
      each(watchers.get(uri), (watcher) => watcher.failed(error)),
    changeList: (list: ListKind) => each(callers, (caller) => caller.changed(list)),
  };
}

function each<T>(items: Iterable<T> | undefined, act: (item: T) => void): void {
  for (const item of [...(items ?? [])]) act(item);
}

async function inProcess(options: ConnectOptions = {}) {
  const world = createWorld();
  const client = await connect(world.server, options);
  onTestFinished(() => client.close());
  return { ...world, client };
}

async function overHttp(options: ListenOptions = {}) {
  const world = createWorld();
  const listening = await listen(world.server, options);
  onTestFinished(() => listening.close());
  const open = async (notifications: Json, { id = 1, token = "" } = {}): Promise<OpenStream> => {
    const [body, headers] = modern("subscriptions/listen", { notifications }, { id });
    const stream = await openStream(listening.url, body, {
      ...headers,
      ...(token && { authorization: `Bearer ${token}` }),
    });
    onTestFinished(() => stream.close());
    return stream;
  };
  return { ...world, listening, open };
}

const toUris = (...uris: readonly string[]) => ({ resourceSubscriptions: uris });

/** The subscription id of a frame, and what it is about. */
function read(frame: Json): readonly unknown[] {
  const { method, params } = frame;
  const { _meta, uri, notifications } = isJson(params) ? params : {};
  const id = isJson(_meta) ? _meta[idKey] : undefined;
  return [id, method, uri ?? notifications].filter((part) => part !== undefined);
}

const acknowledged = "notifications/subscriptions/acknowledged";

describe("subscriptions/listen", () => {
  test("is acknowledged with what is kept of it, and then told what changes", async () => {
    const { client, change, changeList } = await inProcess();
    const filter = {
      toolsListChanged: true,
      promptsListChanged: false,
      resourcesListChanged: true,
      ...toUris("x://clock", "x://still", "x://nowhere", "x://clock"),
    };
    void client.request("subscriptions/listen", { notifications: filter }, 7).catch(() => {});
    await until(() => client.notifications.length).toBe(1);
    change("x://clock");
    changeList("prompts");
    changeList("tools");
    await until(() => client.notifications.length).toBe(3);
    const honoured = { toolsListChanged: true, resourceSubscriptions: ["x://clock"] };
    expect(client.notifications.map(read)).toEqual([
      [7, acknowledged, honoured],
      [7, updated, "x://clock"],
      [7, "notifications/tools/list_changed"],
    ]);
  });

  test("may be open several times, each told under its own id, and cancelled one by one", async () => {
    const { client, change, watching, began } = await inProcess();
    for (const id of [1, 2]) {
      void client
        .request("subscriptions/listen", { notifications: toUris("x://clock") }, id)
        .catch(() => {});
    }
    await until(() => client.notifications.length).toBe(2);
    expect(began).toEqual(["x://clock"]);
    change("x://clock");
    await until(() => client.notifications.slice(2).map(read)).toEqual([
      [1, updated, "x://clock"],
      [2, updated, "x://clock"],
    ]);
    client.notify("notifications/cancelled", { requestId: 1 });
    await client.request("resources/list");
    expect(watching("x://clock")).toBe(1);
    change("x://clock");
    await until(() => client.notifications.slice(4).map(read)).toEqual([[2, updated, "x://clock"]]);
    client.notify("notifications/cancelled", { requestId: 2 });
    await client.request("resources/list");
    expect(watching("x://clock")).toBe(0);
  });

  test("that nothing is kept of ends as it begins", async () => {
    const { client } = await inProcess();
    const result = await client.request(
      "subscriptions/listen",
      { notifications: toUris("x://nowhere") },
      9,
    );
    expect(result).toMatchObject({ resultType: "complete", _meta: { [idKey]: 9 } });
    expect(client.notifications.map(read)).toEqual([[9, acknowledged, {}]]);
  });

  test.each([
    [undefined, "notifications is required"],
    [{ toolsListChanged: "yes" }, "notifications.toolsListChanged must be true or false."],
    [{ resourceSubscriptions: "x://clock" }, "must be a list of URIs."],
    [{ resourceSubscriptions: [7] }, "A resource is named by its URI (string)."],
    [{ resourceSubscriptions: ["x://".padEnd(9_000, "a")] }, "A URI has 9000 characters"],
    [{ resourceSubscriptions: Array(257).fill("x://clock") }, "A subscription takes 256"],
  ])("with the filter %j is refused", async (notifications, message) => {
    const { client } = await inProcess();
    const answer = client.request("subscriptions/listen", { notifications });
    await expect(answer).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining(message),
    });
  });

  test("is unknown to a server that tells of nothing, and to a client of an older revision", async () => {
    const silent = await connect(serverOf([]));
    const notifications = { toolsListChanged: true };
    const answer = silent.request("subscriptions/listen", { notifications });
    await expect(answer).rejects.toMatchObject({ code: -32601 });
    await silent.close();
    const { client } = await inProcess({ era: "legacy" });
    const older = client.request("subscriptions/listen", { notifications });
    await expect(older).rejects.toMatchObject({ code: -32601 });
  });

  test("ends in order when a resource cannot be watched any more, and the log says why", async () => {
    const { client, fail, watching } = await inProcess();
    const answer = client.request(
      "subscriptions/listen",
      { notifications: toUris("x://clock") },
      3,
    );
    await until(() => client.notifications.length).toBe(1);
    fail("x://clock", new Error("the disk is gone"));
    expect(await answer).toMatchObject({ _meta: { [idKey]: 3 } });
    expect(client.log.join("")).toContain("the disk is gone");
    expect(watching("x://clock")).toBe(0);
  });

  test("leaves out what cannot be watched, and the log says why", async () => {
    const { client } = await inProcess();
    const notifications = toUris("x://broken", "x://clock");
    void client.request("subscriptions/listen", { notifications }, 1).catch(() => {});
    await until(() => client.notifications.length).toBe(1);
    expect(client.notifications.map(read)).toEqual([[1, acknowledged, toUris("x://clock")]]);
    expect(client.log.join("")).toContain("no handles left");
  });

  test("what changes often is told now and once more, and what follows waits", async () => {
    const { client, change } = await inProcess();
    void client
      .request("subscriptions/listen", { notifications: toUris("x://clock") }, 1)
      .catch(() => {});
    await until(() => client.notifications.length).toBe(1);
    for (let n = 0; n < 100; n += 1) change("x://clock");
    expect(client.notifications.length).toBe(2);
    await until(() => client.notifications.length).toBe(3);
  });
});

describe("over stdio", () => {
  async function overStdio() {
    const world = createWorld();
    const [input, output] = [new PassThrough(), new PassThrough()];
    const endpoint = toEndpoint(world.server);
    const { ended } = serveStdio(endpoint, {
      input,
      output: { write: (text) => void output.write(text), full: false, onceRead: () => {} },
      maxCalls: 1,
    });
    const client = new RawClient({});
    output.setEncoding("utf8").on("data", (text: string) => {
      for (const line of text.split("\n")) if (line !== "") client.receive(line);
    });
    await client.attach({
      send: (frame) => void input.write(`${frame}\n`),
      close: async () => void input.end(),
    });
    onTestFinished(() => client.close());
    const notifications = toUris("x://clock");
    const open = async (id: number) => {
      const before = client.notifications.length;
      const answer = client.request("subscriptions/listen", { notifications }, id);
      answer.catch(() => {});
      await until(() => client.notifications.length > before).toBe(true);
      return { answer };
    };
    return { ...world, client, endpoint, ended, open };
  }

  test("subscriptions leave the one place for a call free, and their ids are taken", async () => {
    const { client, open } = await overStdio();
    for (const id of [50, 51]) await open(id);
    const read = { uri: "x://still" };
    expect(await client.request("resources/read", read)).toHaveProperty("contents");
    const twice = client.request("resources/read", read, 50);
    await expect(twice).rejects.toThrow("belongs to a request still in flight");
  });

  test("they end with the client, which does not wait for them", async () => {
    const { client, ended, open, watching } = await overStdio();
    await open(50);
    expect(watching("x://clock")).toBe(1);
    await client.close();
    await ended;
    expect(watching("x://clock")).toBe(0);
  });

  test("a server that leaves ends them in order", async () => {
    const { endpoint, open } = await overStdio();
    const { answer } = await open(50);
    await endpoint.close();
    expect(await answer).toMatchObject({ resultType: "complete", _meta: { [idKey]: 50 } });
  });
});

describe("over HTTP", () => {
  test("a stream takes no slot, and ends when its client hangs up", async () => {
    const { listening, open, change, watching } = await overHttp({ maxCalls: 1 });
    const streams = await Promise.all([1, 2, 3].map((id) => open(toUris("x://clock"), { id })));
    await until(() => streams.flatMap(({ frames }) => frames).length).toBe(3);
    const { status } = await send(listening.url, ...modern("resources/list"));
    expect(status).toBe(200);
    change("x://clock");
    await until(() => streams.map(({ frames }) => frames.slice(1).map(read))).toEqual(
      [1, 2, 3].map((id) => [[id, updated, "x://clock"]]),
    );
    for (const stream of streams) stream.close();
    await until(() => watching("x://clock")).toBe(0);
  });

  test("a client that takes no event stream is told to", async () => {
    const { listening } = await overHttp();
    const [body, headers] = modern("subscriptions/listen", { notifications: toUris("x://clock") });
    const answer = await send(listening.url, body, { ...headers, accept: "application/json" });
    expect(answer).toMatchObject({ status: 406, message: { error: { code: -32600 } } });
  });

  test("a server that leaves ends its streams in order, at once, and takes no new one", async () => {
    const { listening, open } = await overHttp();
    const streams = await Promise.all([1, 2].map((id) => open(toUris("x://clock"), { id })));
    await until(() => streams.flatMap(({ frames }) => frames).length).toBe(2);
    await listening.close(60_000);
    await Promise.all(streams.map(({ ended }) => ended));
    expect(streams.map(({ frames }) => frames.at(-1))).toMatchObject(
      [1, 2].map((id) => ({ id, result: { resultType: "complete", _meta: { [idKey]: id } } })),
    );
    const late = listening.endpoint.handle(
      JSON.parse(modern("subscriptions/listen", { notifications: {} })[0]),
      silentPeer(),
    );
    expect(await late).toContain("shutting down");
  });

  test("an older client without a session cannot subscribe, and is promised nothing", async () => {
    const { listening } = await overHttp({ sessions: false });
    const shake = legacy("initialize", { protocolVersion: "2025-11-25", capabilities: {} });
    const { message } = await send(listening.url, ...shake);
    expect(message).toMatchObject({ result: { capabilities: { tools: {}, resources: {} } } });
    expect(JSON.stringify(message)).not.toMatch(/subscribe|listChanged/);
    const subscribe = legacy("resources/subscribe", { uri: "x://clock" });
    expect((await send(listening.url, ...subscribe)).message).toMatchObject({
      error: { code: -32601 },
    });
    const { message: found } = await send(listening.url, ...modern("server/discover"));
    expect(found).toMatchObject({
      result: { capabilities: { resources: { subscribe: true }, tools: { listChanged: true } } },
    });
  });
});

describe("resources/subscribe of the older revisions", () => {
  test("over HTTP is told in the stream of its session, and ends with the session", async () => {
    const { listening, change, changeList, watching } = await overHttp();
    const client = await openSession(listening.url);
    const events = await client.listen();
    const subscribed = await client.post("resources/subscribe", { uri: "x://clock" });
    expect(subscribed.message).toMatchObject({ result: {} });
    change("x://clock");
    changeList("tools");
    await until(() => events.messages.map(({ method }) => method)).toEqual([
      updated,
      "notifications/tools/list_changed",
    ]);
    expect(watching("x://clock")).toBe(1);
    await client.end();
    expect(watching("x://clock")).toBe(0);
  });

  test("H8: nobody else ends what a session listens to, and a session that ended listens to nothing", async () => {
    const { listening, watching } = await overHttp({ authenticate });
    const ada = await openSession(listening.url, {
      headers: { authorization: "Bearer token-ada" },
    });
    await ada.post("resources/subscribe", { uri: "x://clock" });
    const unsubscribe = (client: SessionClient) =>
      client.post("resources/unsubscribe", { uri: "x://clock" });
    const bob = ada.as({ authorization: "Bearer token-bob" });
    const unknown = bob.as({ "mcp-session-id": "unknown" });
    const [others, none] = [await unsubscribe(bob), await unsubscribe(unknown)];
    expect([others.status, others.body]).toEqual([none.status, none.body]);
    expect(watching("x://clock")).toBe(1);
    await ada.end();
    const ended = await unsubscribe(ada);
    expect([ended.status, ended.body]).toEqual([none.status, none.body]);
    expect(watching("x://clock")).toBe(0);
  });

  test("is told of changes until it unsubscribes, and of lists all the time", async () => {
    const { client, change, changeList, watching } = await inProcess({ era: "legacy" });
    expect(await client.request("resources/subscribe", { uri: "x://clock" })).toEqual({});
    expect(await client.request("resources/subscribe", { uri: "x://clock" })).toEqual({});
    change("x://clock");
    changeList("tools");
    await until(() => client.notifications).toEqual([
      { jsonrpc: "2.0", method: updated, params: { uri: "x://clock" } },
      { jsonrpc: "2.0", method: "notifications/tools/list_changed", params: {} },
    ]);
    expect(await client.request("resources/unsubscribe", { uri: "x://clock" })).toEqual({});
    expect(watching("x://clock")).toBe(0);
    expect(await client.request("resources/unsubscribe", { uri: "x://clock" })).toEqual({});
  });

  test("is refused as a read would be, or with what is wrong with the watch", async () => {
    const { client } = await inProcess({ era: "legacy" });
    const subscribe = (uri: string) => client.request("resources/subscribe", { uri });
    const readOf = (uri: string) =>
      client.request("resources/read", { uri }).catch((error: unknown) => error);
    for (const uri of ["x://nowhere", "x://of/somebody/secret"]) {
      await expect(subscribe(uri)).rejects.toEqual(await readOf(uri));
    }
    await expect(subscribe("x://still")).rejects.toThrow("does not tell of changes");
    await expect(subscribe("x://broken")).rejects.toThrow("Internal error");
  });

  test("ends with the client", async () => {
    const { client, watching } = await inProcess({ era: "legacy" });
    await client.request("resources/subscribe", { uri: "x://clock" });
    expect(watching("x://clock")).toBe(1);
    await client.close();
    expect(watching("x://clock")).toBe(0);
  });
});

describe("principals", () => {
  test("H7: who may not read a resource hears nothing of it, and it looks like an unknown one", async () => {
    const { open, change, began } = await overHttp({ authenticate });
    const [mine, secret] = ["x://of/bob/own", "x://of/ada/secret"];
    const ada = await open(toUris(secret), { token: "token-ada" });
    const bob = await open(toUris(mine, secret, "x://nowhere"), { token: "token-bob" });
    await until(() => [...ada.frames, ...bob.frames].length).toBe(2);
    expect(bob.frames.map(read)).toEqual([[1, acknowledged, toUris(mine)]]);
    expect(began).toEqual([secret, mine]);
    change(secret);
    change(mine);
    await until(() => bob.frames.length).toBe(2);
    expect(ada.frames.slice(1).map(read)).toEqual([[1, updated, secret]]);
    expect(bob.frames.slice(1).map(read)).toEqual([[1, updated, mine]]);
  });

  test("a resource of all is watched for each, who are told on a topic of their own", async () => {
    const { open, began } = await overHttp({ authenticate });
    const both = ["token-ada", "token-bob"].map((token) => open(toUris("x://clock"), { token }));
    await Promise.all(both);
    await until(() => began).toEqual(["x://clock", "x://clock"]);
  });

  test("A11: nobody ends a subscription of another, and one that has ended or never was is none", async () => {
    const { listening, open, change } = await overHttp({ authenticate });
    const ada = await open(toUris("x://clock"), { token: "token-ada", id: 5 });
    await until(() => ada.frames.length).toBe(1);
    const cancel = (requestId: number, token: string) => {
      const [body, headers] = modern("notifications/cancelled", { requestId });
      const { id: _, ...message } = JSON.parse(body);
      const authorization = `Bearer ${token}`;
      return send(listening.url, JSON.stringify(message), { ...headers, authorization });
    };
    const answers = [];
    for (const [id, token] of [
      [5, "token-bob"],
      [6, "token-bob"],
      [5, "token-ada"],
    ] as const) {
      const { status, body } = await cancel(id, token);
      answers.push({ status, body });
    }
    // Another's, one that never was and, as a stream is ended by hanging up, one's own.
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    change("x://clock");
    await until(() => ada.frames.length).toBe(2);
    ada.close();
  });
});

test("one principal may have 1,024 open, and closing one makes room", async () => {
  const { client } = await inProcess();
  const notifications = { toolsListChanged: true };
  const open = (id: number) => client.request("subscriptions/listen", { notifications }, id);
  for (let id = 1; id <= 1_024; id += 1) void open(id).catch(() => {});
  await expect(open(2_000)).rejects.toMatchObject({
    code: 429,
    message: expect.stringContaining("You have 1024 subscriptions open"),
  });
  client.notify("notifications/cancelled", { requestId: 1 });
  void open(2_001).catch(() => {});
  await until(() => client.notifications.map(read).at(-1)?.[0]).toBe(2_001);
});

test("a principal leaves as many to others as they have themselves", () => {
  const shares = new Shares(8, "streams");
  const take = (id: string) => () => shares.take({ id });
  for (let n = 0; n < 4; n += 1) shares.take({ id: "ada" });
  expect(take("ada")).toThrow("You have 4 streams open");
  for (let n = 0; n < 2; n += 1) shares.take({ id: "bob" });
  expect(take("bob")).toThrow("You have 2 streams open");
  shares.give({ id: "ada" });
  shares.take({ id: "bob" });
  expect(take("ada")).toThrow("You have 3 streams open");
});

test("a list of tools that changed is made anew", async () => {
  let hidden = "one";
  const callers: Caller[] = [];
  const tools = ["one", "two"].map((name) => defineTool({ ...plain, name, run: () => name }));
  const server = serverOf(tools, {
    changes: ["tools"],
    connect(_, given) {
      callers.push(given);
      return { context: {} };
    },
    findUnusableTools: async () => new Map([[hidden, "It is not its turn."]]),
  });
  const client = await connect(server);
  onTestFinished(() => client.close());
  const names = async () => (await client.listTools()).map(({ name }) => name);
  expect(await names()).toEqual(["two"]);
  hidden = "two";
  expect(await names()).toEqual(["two"]);
  for (const { changed } of callers) changed("tools");
  expect(await names()).toEqual(["one"]);
});

test("a list that the server does not announce cannot change", async () => {
  const { client, changeList } = await inProcess();
  await client.request("resources/read", { uri: "x://still" });
  expect(() => changeList("resources")).toThrow('"changes" does not name "resources"');
});

test("a notice reaches all who listen in the order in which they began to, within one turn", () => {
  const bus = new MemoryBus();
  const heard: number[] = [];
  for (let n = 0; n < 100; n += 1) bus.subscribe("topic", { hear: () => heard.push(n) });
  const gone = { hear: () => heard.push(-1) };
  bus.subscribe("topic", gone);
  bus.unsubscribe("topic", gone);
  bus.publish("other", { method: "m", params: {} });
  bus.publish("topic", { method: "m", params: {} });
  expect(heard).toEqual([...Array(100).keys()]);
});

function toEndpoint(server: Server): Endpoint {
  const load = async () => ({ server, config: {} });
  return new Endpoint({ surface: toSurface(server), load, sink: () => {} });
}

function silentPeer() {
  return {
    ...{ principal: { id: "test" }, revision: undefined, logLevel: undefined, client: undefined },
    ...{ clientCapabilities: {}, status: 200, ask: undefined, stream: undefined },
    ...{ send() {}, begin() {}, open() {}, end() {}, settle() {}, cancel() {} },
  };
}
