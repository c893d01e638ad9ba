import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { definePrompt, defineTool } from "@fairlead/define";
import { readTokens } from "@fairlead/operate/tokens";
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { connect } from "../src/testing/index.ts";
import { dial, jsonHeaders, type Listening, legacy, listen, modern, send } from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";

/** A tool that says what becomes of it, and waits for its signal or for nothing at all. */
function createWait() {
  const events: string[] = [];
  const shared = { ...plain, input: z.object({}), timeoutMs: Number.POSITIVE_INFINITY };
  const wait = defineTool({
    ...shared,
    name: "wait",
    run: (_, { signal, progress }) =>
      new Promise<string>((_resolve, reject) => {
        events.push("started");
        signal.addEventListener("abort", () => {
          events.push(`aborted: ${signal.reason.message}`);
          progress(2);
          reject(signal.reason);
        });
      }),
  });
  const ignore = defineTool({
    ...shared,
    name: "ignore",
    async run(_, { progress }) {
      events.push("started");
      await sleep(50);
      progress(2);
      events.push("went on");
      return "late";
    },
  });
  return { events, tools: [wait, ignore] };
}

const started = (events: readonly string[]) =>
  vi.waitFor(() => expect(events).toContain("started"), { timeout: 5_000 });

describe("on stdio a notification cancels", () => {
  test.for(["modern", "legacy"] as const)("and no answer is sent (%s)", async (era) => {
    const { events, tools } = createWait();
    const client = await connect(serverOf(tools), { era });
    const settled = vi.fn();
    for (const [id, name] of ["wait", "ignore"].entries()) {
      const params = { name, _meta: { progressToken: id } };
      client.request("tools/call", params, 100 + id).then(settled, settled);
    }
    await vi.waitFor(() => expect(events).toHaveLength(2));
    client.notify("notifications/cancelled", { requestId: 100, reason: "enough" });
    client.notify("notifications/cancelled", { requestId: 101 });
    await vi.waitFor(() => expect(events).toContain("went on"));
    await sleep(10);
    expect(events).toContain("aborted: enough");
    expect(settled).not.toHaveBeenCalled();
    expect(client.notifications).toEqual([]);
    expect(await client.request("tools/list")).toHaveProperty("tools");
  });

  test("nothing that is unknown, over or malformed", async () => {
    const { tools } = createWait();
    const client = await connect(serverOf(tools));
    for (const params of [{ requestId: 99 }, { requestId: null }, { requestId: {} }, {}]) {
      client.notify("notifications/cancelled", params);
    }
    expect(await client.callTool("ignore")).toMatchObject({ text: "late" });
    client.notify("notifications/cancelled", { requestId: 1 });
    expect(client.notifications).toEqual([]);
  });

  test("a prompt and a resource, too", async () => {
    const reasons: unknown[] = [];
    const hang = (signal: AbortSignal) =>
      new Promise<never>(() => signal.addEventListener("abort", () => reasons.push(signal.reason)));
    const server = serverOf([], {
      prompts: [
        definePrompt({
          name: "p",
          description: "P.",
          arguments: z.object({}),
          get: (_, { signal }) => hang(signal),
        }),
      ],
      resources: [{ uri: "test://a", name: "a", read: ({ signal }) => hang(signal) }],
    });
    const client = await connect(server);
    const settled = vi.fn();
    client.request("prompts/get", { name: "p" }, 7).then(settled, settled);
    client.request("resources/read", { uri: "test://a" }, 8).then(settled, settled);
    await sleep(20);
    for (const requestId of [7, 8]) client.notify("notifications/cancelled", { requestId });
    await vi.waitFor(() => expect(reasons).toHaveLength(2));
    expect(settled).not.toHaveBeenCalled();
  });
});

