import { hash } from "node:crypto";
import { PassThrough } from "node:stream";
import {
  type Caller,
  defineResource,
  defineResourceTemplate,
  ToolError,
  toSurface,
} from "@fairlead/define";
import type { Watcher } from "@fairlead/guard";
import { Tokens } from "@fairlead/operate/tokens";
import { MemoryBus } from "@fairlead/store";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { Endpoint } from "../src/protocol/endpoint.ts";
import { serveStdio } from "../src/serve/stdio.ts";
import { connect } from "../src/testing/index.ts";
import { legacy, listen, modern, openStream } from "./fixture/http.ts";
import { serverOf } from "./fixture/make.ts";
import { openSession } from "./fixture/session.ts";

/** Long enough for a slow machine; what comes in time takes no part of it. */
const until = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });
const updated = "notifications/resources/updated";

/** A server that reads and watches when the test says so. */
function createWorld() {
  const watchers = new Map<string, Set<Watcher>>();
  const callers: Caller[] = [];
  let reading: Promise<unknown> = Promise.resolve();
  const watch = (uri: string, watcher: Watcher) => {
    const those = watchers.get(uri) ?? new Set();
    watchers.set(uri, those.add(watcher));
    watcher.signal.addEventListener("abort", () => those.delete(watcher));
  };
  const server = serverOf([], {
    changes: ["prompts"],
    connect(_, caller) {
      callers.push(caller);
      return { context: {} };
    },
    resources: [
      defineResource({
        ...{ uri: "x://broken", name: "broken", read: () => ({ body: "fine" }) },
        async watch() {
          await reading;
          throw new ToolError("No handles are left.");
        },
      }),
      defineResource({
        ...{ uri: "x://gone", name: "gone", read: () => ({ body: "fine" }) },
        async watch(_, { failed }) {
          failed(new ToolError("It was gone before anybody watched it."));
        },
      }),
    ],
    resourceTemplates: [
      defineResourceTemplate({
        uriTemplate: "x://at/{name}",
        name: "named",
        async read({ name = "" }) {
          await reading;
          return { body: name };
        },
        watch: ({ name = "" }, _, watcher) => watch(`x://at/${name}`, watcher),
      }),
    ],
  });
  return {
    server,
    callers,
    /** Lets reads wait; what it gives has them go on. */
    holdReads() {
      const { promise, resolve } = Promise.withResolvers<void>();
      reading = promise;
      return resolve;
    },
    watching: () => [...watchers.values()].reduce((sum, { size }) => sum + size, 0),
    each: (act: (watcher: Watcher) => void) => {
      for (const watcher of [...watchers.values()].flatMap((those) => [...those])) act(watcher);
    },
  };
}

/** A bus that says how many listen. */
class CountingBus extends MemoryBus {
  listening = 0;

  override subscribe(...given: Parameters<MemoryBus["subscribe"]>): void {
    this.listening += 1;
    super.subscribe(...given);
  }

  override unsubscribe(...given: Parameters<MemoryBus["unsubscribe"]>): void {
    this.listening -= 1;
    super.unsubscribe(...given);
  }
}

const load = (server: ReturnType<typeof serverOf>) => async () => ({ server, config: {} });

function openPipe(endpoint: Endpoint) {
  const input = new PassThrough();
  const lines: string[] = [];
  let read = () => {};
  const output = {
    write: (text: string) => void lines.push(...text.split("\n").filter((line) => line !== "")),
    full: false,
    onceRead(callback: () => void) {
      read = callback;
    },
  };
  const service = serveStdio(endpoint, { input, output, maxCalls: 64 });
  onTestFinished(async () => {
    input.end();
    await endpoint.close();
  });
  const say = (body: string) => void input.write(`${body}\n`);
  const answered = (id: number) => until(() => lines.join("")).toContain(`"id":${id}`);
  return { ...{ input, lines, output, say, answered, ended: service.ended }, read: () => read() };
}

afterEach(() => {
  vi.useRealTimers();
});

