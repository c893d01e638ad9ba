import { setTimeout as sleep } from "node:timers/promises";
import { defineTool, JsonRpcError, type Tool, ToolError } from "@fairlead/define";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Json } from "../src/protocol/json-rpc.ts";
import { isJson } from "../src/protocol/json-rpc.ts";
import { type ConnectOptions, connect, type RawClient } from "../src/testing/index.ts";
import { type Listening, legacy, listen, modern, openStream, send } from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";

const extension = { extensions: { "io.modelcontextprotocol/tasks": {} } };
const knows = { "io.modelcontextprotocol/clientCapabilities": extension };
const declared = { _meta: knows };
/** Longer than a call may take that is answered without a task. */
const longMs = 320;

const quick = defineTool({ ...plain, name: "quick", task: "optional", run: () => "quick" });
const plainTool = defineTool({ ...plain, name: "plain", run: () => "plain" });
const only = defineTool({ ...plain, name: "only", task: "required", run: () => "only" });
const ended: string[] = [];
const slow = defineTool({
  ...plain,
  name: "slow",
  input: z.object({ ms: z.number().default(longMs), how: z.string().default("well") }),
  task: "optional",
  timeoutMs: 100_000,
  async run({ ms, how }, { signal, progress, log }) {
    progress(1, 2, "half way");
    log("info", "working");
    try {
      await sleep(ms, undefined, { signal });
    } finally {
      ended.push(signal.aborted ? "cut" : "finished");
    }
    if (how === "badly") throw new ToolError("It went badly.");
    if (how === "broken") throw new JsonRpcError(-32055, "It broke.", { part: "wheel" });
    if (how === "unknown") throw new Error("secret detail");
    return "done";
  },
});
const confirm = z.object({ sure: z.boolean() });
const asks = defineTool({
  ...plain,
  name: "asks",
  input: z.object({ first: z.boolean().default(false) }),
  task: "optional",
  async run({ first }, { elicit, signal }) {
    const before = first ? await elicit(confirm, "Begin?", "begin") : undefined;
    await sleep(longMs, undefined, { signal });
    const [one, two] = await Promise.all([
      elicit(confirm, "One?", "one"),
      elicit(confirm, "Two?", "two"),
    ]);
    return JSON.stringify({ said: [before, one, two] });
  },
});
const tools = [quick, plainTool, only, slow, asks];
const server = serverOf(tools);

const open = (options: ConnectOptions = {}, own: readonly Tool[] = tools) =>
  connect(serverOf(own), options);

/** Asks again and again how a task is doing, until it is so far. */
async function until(client: RawClient, taskId: unknown, ...wanted: string[]): Promise<Json> {
  for (let turn = 0; turn < 400; turn += 1) {
    const task = await client.request("tasks/get", { taskId, ...declared });
    if (wanted.includes(String(task["status"]))) return task;
    await sleep(10);
  }
  throw new Error(`The task never was ${wanted.join(" or ")}.`);
}

const ends = ["completed", "failed", "cancelled"];
const begin = (client: RawClient, name: string, args: Json = {}) =>
  client.request("tools/call", { name, arguments: args, ...declared });

