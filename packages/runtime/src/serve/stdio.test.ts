import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { defineServer, defineTool, defineToolset, toSurface } from "@fairlead/define";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { Endpoint } from "../protocol/endpoint.ts";
import { serveStdio } from "./stdio.ts";

const echo = defineTool({
  name: "echo",
  title: "Echo",
  description: "Returns the text.",
  effect: "read",
  input: z.object({ text: z.string() }),
  output: z.string(),
  run: ({ text }) => text,
});

const report = defineTool({
  name: "report",
  title: "Report",
  description: "Reports progress, and answers in the same turn.",
  effect: "read",
  input: z.object({ later: z.boolean() }),
  output: z.string(),
  run({ later }, { progress }) {
    progress(1);
    return later ? Promise.resolve("reported") : "reported";
  },
});

const server = defineServer({
  name: "test",
  title: "Test",
  package: { name: "test", version: "1.0.0", description: "Test" },
  config: z.object({}),
  connect: () => ({ context: {} }),
  toolsets: [defineToolset({ name: "test", description: "Test.", tools: [echo, report] })],
});

function open(options: { readonly maxMessageBytes?: number; readonly maxCalls?: number } = {}) {
  const input = new PassThrough();
  const writes: string[] = [];
  const endpoint = new Endpoint({
    surface: toSurface(server),
    load: async () => ({ server, config: {} }),
    sink: () => {},
  });
  let unread = false;
  let read = () => {};
  const service = serveStdio(endpoint, {
    input,
    maxCalls: options.maxCalls ?? 10_000,
    output: {
      write: (text) => void writes.push(text),
      get full() {
        return unread;
      },
      onceRead: (callback) => {
        read = callback;
      },
    },
    ...options,
  });
  return {
    input,
    writes,
    ended: service.ended,
    /** From now on the host reads nothing. */
    stopReading() {
      unread = true;
    },
    /** The host has read everything. */
    readAll() {
      unread = false;
      read();
    },
    /** Closes the input and gives every answer, parsed. */
    async end(): Promise<unknown[]> {
      input.end();
      await service.ended;
      const lines = writes.join("").split("\n").slice(0, -1);
      return lines.map((line): unknown => JSON.parse(line));
    },
  };
}

const ping = (id: number | string) => JSON.stringify({ jsonrpc: "2.0", id, method: "ping" });
const pong = (id: number | string) => ({ jsonrpc: "2.0", id, result: {} });
const call = (id: number, text: string) =>
  JSON.stringify({
    jsonrpc: "2.0",
    id,
    method: "tools/call",
    params: { name: "echo", arguments: { text } },
  });
const echoed = (id: number, text: string) => ({
  jsonrpc: "2.0",
  id,
  result: { content: [{ type: "text", text }] },
});
const refused = (code: number, id: number | string | null = null) => ({
  jsonrpc: "2.0",
  id,
  error: expect.objectContaining({ code }),
});

describe("a message", () => {
  const text = "ü 世界 😀 \u2028 end";
  const bytes = Buffer.from(`${call(1, text)}\n`);

  test("may be split at every byte, also inside a character", async () => {
    for (let at = 0; at <= bytes.length; at += 1) {
      const { input, end } = open();
      input.write(bytes.subarray(0, at));
      await turn();
      input.write(bytes.subarray(at));
      expect(await end()).toEqual([echoed(1, text)]);
    }
  });

  test("may come byte by byte", async () => {
    const { input, end } = open();
    for (const byte of bytes) input.write(Buffer.from([byte]));
    expect(await end()).toEqual([echoed(1, text)]);
  });

  test("may come with others, split anywhere across them", async () => {
    const stream = Buffer.from(`${call(1, text)}\n\n${ping(2)}\r\n${call(3, text)}\n${ping(4)}`);
    for (let at = 0; at <= stream.length; at += 7) {
      const { input, end } = open();
      input.write(stream.subarray(0, at));
      await turn();
      input.write(stream.subarray(at));
      const answers = await end();
      expect(answers).toHaveLength(4);
      expect(answers).toEqual(
        expect.arrayContaining([echoed(1, text), pong(2), echoed(3, text), pong(4)]),
      );
    }
  });

  test("may end with CRLF, and empty lines are none", async () => {
    const { input, end } = open();
    input.write(`\r\n\n  \n${ping(1)}\r\n\r\n\t${ping(2)} \n`);
    expect(await end()).toEqual([pong(1), pong(2)]);
  });

  test("counts without a newline at the end of the input", async () => {
    const { input, end } = open();
    input.write(`${ping(1)}\n${call(2, text)}`);
    expect(await end()).toEqual([pong(1), echoed(2, text)]);
  });

  test("that is not JSON is answered, and the next one too", async () => {
    const { input, end } = open();
    input.write(`{"jsonrpc":\n${ping(1)}\nnull\n"text"\n${ping(2)}\n`);
    expect(await end()).toEqual([
      refused(-32700),
      pong(1),
      refused(-32600),
      refused(-32600),
      pong(2),
    ]);
  });

  test("may hold bytes that are not UTF-8", async () => {
    const { input, end } = open();
    const [before = "", after = ""] = call(1, "<>").split("<");
    input.write(
      Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xc3]), Buffer.from(after)]),
    );
    expect(await end()).toEqual([echoed(1, "\ufffd\ufffd>")]);
  });
});