describe("a client that goes away", () => {
  test("before the server's code is loaded follows no list after that", async () => {
    const { server, callers } = createWorld();
    const bus = new CountingBus();
    const { url, close } = await listen(server, { bus });
    onTestFinished(() => close());
    for (let n = 0; n < 10; n += 1) await (await openSession(url)).end();
    const stays = await openSession(url);
    await stays.post("resources/read", { uri: "x://at/a" });
    await until(() => bus.listening).toBe(1);
    const { stream } = { stream: await stays.listen() };
    callers[0]?.changed("prompts");
    await until(() => stream.messages.length).toBe(1);
    expect(bus.listening).toBe(1);
    stream.drop();
  });

  test("while what it subscribes to is read has nothing watched, over stdio", async () => {
    const { server, holdReads, watching } = createWorld();
    const endpoint = new Endpoint({
      surface: toSurface(server),
      load: load(server),
      sink: () => {},
    });
    const { input, say, answered, ended } = openPipe(endpoint);
    say(legacy("initialize", { protocolVersion: "2025-11-25", capabilities: {} }, { id: 1 })[0]);
    await answered(1);
    const go = holdReads();
    say(legacy("resources/subscribe", { uri: "x://at/a" }, { id: 2 })[0]);
    input.end();
    await new Promise(setImmediate);
    go();
    await ended;
    await answered(2);
    expect(watching()).toBe(0);
  });

  test("and comes back 1,000 times leaves nothing behind", async () => {
    const { server, watching } = createWorld();
    const bus = new CountingBus();
    const { url, close } = await listen(server, { bus });
    onTestFinished(() => close());
    const client = await openSession(url);
    for (let n = 0; n < 1_000; n += 1) {
      const uri = `x://at/${n % 7}`;
      await client.post("resources/subscribe", { uri });
      if (n % 3 > 0) await client.post("resources/unsubscribe", { uri });
    }
    await client.end();
    expect(watching()).toBe(0);
    expect(bus.listening).toBe(0);
  });
});

test("a subscription that has the server's code loaded while it leaves is refused", async () => {
  const { server } = createWorld();
  const { promise, resolve } = Promise.withResolvers<void>();
  const endpoint = new Endpoint({
    surface: toSurface(server),
    load: () => promise.then(load(server)),
    sink: () => {},
  });
  const { say, answered, lines } = openPipe(endpoint);
  const notifications = { resourceSubscriptions: ["x://at/a"] };
  say(modern("subscriptions/listen", { notifications }, { id: 5 })[0]);
  await new Promise(setImmediate);
  await endpoint.stopListening();
  resolve();
  await answered(5);
  expect(lines.join("")).toContain("The server is shutting down.");
});

describe("resources/subscribe that is not over yet", () => {
  test("is undone by an unsubscribe that comes after it", async () => {
    const { server, holdReads, watching } = createWorld();
    const client = await connect(server, { era: "legacy" });
    onTestFinished(() => client.close());
    const go = holdReads();
    const subscribed = client.request("resources/subscribe", { uri: "x://at/a" });
    await client.request("resources/unsubscribe", { uri: "x://at/a" });
    go();
    expect(await subscribed).toEqual({});
    expect(watching()).toBe(0);
  });

  test("is refused twice when it is sent twice and cannot be done", async () => {
    const { server, holdReads } = createWorld();
    const client = await connect(server, { era: "legacy" });
    onTestFinished(() => client.close());
    const go = holdReads();
    const both = [1, 2].map(() => client.request("resources/subscribe", { uri: "x://broken" }));
    await client.request("ping");
    go();
    for (const answer of await Promise.allSettled(both)) {
      expect(answer).toMatchObject({
        status: "rejected",
        reason: { message: "No handles are left." },
      });
    }
  });

  test("is refused when the watch fails before it has begun", async () => {
    const { server } = createWorld();
    const client = await connect(server, { era: "legacy" });
    onTestFinished(() => client.close());
    const answer = client.request("resources/subscribe", { uri: "x://gone" });
    await expect(answer).rejects.toThrow("It was gone before anybody watched it.");
  });
});

test("a client of 2025-11-25 is told to read again when a watch fails, for nothing will be told after", async () => {
  const { server, each } = createWorld();
  const client = await connect(server, { era: "legacy" });
  onTestFinished(() => client.close());
  await client.request("resources/subscribe", { uri: "x://at/a" });
  each(({ failed }) => failed(new Error("the connection was lost")));
  await until(() => client.notifications).toMatchObject([
    { method: updated, params: { uri: "x://at/a" } },
  ]);
});