describe("2026-07-28", () => {
  test("a call that takes long is answered with a task, and the task with what the call gives", async () => {
    const client = await open();
    const task = await begin(client, "slow");
    expect(task).toEqual({
      resultType: "task",
      taskId: expect.stringMatching(/^[\w-]{24}$/),
      status: "working",
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      lastUpdatedAt: expect.any(String),
      ttlMs: 3_600_000,
      pollIntervalMs: 1_000,
      _meta: expect.any(Object),
    });
    const { result, ...facts } = await until(client, task["taskId"], "completed");
    expect(facts).toMatchObject({ resultType: "complete", status: "completed" });
    const plainly = await client.request("tools/call", { name: "slow" });
    expect(result).toEqual(plainly);
    await client.close();
  });

  test("one that is quick is answered as ever", async () => {
    const client = await open();
    expect(await begin(client, "quick")).toMatchObject({
      resultType: "complete",
      content: [{ text: "quick" }],
    });
    expect(await begin(client, "plain")).toMatchObject({ resultType: "complete" });
    await client.close();
  });

  test("without the extension no call is a task, and what is one only is refused", async () => {
    const client = await open();
    expect(await client.request("tools/call", { name: "slow" })).toMatchObject({
      resultType: "complete",
      content: [{ text: "done" }],
    });
    const data = { requiredCapabilities: extension };
    await expect(client.request("tools/call", { name: "only" })).rejects.toMatchObject({
      code: -32021,
      data,
    });
    for (const method of ["tasks/get", "tasks/update", "tasks/cancel"]) {
      const params = { taskId: "none", inputResponses: {} };
      await expect(client.request(method, params)).rejects.toMatchObject({ code: -32021, data });
    }
    await client.close();
  });

  test.for([
    ["badly", { status: "completed", result: { isError: true } }],
    ["unknown", { status: "completed", result: { isError: true } }],
    ["broken", { status: "failed", error: { code: -32055, message: "It broke." } }],
  ] as const)("a tool that ends %s ends its task so", async ([how, end]) => {
    const client = await open();
    const { taskId } = await begin(client, "slow", { how });
    const task = await until(client, taskId, ...ends);
    expect(task).toMatchObject(end);
    expect(JSON.stringify(task)).not.toContain("secret");
    await client.close();
  });

  test("a cancelled task is cut short and stays cancelled; cancelling again is acknowledged", async () => {
    const client = await open();
    ended.length = 0;
    const { taskId } = await begin(client, "slow", { ms: 60_000 });
    for (let turn = 0; turn < 2; turn += 1) {
      const answer = await client.request("tasks/cancel", { taskId, ...declared });
      expect(Object.keys(answer).toSorted()).toEqual(["_meta", "resultType"]);
    }
    expect(await until(client, taskId, ...ends)).toMatchObject({ status: "cancelled" });
    expect(ended).toEqual(["cut"]);
    await client.close();
  });

  test("a shutdown cuts it short, without waiting for it", async () => {
    const client = await open();
    ended.length = 0;
    await begin(client, "slow", { ms: 60_000 });
    await client.close();
    expect(ended).toEqual(["cut"]);
  });

  test("asks while it runs, and goes on with the answers", async () => {
    const client = await open({ clientCapabilities: { ...extension, elicitation: {} } });
    const { taskId } = await client.request("tools/call", { name: "asks" });
    const waiting = await until(client, taskId, "input_required");
    const { inputRequests } = waiting;
    const keys = Object.keys(isJson(inputRequests) ? inputRequests : {});
    expect(waiting).not.toHaveProperty("requestState");
    expect(keys).toHaveLength(2);
    const yes = { action: "accept", content: { sure: true } };
    const answer = (inputResponses: Json) =>
      client.request("tasks/update", { taskId, inputResponses });
    await answer({ [String(keys[1])]: yes, unknown: { odd: true } });
    const half = await client.request("tasks/get", { taskId });
    expect(half).toMatchObject({ status: "input_required" });
    expect(Object.keys(isJson(half["inputRequests"]) ? half["inputRequests"] : {})).toEqual([
      keys[0],
    ]);
    // A second answer to the same question is none.
    await answer({ [String(keys[1])]: { action: "cancel" } });
    await answer({ [String(keys[0])]: { action: "decline" } });
    const { result } = await until(client, taskId, "completed");
    const text = JSON.stringify({ said: [undefined, { action: "decline" }, yes] });
    expect(result).toMatchObject({ content: [{ text }] });
    await client.close();
  });

  test("what is asked before it is a task is asked in rounds, and once", async () => {
    const client = await open({ clientCapabilities: { ...extension, elicitation: {} } });
    const call = { name: "asks", arguments: { first: true } };
    const round = await client.request("tools/call", call);
    expect(round).toMatchObject({ resultType: "input_required", inputRequests: { begin: {} } });
    expect(round).not.toHaveProperty("taskId");
    const yes = { action: "accept", content: { sure: true } };
    const { requestState } = round;
    const task = await client.request("tools/call", {
      ...call,
      requestState,
      inputResponses: { begin: yes },
    });
    expect(task).toMatchObject({ resultType: "task" });
    const { taskId } = task;
    const waiting = await until(client, taskId, "input_required");
    const asked = isJson(waiting["inputRequests"]) ? waiting["inputRequests"] : {};
    expect(Object.keys(asked)).toHaveLength(2);
    const inputResponses = Object.fromEntries(Object.keys(asked).map((key) => [key, yes]));
    await client.request("tasks/update", { taskId, inputResponses });
    const { result } = await until(client, taskId, "completed");
    expect(result).toMatchObject({
      content: [{ text: JSON.stringify({ said: [yes, yes, yes] }) }],
    });
    await client.close();
  });

  test("a task tells neither progress nor log messages, but what it is at", async () => {
    const client = await open({ clientCapabilities: extension, logLevel: "debug" });
    const meta = { progressToken: "mine" };
    const { taskId } = await client.request("tools/call", {
      name: "asks",
      _meta: meta,
    });
    const before = client.notifications.length;
    await client.request("tasks/cancel", { taskId });
    expect(client.notifications).toHaveLength(before);
    await client.close();
  });

  test("who listens to a task is told how it is when the stream opens, and each change", async () => {
    const client = await open();
    const { taskId } = await begin(client, "slow", { ms: 2_000 });
    const told = () =>
      client.notifications.flatMap(({ method, params }) =>
        String(method).startsWith("notifications/tasks") && isJson(params) ? [params] : [],
      );
    const notifications = { taskIds: [taskId, "A".repeat(24)] };
    const listening = client.request("subscriptions/listen", { notifications, ...declared }, 90);
    await expect.poll(() => told().map(({ status }) => status)).toContain("completed");
    expect(client.notifications).toContainEqual(
      expect.objectContaining({
        method: "notifications/subscriptions/acknowledged",
        params: expect.objectContaining({ notifications: { taskIds: [taskId] } }),
      }),
    );
    const [first, ...others] = told();
    expect(first).toMatchObject({ taskId, status: "working" });
    const state = await client.request("tasks/get", { taskId, ...declared });
    const { resultType: _, _meta: __, ...facts } = state;
    expect(others.at(-1)).toMatchObject(facts);
    for (const params of told()) {
      expect(params["_meta"]).toEqual({ "io.modelcontextprotocol/subscriptionId": 90 });
    }
    await client.close();
    expect(await listening).toMatchObject({ resultType: "complete" });
  });

  test("a task is not told of to a client that does not declare the extension", async () => {
    const client = await open();
    const { taskId } = await begin(client, "slow", { ms: 600 });
    const notifications = { taskIds: [taskId] };
    await client.request("subscriptions/listen", { notifications }, 91);
    expect(client.notifications).toMatchObject([{ params: { notifications: {} } }]);
    await client.close();
  });
});