describe("a message over the limit", () => {
  const limit = 1_000;
  const long = call(1, "x".repeat(2_000));

  test("is reported once, and the next one is answered", async () => {
    const { input, end } = open({ maxMessageBytes: limit });
    for (let at = 0; at < long.length; at += 100) input.write(long.slice(at, at + 100));
    input.write(`${"x".repeat(5_000)}\n${ping(2)}\n`);
    expect(await end()).toEqual([refused(-32600, 1), pong(2)]);
  });

  test("is refused without a newline", async () => {
    const { input, end } = open({ maxMessageBytes: limit });
    input.write(long);
    expect(await end()).toEqual([refused(-32600, 1)]);
  });

  test("may follow another", async () => {
    const { input, end } = open({ maxMessageBytes: limit });
    for (let round = 0; round < 3; round += 1) {
      input.write(long);
      await turn();
      input.write(`${long}\n`);
    }
    input.write(ping(9));
    expect(await end()).toEqual([...[1, 1, 1].map((id) => refused(-32600, id)), pong(9)]);
  });

  test("is answered before it ends, with what the limit is and where it is set", async () => {
    const { input, writes } = open({ maxMessageBytes: 2 * 1024 * 1024 });
    input.write(`{"id":"a","jsonrpc":"2.0","params":{"text":"${"x".repeat(3 * 1024 * 1024)}`);
    await vi.waitFor(() => expect(writes).toHaveLength(1));
    expect(JSON.parse(writes.join(""))).toEqual({
      jsonrpc: "2.0",
      id: "a",
      error: { code: -32600, message: expect.stringMatching(/2 MB.*--max-message-mb/) },
    });
  });

  test("is answered with an id that comes after what is too long", async () => {
    const { input, end } = open({ maxMessageBytes: limit });
    const late = `{"params":{"id":9,"text":"${"x".repeat(2_000)}"},"method":"ping","id":"late"}`;
    for (let at = 0; at < late.length; at += 7) input.write(late.slice(at, at + 7));
    input.write(`\n${ping(2)}\n`);
    expect(await end()).toEqual([refused(-32600, "late"), pong(2)]);
  });

  test("is answered without an id where none can be told", async () => {
    const { input, end } = open({ maxMessageBytes: limit });
    const text = "x".repeat(2_000);
    const lines = [
      JSON.stringify({ method: "ping", params: { id: 1, text } }),
      JSON.stringify([{ id: 1, method: "ping", text }]),
      text,
    ];
    for (const line of lines) {
      input.write(line);
      input.write("\n");
    }
    input.write(ping(2));
    expect(await end()).toEqual([refused(-32600), refused(-32600), refused(-32600), pong(2)]);
  });
});

test("everything that is ready in a tick leaves in one write", async () => {
  const { input, writes, end } = open();
  input.write(Array.from({ length: 50 }, (_, id) => `${ping(id)}\n`).join(""));
  await turn();
  await turn();
  expect(writes).toHaveLength(1);
  expect(await end()).toHaveLength(50);
});

describe("progress leaves before the answer does", () => {
  const reporting = (id: number, args: { readonly later: boolean }) =>
    JSON.stringify({
      jsonrpc: "2.0",
      id,
      method: "tools/call",
      params: { name: "report", arguments: args, _meta: { progressToken: id } },
    });

  test.for([true, false])("in a write of its own (later: %s)", async (later) => {
    const { input, writes, end } = open();
    input.write(`${call(1, "loaded")}\n`);
    await vi.waitFor(() => expect(writes).toHaveLength(1));
    input.write(`${reporting(2, { later })}\n`);
    await vi.waitFor(() => expect(writes.join("")).toContain('"reported"'));
    expect(writes).toEqual([
      expect.stringContaining("loaded"),
      expect.stringMatching(/^\{[^\n]*notifications\/progress[^\n]*\n$/),
      expect.stringMatching(/^\{[^\n]*reported[^\n]*\n$/),
    ]);
    await end();
  });

  test("and holds up no other answer", async () => {
    const { input, writes, end } = open();
    input.write(`${call(1, "loaded")}\n`);
    await vi.waitFor(() => expect(writes).toHaveLength(1));
    input.write(`${reporting(2, { later: false })}\n${call(3, "beside")}\n`);
    await turn();
    await turn();
    expect(writes[1]).toContain("notifications/progress");
    expect(writes[1]).toContain("beside");
    expect(await end()).toHaveLength(4);
  });
});

test("a request id in flight may not be used again", async () => {
  const { input, end } = open();
  input.write(`${call(1, "first")}\n${call(1, "second")}\n`);
  const answers = await end();
  expect(answers).toHaveLength(2);
  expect(answers).toContainEqual(echoed(1, "first"));
  expect(answers).toContainEqual({
    jsonrpc: "2.0",
    id: 1,
    error: expect.objectContaining({ code: -32600 }),
  });
});

test("429 beyond the cap", async () => {
  const { input, end } = open({ maxCalls: 2 });
  input.write(`${call(1, "a")}\n${call(2, "b")}\n${call(3, "c")}\n${ping(4)}\n`);
  const answers = await end();
  expect(answers).toHaveLength(4);
  expect(answers).toContainEqual({
    jsonrpc: "2.0",
    id: 3,
    error: expect.objectContaining({ code: 429 }),
  });
  expect(answers).toContainEqual(pong(4));
});

test("a host that asks and does not read is heard again once it has read", async () => {
  const { input, writes, stopReading, readAll, end } = open();
  stopReading();
  input.write(`${ping(1)}\n`);
  await vi.waitFor(() => expect(writes).toHaveLength(1));
  input.write(`${ping(2)}\n`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([input.isPaused(), writes.length]).toEqual([true, 1]);
  readAll();
  expect(await end()).toEqual([pong(1), pong(2)]);
});

test("an input that breaks is over, and what it asked is answered", async () => {
  const { input, writes, ended } = open();
  input.write(`${ping(1)}\n`);
  await vi.waitFor(() => expect(writes).toHaveLength(1));
  input.destroy(new Error("EIO"));
  await ended;
  expect(writes.join("")).toBe(`${JSON.stringify(pong(1))}\n`);
});
