import { type HttpServer, serveHttp } from "@fairlead/testing";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { CallToolResultSchema, ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { bin } from "./bin.ts";

let server: HttpServer;
beforeAll(async () => {
  server = await serveHttp(bin);
});
afterAll(() => server.close());

const ways = {
  stdio: () => new StdioClientTransport({ command: process.execPath, args: [bin] }),
  http: () => new StreamableHTTPClientTransport(new URL(server.url)),
} as const;

async function open(way: keyof typeof ways) {
  const asked: unknown[] = [];
  const client = new Client(
    { name: "test", version: "1" },
    { capabilities: { elicitation: {}, tasks: {} } },
  );
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
    asked.push(params);
    return { action: "accept", content: { name: "Ada", confirm: true } };
  });
  await client.connect(ways[way]());
  onTestFinished(() => client.close());
  await client.listTools();
  return { client, asked };
}

/** All that the official client tells of a call that it makes as a task, the repeated left out. */
async function run(client: Client, name: string, args: Record<string, unknown> = {}) {
  const told: string[] = [];
  let end: unknown;
  const stream = client.experimental.tasks.callToolStream(
    { name, arguments: args },
    CallToolResultSchema,
    { task: { ttl: 600_000 } },
  );
  for await (const message of stream) {
    const said = message.type === "taskStatus" ? message.task.status : message.type;
    if (told.at(-1) !== said) told.push(said);
    if (message.type === "result") end = message.result;
    if (message.type === "error") end = message.error;
  }
  return { told, end };
}

describe.for(["stdio", "http"] as const)("the official v1 client over %s", (way) => {
  test("runs a tool as a task and gets its result", async () => {
    const { client } = await open(way);
    const { told, end } = await run(client, "slow_compute", { seconds: 1.2, label: "It" });
    expect(told).toEqual(["taskCreated", "working", "completed", "result"]);
    expect(end).toMatchObject({ content: [{ type: "text", text: "It took 1.2 s." }] });
  });

  test("hears of a tool that fails and of one that breaks", async () => {
    const { client } = await open(way);
    for (const name of ["failing_job", "protocol_error_job"]) {
      expect((await run(client, name)).told.slice(-2)).toEqual(["failed", "error"]);
    }
  });

  test("cancels a task", async () => {
    const { client } = await open(way);
    const { tasks } = client.experimental;
    const stream = tasks.callToolStream(
      { name: "slow_compute", arguments: { seconds: 60 } },
      CallToolResultSchema,
      { task: {} },
    );
    const { value: created } = await stream.next();
    if (created?.type !== "taskCreated") throw new Error("It did not begin as a task.");
    const { taskId } = created.task;
    expect(await tasks.cancelTask(taskId)).toMatchObject({ taskId, status: "cancelled" });
    expect(await tasks.getTask(taskId)).toMatchObject({ status: "cancelled" });
  });

  test("is asked by a task, each message tied to it", async () => {
    const { client, asked } = await open(way);
    let taskId: string | undefined;
    const stream = client.experimental.tasks.callToolStream(
      { name: "test_tool_with_task", arguments: {} },
      CallToolResultSchema,
      { task: {} },
    );
    let end: unknown;
    for await (const message of stream) {
      if (message.type === "taskCreated") taskId = message.task.taskId;
      if (message.type === "result") end = message.result;
    }
    expect(end).toMatchObject({ content: [{ text: "Hello, Ada!" }] });
    const _meta = { "io.modelcontextprotocol/related-task": { taskId } };
    expect(asked).toMatchObject([{ message: "What is your name?", _meta }]);
  });
});

test("over stdio it lists its tasks", async () => {
  const { client } = await open("stdio");
  await run(client, "slow_compute", { seconds: 0 });
  const { tasks } = await client.experimental.tasks.listTasks();
  expect(tasks).toMatchObject([{ status: "completed" }]);
});