test("a call that is cancelled before its tool could start never starts it", async () => {
  const run = vi.fn(() => "ran");
  let open: (context: object) => void = () => {};
  const context = new Promise<object>((resolve) => {
    open = resolve;
  });
  const tool = defineTool({ ...plain, name: "tool", effect: "write", run });
  const client = await connect(
    serverOf([tool], { connect: async () => ({ context: await context }) }),
  );
  client.request("tools/call", { name: "tool" }, 1).catch(() => {});
  client.notify("notifications/cancelled", { requestId: 1 });
  await sleep(10);
  open({});
  await sleep(10);
  expect(run).not.toHaveBeenCalled();
});

test("nor does one that was cancelled while the server's code was loading", async () => {
  const run = vi.fn(() => "ran");
  const tool = defineTool({ ...plain, name: "tool", effect: "write", run });
  const client = await connect(serverOf([tool]), { context: {} });
  client.request("tools/call", { name: "tool" }, 1).catch(() => {});
  client.notify("notifications/cancelled", { requestId: 1 });
  await client.callTool("tool");
  expect(run).toHaveBeenCalledTimes(1);
});

describe("on HTTP", () => {
  let listening: Listening | undefined;
  afterEach(() => listening?.close());

  /** Posts over a bare socket, waits until the tool has started, and hangs up. */
  async function hangUp([body, headers]: ReturnType<typeof modern>, events: readonly string[]) {
    if (!listening) throw new Error("Nobody listens.");
    const socket = await dial(listening.url);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(
      `POST /mcp HTTP/1.1\r\nHost: ${listening.url.host}\r\n${lines.join("")}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    await started(events);
    socket.destroy();
  }

  test("hanging up cancels a 2026-07-28 request", async () => {
    const { events, tools } = createWait();
    listening = await listen(serverOf(tools));
    await hangUp(modern("tools/call", { name: "wait" }), events);
    await vi.waitFor(() => expect(events).toContain("aborted: The client hung up."));
    await listening.endpoint.idle();
  });

  test("hanging up cancels it also while it streams", async () => {
    const { events, tools } = createWait();
    const report = defineTool({
      ...plain,
      name: "report",
      timeoutMs: Number.POSITIVE_INFINITY,
      run: (_, { progress, signal }) =>
        new Promise<string>((_resolve, reject) => {
          const timer = setInterval(() => progress(performance.now()), 1);
          events.push("started");
          signal.addEventListener("abort", () => {
            clearInterval(timer);
            events.push("aborted");
            reject(signal.reason);
          });
        }),
    });
    listening = await listen(serverOf([...tools, report]));
    const meta = { progressToken: 1 };
    await hangUp(modern("tools/call", { name: "report", _meta: meta }), events);
    await vi.waitFor(() => expect(events).toContain("aborted"));
  });

  test.for([undefined, "2025-03-26", "2025-06-18", "2025-11-25"])(
    "hanging up only loses the answer of a %s request",
    async (version) => {
      const { events, tools } = createWait();
      listening = await listen(serverOf(tools));
      const options = version === undefined ? {} : { version };
      await hangUp(legacy("tools/call", { name: "ignore" }, options), events);
      await vi.waitFor(() => expect(events).toEqual(["started", "went on"]));
      await listening.endpoint.idle();
    },
  );

  test("a 2025 call is cancelled in its session, and in no other", async () => {
    const { events, tools } = createWait();
    const line = (id: string) => `${id} sha256:${createHash("sha256").update(id).digest("hex")}`;
    const at = await listen(serverOf(tools), {
      authenticate: readTokens([line("ada"), line("bob")].join("\n")),
    });
    listening = at;
    const post = (message: object, who: string, session?: string | string[]) =>
      send(at.url, JSON.stringify({ jsonrpc: "2.0", ...message }), {
        ...jsonHeaders,
        authorization: `Bearer ${who}`,
        ...(session !== undefined && { "mcp-session-id": session }),
      });
    const shake = async () => {
      const params = { protocolVersion: "2025-11-25", capabilities: {} };
      const { headers } = await post({ id: 0, method: "initialize", params }, "ada");
      return headers["mcp-session-id"];
    };
    const [mine, other] = [await shake(), await shake()];
    expect(mine).toMatch(/^[\x21-\x7e]{30,}$/);
    expect(other).not.toBe(mine);
    const call = post({ id: 5, method: "tools/call", params: { name: "wait" } }, "ada", mine);
    await started(events);
    const cancel = (requestId: unknown, who: string, session?: string | string[]) => {
      const params = { requestId, reason: "enough" };
      return post({ method: "notifications/cancelled", params }, who, session);
    };
    await cancel(5, "ada", other);
    await cancel(6, "ada", mine);
    await cancel(5, "bob", mine);
    await cancel(5, "ada");
    expect(events).toEqual(["started"]);
    expect((await cancel(5, "ada", mine)).status).toBe(202);
    await call;
    expect(events).toEqual(["started", "aborted: enough"]);
  });

  test("a 2025 call whose client hung up counts until it ends, a 2026-07-28 one no longer", async () => {
    const { events, tools } = createWait();
    const gate = Promise.withResolvers<string>();
    const hold = defineTool({
      ...plain,
      name: "hold",
      run: () => {
        events.push("started");
        return gate.promise;
      },
    });
    listening = await listen(serverOf([...tools, hold]), { maxCalls: 1 });
    const status = async () => (await ping()).status;
    const ping = () => (listening ? send(listening.url, ...legacy("ping")) : Promise.reject());
    await hangUp(modern("tools/call", { name: "wait" }), events);
    await vi.waitFor(async () => expect(await status()).toBe(200));
    events.length = 0;
    await hangUp(legacy("tools/call", { name: "hold" }), events);
    await sleep(50);
    expect(await status()).toBe(429);
    gate.resolve("held");
    await vi.waitFor(async () => expect(await status()).toBe(200));
  });
});

describe("a tool's time", () => {
  test("ends its call, whether it listens or not", async () => {
    const shared = { ...plain, timeoutMs: 10 };
    const reasons: unknown[] = [];
    const listens = defineTool({
      ...shared,
      name: "listens",
      run: (_, { signal }) =>
        new Promise<string>((_resolve, reject) =>
          signal.addEventListener("abort", () => {
            reasons.push(signal.reason.why);
            reject(signal.reason);
          }),
        ),
    });
    const ignores = defineTool({
      ...shared,
      name: "ignores",
      run: () => new Promise<string>(() => {}),
    });
    const patient = defineTool({
      ...plain,
      name: "patient",
      run: async () => {
        await sleep(600);
        return "done";
      },
    });
    const client = await connect(serverOf([listens, ignores, patient]));
    const answers = await Promise.all(
      ["listens", "ignores", "patient"].map((name) => client.callTool(name)),
    );
    expect(answers.map(({ text }) => text)).toEqual([
      "listens: Timed out after 0.01 s. Ask for less at once, or try again.",
      "ignores: Timed out after 0.01 s. Ask for less at once, or try again.",
      "done",
    ]);
    expect(reasons).toEqual(["timeout"]);
  });

  test("includes connecting", async () => {
    const tool = defineTool({ ...plain, name: "tool", timeoutMs: 10, run: () => "" });
    const server = serverOf([tool], { connect: () => new Promise<never>(() => {}) });
    const client = await connect(server);
    expect(await client.callTool("tool")).toMatchObject({ isError: true });
  });
});

test("the shutdown reaches every call, also one without a deadline", async () => {
  const { events, tools } = createWait();
  const client = await connect(serverOf(tools));
  const call = client.callTool("wait");
  await started(events);
  await Promise.all([
    client.close(),
    expect(call).rejects.toMatchObject({ message: "The server is shutting down." }),
  ]);
  expect(events).toContain("aborted: The server is shutting down.");
});