test("what changes is told to nobody who has unsubscribed, however lately", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { server, each } = createWorld();
  const client = await connect(server, { era: "legacy" });
  onTestFinished(() => client.close());
  for (const uri of ["x://at/a", "x://at/b"]) await client.request("resources/subscribe", { uri });
  for (const _ of [1, 2, 3]) each(({ changed }) => changed());
  expect(client.notifications).toHaveLength(2);
  await client.request("resources/unsubscribe", { uri: "x://at/a" });
  vi.advanceTimersByTime(1_000);
  expect(client.notifications.slice(2)).toMatchObject([{ params: { uri: "x://at/b" } }]);
});

test("H7: who is not let in any more hears nothing more, and everybody else goes on", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const line = (who: string) => `${who} sha256:${hash("sha256", who)}\n`;
  const tokens = new Tokens(`${line("ada")}${line("bob")}`);
  const { server, each } = createWorld();
  const { url, close } = await listen(server, { authenticate: tokens.authenticate });
  onTestFinished(() => close());
  const notifications = { resourceSubscriptions: ["x://at/a"] };
  const open = async (who: string) => {
    const headers = { authorization: `Bearer ${who}` };
    const stream = await openStream(
      url,
      ...modern("subscriptions/listen", { notifications }, { headers }),
    );
    onTestFinished(() => stream.close());
    const session = await openSession(url, { headers });
    await session.post("resources/subscribe", { uri: "x://at/a" });
    return { stream, events: await session.listen() };
  };
  const [ada, bob] = [await open("ada"), await open("bob")];
  vi.advanceTimersByTime(15_000);
  each(({ changed }) => changed());
  for (const { stream, events } of [ada, bob]) {
    await until(() => [stream.frames.length, events.messages.length]).toEqual([2, 1]);
  }
  tokens.replace(line("bob"));
  vi.advanceTimersByTime(15_000);
  await ada.stream.ended;
  expect(await ada.events.ended).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 300));
  each(({ changed }) => changed());
  await until(() => [bob.stream.frames.length, bob.events.messages.length]).toEqual([3, 2]);
  expect([ada.stream.frames.length, ada.events.messages.length]).toEqual([2, 1]);
});

test("a list that changes 10,000 times in a moment is told of twice", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { server, callers } = createWorld();
  const client = await connect(server, { era: "legacy" });
  onTestFinished(() => client.close());
  await client.request("resources/subscribe", { uri: "x://at/a" });
  for (let n = 0; n < 10_000; n += 1) callers[0]?.changed("prompts");
  await client.request("ping");
  expect(client.notifications).toHaveLength(1);
  vi.advanceTimersByTime(1_000);
  await client.request("ping");
  expect(client.notifications).toHaveLength(2);
});

test.each(["legacy", "modern"] as const)(
  "a %s client on stdio that does not read is told each thing once when it reads again",
  async (era) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { server, each } = createWorld();
    const endpoint = new Endpoint({
      surface: toSurface(server),
      load: load(server),
      sink: () => {},
    });
    const { say, answered, lines, output, read } = openPipe(endpoint);
    const uris = ["x://at/a", "x://at/b"];
    say(legacy("initialize", { protocolVersion: "2025-11-25", capabilities: {} }, { id: 1 })[0]);
    if (era === "legacy") {
      say(legacy("resources/subscribe", { uri: "x://at/a" }, { id: 2 })[0]);
      say(legacy("resources/subscribe", { uri: "x://at/b" }, { id: 3 })[0]);
      await answered(3);
    } else {
      const notifications = { resourceSubscriptions: uris };
      say(modern("subscriptions/listen", { notifications }, { id: 2 })[0]);
      await until(() => lines.join("")).toContain("acknowledged");
    }
    output.full = true;
    const change = async () => {
      each(({ changed }) => changed());
      vi.advanceTimersByTime(1_000);
      await new Promise(setImmediate);
    };
    await change();
    const before = lines.length;
    for (let n = 0; n < 100; n += 1) await change();
    expect(lines.length).toBe(before);
    output.full = false;
    read();
    await new Promise(setImmediate);
    const told = lines.slice(before).filter((line) => line.includes(updated));
    expect(told.map((line) => JSON.parse(line).params.uri)).toEqual(uris);
  },
);
