import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, test } from "vitest";
import { bin } from "./bin.ts";

/** The server's stdio as lines of JSON, without any client library in between. */
function openPipe() {
  const child = spawn(process.execPath, [bin], { stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    send: (message: unknown) => child.stdin.write(`${JSON.stringify(message)}\n`),
    async receive(): Promise<unknown> {
      const { value } = await lines.next();
      return JSON.parse(String(value));
    },
    /** Closes stdin and resolves with the exit code: the end of input is the end of the process. */
    async end(): Promise<number | null> {
      const exited = child.exitCode === null ? once(child, "exit") : undefined;
      child.stdin.end();
      await exited;
      return child.exitCode;
    },
  };
}

let pipe: ReturnType<typeof openPipe> | undefined;
afterEach(async () => {
  await pipe?.end();
  pipe = undefined;
});

function initialize(protocolVersion: string) {
  return {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: {
      protocolVersion,
      capabilities: {},
      clientInfo: { name: "handshake", version: "1.0.0" },
    },
  };
}

const initialized = { jsonrpc: "2.0", method: "notifications/initialized" };
const ping = (id: number) => ({ jsonrpc: "2.0", id, method: "ping" });
const call = (id: number) => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name: "test_simple_text" },
});

describe.for(["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"])("%s", (revision) => {
  test("shakes hands, lists and calls", async () => {
    pipe = openPipe();
    pipe.send(initialize(revision));
    expect(await pipe.receive()).toMatchObject({
      id: 1,
      result: {
        protocolVersion: revision,
        capabilities: { tools: {}, resources: {}, prompts: {}, logging: {} },
        serverInfo: { name: "@fairlead/everything", version: "0.1.0" },
      },
    });
    pipe.send(initialized);
    pipe.send({ jsonrpc: "2.0", id: 2, method: "tools/list" });
    expect(await pipe.receive()).toMatchObject({
      id: 2,
      result: { tools: expect.arrayContaining([expect.objectContaining({ name: "wait" })]) },
    });
    pipe.send(call(3));
    expect(await pipe.receive()).toMatchObject({
      id: 3,
      result: { content: [{ type: "text", text: "This is a simple text response for testing." }] },
    });
  });

  test("exits with 0 when stdin ends", async () => {
    pipe = openPipe();
    pipe.send(initialize(revision));
    await pipe.receive();
    expect(await pipe.end()).toBe(0);
  });
});

test("a version nobody knows is answered with the newest of the handshake", async () => {
  pipe = openPipe();
  pipe.send(initialize("1999-01-01"));
  expect(await pipe.receive()).toMatchObject({ result: { protocolVersion: "2025-11-25" } });
});

describe("a batch", () => {
  test("is answered as a batch at 2025-03-26, notifications left out", async () => {
    pipe = openPipe();
    pipe.send(initialize("2025-03-26"));
    await pipe.receive();
    pipe.send(initialized);
    pipe.send([ping(2), initialized, call(3)]);
    const answers = await pipe.receive();
    expect(answers).toHaveLength(2);
    expect(answers).toEqual(
      expect.arrayContaining([
        { jsonrpc: "2.0", id: 2, result: {} },
        expect.objectContaining({ id: 3, result: expect.anything() }),
      ]),
    );
  });

  test.for(["2025-11-25", "2025-06-18"])("is refused at %s", async (revision) => {
    pipe = openPipe();
    pipe.send(initialize(revision));
    await pipe.receive();
    pipe.send(initialized);
    pipe.send([ping(2)]);
    expect(await pipe.receive()).toMatchObject({ error: { code: -32600 } });
    pipe.send(ping(3));
    expect(await pipe.receive()).toEqual({ jsonrpc: "2.0", id: 3, result: {} });
  });
});

test("printing tools leave stdout to the protocol", async () => {
  pipe = openPipe();
  pipe.send(initialize("2025-11-25"));
  await pipe.receive();
  pipe.send(initialized);
  pipe.send({
    jsonrpc: "2.0",
    id: 2,
    method: "tools/call",
    params: { name: "print_to_stdout", arguments: { text: "stray" } },
  });
  expect(await pipe.receive()).toMatchObject({
    id: 2,
    result: { content: [{ type: "text", text: "5 characters" }] },
  });
});
