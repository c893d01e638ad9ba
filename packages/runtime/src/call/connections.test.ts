import { type Connection, defineServer, type Server } from "@fairlead/define";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { Connections } from "./connections.ts";

type Open = Server["connect"];

function open(connect: Open, connectPer: "process" | "principal" = "process") {
  const server = defineServer({
    name: "test",
    title: "Test",
    package: { name: "test", version: "1.0.0", description: "Test" },
    config: z.object({}),
    connect,
    connectPer,
    toolsets: [],
  });
  const problems: unknown[] = [];
  const connections = new Connections(server, {}, (error) => problems.push(error));
  return { context: (id: string) => connections.context({ id }), connections, problems };
}

test("callers that arrive together share one opening", async () => {
  const connect = vi.fn(async () => ({ context: { db: {} } }));
  const { context } = open(connect);
  expect(connect).not.toHaveBeenCalled();
  const contexts = await Promise.all(Array.from({ length: 100 }, (_, id) => context(`${id}`)));
  expect(connect).toHaveBeenCalledTimes(1);
  expect(new Set(contexts).size).toBe(1);
});

test("once open, the context is there without a turn", async () => {
  const context = { db: {} };
  const opened = open(() => ({ context }));
  await opened.context("a");
  expect(opened.context("b")).toBe(context);
});

test.for(["throws", "rejects"])(
  "a connect that %s fails its callers, and is tried again",
  async (how) => {
    let failing = true;
    const connect = vi.fn((): Promise<Connection<unknown>> => {
      const error = new Error("no route");
      if (failing && how === "throws") throw error;
      return failing ? Promise.reject(error) : Promise.resolve({ context: { db: 1 } });
    });
    const { context } = open(connect);
    const first = await Promise.allSettled([context("a"), context("b")]);
    expect(first.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(connect).toHaveBeenCalledTimes(1);
    failing = false;
    expect(await context("a")).toEqual({ db: 1 });
    expect(connect).toHaveBeenCalledTimes(2);
  },
);

test("each principal has its own, also under names of object members", async () => {
  const connect = vi.fn<Open>(async (_, { principal }) => ({ context: { for: principal.id } }));
  const { context } = open(connect, "principal");
  for (const id of ["alice", "bob", "__proto__", "constructor", "", "alice"]) {
    expect(await context(id)).toEqual({ for: id });
  }
  expect(connect).toHaveBeenCalledTimes(5);
});

test("more principals than may stay connected close the one that called longest ago", async () => {
  const closed: string[] = [];
  const { context } = open(
    (_, { principal: { id } }) => ({ context: {}, close: () => void closed.push(id) }),
    "principal",
  );
  for (let id = 0; id < 105; id += 1) {
    await context(`${id}`);
    await context("0");
  }
  await vi.waitFor(() => expect(closed).toHaveLength(5));
  expect(closed).not.toContain("0");
});

test("one that is held for a watch stays, and may go when the watch is over", async () => {
  const closed: string[] = [];
  const { context, connections } = open(
    (_, { principal: { id } }) => ({ context: {}, close: () => void closed.push(id) }),
    "principal",
  );
  const watch = new AbortController();
  await connections.hold({ id: "watched" }, watch.signal);
  for (let id = 0; id < 105; id += 1) await context(`${id}`);
  await vi.waitFor(() => expect(closed).toHaveLength(6));
  expect(closed).not.toContain("watched");
  watch.abort();
  for (let id = 0; id < 105; id += 1) await context(`again ${id}`);
  await vi.waitFor(() => expect(closed).toContain("watched"));
});

test("closing aborts what opens, closes what is open, and survives a close that fails", async () => {
  const closed: string[] = [];
  const { context, connections, problems } = open(
    (_, { principal: { id }, signal }) => ({
      context: { shutdown: signal },
      close() {
        if (id === "b") throw new Error("will not close");
        closed.push(`${id} ${signal.aborted}`);
      },
    }),
    "principal",
  );
  await Promise.all([context("a"), context("b"), context("c")]);
  await connections.close();
  expect(closed).toEqual(["a true", "c true"]);
  expect(problems).toEqual([new Error("will not close")]);
});

test("a context that no call can hold is closed again", async () => {
  const close = vi.fn();
  const { context } = open(() => ({ context: { log: () => {} }, close }));
  await expect(context("a")).rejects.toThrow('the key "log"');
  expect(close).toHaveBeenCalledTimes(1);
});

test("closing what never opened does nothing", async () => {
  const connect = vi.fn(() => ({ context: {} }));
  const { connections } = open(connect);
  await connections.close();
  expect(connect).not.toHaveBeenCalled();
});

test("a connect is told what programs it starts may inherit, and nothing unless it is given", async () => {
  const connect = vi.fn<Open>(() => ({ context: {} }));
  const server = defineServer({
    name: "test",
    title: "Test",
    package: { name: "test", version: "1.0.0", description: "Test" },
    config: z.object({}),
    connect,
    toolsets: [],
  });
  const environment = { PATH: "/bin" };
  await new Connections(server, {}, () => {}, environment).context({ id: "a" });
  await new Connections(server, {}, () => {}).context({ id: "a" });
  expect(connect.mock.calls.map(([, caller]) => caller.environment)).toEqual([environment, {}]);
});

test("a connection with somebody's account is never another's, whatever the server says", async () => {
  const server = defineServer({
    name: "test",
    title: "Test",
    package: { name: "test", version: "1.0.0", description: "Test" },
    config: z.object({}),
    connect: async (_, { account }) => ({ context: { token: await account?.token() } }),
    connectPer: "process",
    toolsets: [],
  });
  const toAccount = ({ id }: { id: string }) => ({ token: async () => `token of ${id}` });
  const open = new Connections(
    server,
    {},
    () => {},
    {},
    () => {},
    toAccount,
  );
  expect(await open.context({ id: "a" })).toEqual({ token: "token of a" });
  expect(await open.context({ id: "b" })).toEqual({ token: "token of b" });
  expect(await open.context({ id: "a" })).toEqual({ token: "token of a" });
  await open.close();
});

test("what a connect warns of reaches the operator, with its place", async () => {
  const server = defineServer({
    name: "test",
    title: "Test",
    package: { name: "test", version: "1.0.0", description: "Test" },
    config: z.object({}),
    connect(_, { warn }) {
      warn("half of it is missing");
      return { context: {} };
    },
    toolsets: [],
  });
  const report = vi.fn();
  await new Connections(server, {}, report).context({ id: "a" });
  expect(report.mock.calls).toEqual([["half of it is missing", "connect"]]);
});