describe("2025-11-25", () => {
  const era = "legacy";
  const start = async (client: RawClient, name: string, args: Json = {}, task: Json = {}) => {
    const { task: made } = await client.request("tools/call", { name, arguments: args, task });
    return isJson(made) ? made : {};
  };

  test("says so in its capabilities and in the list, and older revisions do not", async () => {
    const client = await open({ era });
    const initialize = (protocolVersion: string) =>
      client.request("initialize", { protocolVersion, capabilities: {}, clientInfo: {} });
    const list = async () => {
      const { tools } = await client.request("tools/list");
      return Array.isArray(tools) ? tools.map(({ name, execution }) => [name, execution]) : [];
    };
    expect(await initialize("2025-11-25")).toMatchObject({
      capabilities: { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } },
    });
    expect(await list()).toEqual([
      ["quick", { taskSupport: "optional" }],
      ["plain", undefined],
      ["only", { taskSupport: "required" }],
      ["slow", { taskSupport: "optional" }],
      ["asks", { taskSupport: "optional" }],
    ]);
    expect(JSON.stringify(await initialize("2025-06-18"))).not.toContain("tasks");
    expect((await list()).map(([, execution]) => execution)).toEqual(Array(4).fill(undefined));
    expect((await list()).map(([name]) => name)).not.toContain("only");
    await client.close();
  });

  test("gives a task to who asks for one, and its result when it is there", async () => {
    const client = await open({ era });
    const task = await start(client, "slow", {}, { ttl: 700_000 });
    expect(task).toEqual({
      taskId: expect.stringMatching(/^[\w-]{24}$/),
      status: "working",
      createdAt: expect.any(String),
      lastUpdatedAt: expect.any(String),
      ttl: 700_000,
      pollInterval: 1_000,
    });
    const { taskId } = task;
    const result = await client.request("tasks/result", { taskId });
    expect(result).toEqual({
      content: [{ type: "text", text: "done" }],
      _meta: { "io.modelcontextprotocol/related-task": { taskId } },
    });
    expect(await client.request("tasks/get", { taskId })).toMatchObject({ status: "completed" });
    expect(JSON.stringify(client.notifications)).toContain("notifications/tasks/status");
    await expect(client.request("tasks/cancel", { taskId })).rejects.toMatchObject({
      code: -32602,
    });
    await client.close();
  });

  test("fails a task whose tool fails, and says why; its result is that of the call", async () => {
    const client = await open({ era });
    const { taskId } = await start(client, "slow", { how: "badly", ms: 1 });
    expect(await client.request("tasks/result", { taskId })).toMatchObject({
      isError: true,
      content: [{ text: "It went badly." }],
    });
    expect(await client.request("tasks/get", { taskId })).toMatchObject({
      status: "failed",
      statusMessage: "It went badly.",
    });
    const broken = await start(client, "slow", { how: "broken", ms: 1 });
    await expect(
      client.request("tasks/result", { taskId: broken["taskId"] }),
    ).rejects.toMatchObject({ code: -32055, message: "It broke.", data: { part: "wheel" } });
    await client.close();
  });

  test("cancels, lists in pages, and never gives a task that is not asked for", async () => {
    const client = await open({ era });
    const { taskId } = await start(client, "slow", { ms: 60_000 });
    const waiting = client.request("tasks/result", { taskId });
    waiting.catch(() => {});
    expect(await client.request("tasks/cancel", { taskId })).toMatchObject({ status: "cancelled" });
    await expect(waiting).rejects.toMatchObject({ code: -32603 });
    for (let turn = 0; turn < 101; turn += 1) {
      await client.request("tasks/result", { taskId: (await start(client, "quick"))["taskId"] });
    }
    const { tasks, nextCursor } = await client.request("tasks/list");
    expect(tasks).toHaveLength(100);
    expect(tasks).toMatchObject([{ taskId }, ...Array(99).fill({ status: "completed" })]);
    const rest = await client.request("tasks/list", { cursor: nextCursor });
    expect(rest).toEqual({ tasks: [expect.any(Object), expect.any(Object)] });
    await expect(client.request("tasks/list", { cursor: "x.y" })).rejects.toMatchObject({
      code: -32602,
    });
    const plainly = await client.request("tools/call", { name: "slow", arguments: { ms: 400 } });
    expect(plainly).toEqual({ content: [{ type: "text", text: "done" }] });
    await client.close();
  });

  test("refuses what does not fit with -32601, and knows no extension", async () => {
    const client = await open({ era });
    const call = (params: Json) => client.request("tools/call", params);
    await expect(call({ name: "plain", task: {} })).rejects.toMatchObject({ code: -32601 });
    await expect(call({ name: "only" })).rejects.toMatchObject({ code: -32601 });
    await expect(client.request("tasks/update", { taskId: "x" })).rejects.toMatchObject({
      code: -32601,
    });
    expect(JSON.stringify(await client.request("tools/list"))).not.toContain(
      "modelcontextprotocol/",
    );
    await client.close();
    // A server without such tools declares nothing, and ignores the member.
    const without = await open({ era }, [plainTool]);
    expect(await without.request("tools/call", { name: "plain", task: {} })).toMatchObject({
      content: [{ text: "plain" }],
    });
    await expect(without.request("tasks/list")).rejects.toMatchObject({ code: -32601 });
    await without.close();
  });

  test("asks where the client is reached, each message tied to its task", async () => {
    const asked: Json[] = [];
    const client = await open({
      era,
      clientCapabilities: { elicitation: {} },
      answer(_, params) {
        asked.push(params);
        return { action: "accept", content: { sure: asked.length > 1 } };
      },
    });
    const { taskId } = await start(client, "asks", { first: true });
    const result = await client.request("tasks/result", { taskId });
    const no = { action: "accept", content: { sure: false } };
    const yes = { action: "accept", content: { sure: true } };
    expect(result).toMatchObject({ content: [{ text: JSON.stringify({ said: [no, yes, yes] }) }] });
    const _meta = { "io.modelcontextprotocol/related-task": { taskId } };
    expect(asked).toMatchObject([
      { message: "Begin?", _meta },
      { message: "One?", _meta },
      { message: "Two?", _meta },
    ]);
    await client.close();
  });

  test("a progress token holds as long as the task, and each report names it", async () => {
    const client = await open({ era });
    const { task } = await client.request("tools/call", {
      name: "slow",
      task: {},
      _meta: { progressToken: 7 },
    });
    const taskId = isJson(task) ? task["taskId"] : undefined;
    await client.request("tasks/result", { taskId });
    const _meta = { "io.modelcontextprotocol/related-task": { taskId } };
    expect(client.notifications).toMatchObject([
      { method: "notifications/progress", params: { progressToken: 7, progress: 1, _meta } },
      { method: "notifications/message", params: { data: "working", _meta } },
      { method: "notifications/tasks/status", params: { taskId, status: "completed" } },
    ]);
    await client.close();
  });
});

describe("over HTTP", () => {
  let listening: Listening;
  beforeAll(async () => {
    listening = await listen(server, {
      authenticate: ({ authorization }) => ({ id: String(authorization) }),
    });
  });
  afterAll(() => listening.close());
  const as = (who: string) => ({ headers: { authorization: who } });
  const ask = (who: string, method: string, params: Json) => {
    const { taskId } = params;
    const [body, headers] = modern(method, { ...params, ...declared }, as(who));
    const named = typeof taskId === "string" && { "mcp-name": taskId };
    return send(listening.url, body, { ...headers, ...named });
  };
  const startOne = async () => {
    const { message } = await ask("ada", "tools/call", { name: "slow", arguments: { ms: 60_000 } });
    const { result } = message;
    return isJson(result) ? String(result["taskId"]) : "";
  };

  test("A11: another principal's task is answered as one that never was, by every method", async () => {
    const taskId = await startOne();
    for (const method of ["tasks/get", "tasks/update", "tasks/cancel"]) {
      const inputResponses = {};
      const stranger = await ask("bob", method, { taskId, inputResponses });
      const unknown = await ask("bob", method, { taskId: "A".repeat(24), inputResponses });
      expect(stranger.message).toMatchObject({ error: { code: -32602 } });
      expect([stranger.status, stranger.body]).toEqual([unknown.status, unknown.body]);
    }
    const own = await ask("ada", "tasks/get", { taskId });
    expect(own.message).toMatchObject({ result: { status: "working" } });
    await ask("ada", "tasks/cancel", { taskId });
  });

  test("A11: nobody listens to another principal's task", async () => {
    const taskId = await startOne();
    const listenAs = async (who: string) => {
      const params = { notifications: { taskIds: [taskId] }, ...declared };
      const stream = await openStream(
        listening.url,
        ...modern("subscriptions/listen", params, as(who)),
      );
      await expect.poll(() => stream.frames.length).toBeGreaterThan(0);
      return stream;
    };
    const stranger = await listenAs("bob");
    await stranger.ended;
    expect(stranger.frames[0]).toMatchObject({ params: { notifications: {} } });
    expect(JSON.stringify(stranger.frames)).not.toContain(taskId);
    const own = await listenAs("ada");
    await ask("ada", "tasks/cancel", { taskId });
    await expect
      .poll(() => own.frames.at(-1))
      .toMatchObject({ method: "notifications/tasks", params: { taskId, status: "cancelled" } });
    own.close();
  });

  test("A11: in 2025-11-25 as well, where each lists their own, and never those of the other era", async () => {
    const version = "2025-11-25";
    const old = async (who: string, method: string, params: Json) => {
      const [body, headers] = legacy(method, params, { version });
      return send(listening.url, body, { ...headers, authorization: who });
    };
    const { message } = await old("ada", "tools/call", { name: "quick", task: {} });
    const task = isJson(message["result"]) ? message["result"]["task"] : {};
    const taskId = isJson(task) ? task["taskId"] : undefined;
    const modernTask = await startOne();
    for (const method of ["tasks/get", "tasks/result", "tasks/cancel"]) {
      const stranger = await old("bob", method, { taskId });
      const unknown = await old("bob", method, { taskId: "A".repeat(24) });
      const other = await old("ada", method, { taskId: modernTask });
      expect(stranger.message).toMatchObject({ error: { code: -32602 } });
      expect([stranger.body, other.body]).toEqual([unknown.body, unknown.body]);
    }
    expect((await old("ada", "tasks/list", {})).message).toMatchObject({
      result: { tasks: [{ taskId }] },
    });
    expect((await old("bob", "tasks/list", {})).message).toMatchObject({ result: { tasks: [] } });
    await ask("ada", "tasks/cancel", { taskId: modernTask });
  });

  test("without tokens nobody lists, since nobody can be told apart", async () => {
    const open = await listen(server);
    const old = async (method: string, params: Json) => {
      const [body, headers] = legacy(method, params, { version: "2025-11-25" });
      return (await send(open.url, body, headers)).message;
    };
    const hello = await old("initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: {},
    });
    expect(hello).toMatchObject({ result: { capabilities: { tasks: { cancel: {} } } } });
    expect(JSON.stringify(hello)).not.toContain('"list"');
    expect(await old("tasks/list", {})).toMatchObject({ error: { code: -32601 } });
    await open.close();
  });

  test("the connection of a call may close once it is a task; the header names the task", async () => {
    const taskId = await startOne();
    await sleep(50);
    const wrong = modern("tasks/get", { taskId, ...declared }, as("ada"));
    expect((await send(listening.url, ...wrong)).message).toMatchObject({
      error: { code: -32020 },
    });
    const own = await ask("ada", "tasks/get", { taskId });
    expect(own.message).toMatchObject({ result: { status: "working" } });
    await ask("ada", "tasks/cancel", { taskId });
  });
});
