import { Agent, request } from "node:http";
import { expect, test } from "vitest";
import { z } from "zod";
import { createFrames, createRandom } from "./fixture/fuzz.ts";
import { dial, jsonHeaders, modern, send } from "./fixture/http.ts";
import { call, eventually, type Running, start } from "./fixture/process.ts";

const count = 10_000;
/** What a heap may grow by in ten thousand frames; a leak of a kilobyte a frame is 10 MB. */
const slack = 4 * 1024 * 1024;
const seed = 20_260_728;

const heapAnswer = z.object({
  id: z.string(),
  result: z.object({ structuredContent: z.object({ bytes: z.int() }) }),
});

function findHeap(stdout: string, id: string): number {
  const line = stdout.split("\n").find((each) => each.includes(`"id":"${id}"`));
  return heapAnswer.parse(JSON.parse(line ?? "null")).result.structuredContent.bytes;
}

async function measureStdio(running: Running, id: string): Promise<number> {
  running.child.stdin?.write("\n");
  running.say(call(id, "measure_heap"));
  return eventually(() => findHeap(running.stdout(), id));
}

test.concurrent("T9: 10,000 frames on stdio leave the server answering, its heap flat", async () => {
  const running = start([], {}, ["--expose-gc"]);
  const next = createFrames(createRandom(seed));
  const fuzz = async (frames: number) => {
    for (let n = 0; n < frames; n += 1) {
      const frame = next();
      const split = n % 10 === 0 ? frame.length >> 1 : 0;
      running.child.stdin?.write(frame.subarray(0, split));
      running.child.stdin?.write(Buffer.concat([frame.subarray(split), Buffer.from("\n")]));
      if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await fuzz(2_000);
  const before = await measureStdio(running, "heap-before");
  await fuzz(count);
  const after = await measureStdio(running, "heap-after");
  expect(after - before).toBeLessThan(slack);
  running.say(call("last", "echo", { text: "still here" }));
  running.child.stdin?.end();
  expect(await running.exited).toBe(0);
  const lines = running.stdout().split("\n").slice(0, -1);
  expect(lines.at(-1)).toContain("still here");
  expect(lines.length).toBeGreaterThan(count / 2);
  for (const line of lines) expect(line).toMatch(/^\[?\{"jsonrpc":"2\.0"/);
  expect(lines.filter((line) => line.includes("-32603"))).toEqual([]);
  expect(running.stderr()).toBe("");
});

/** Posts a body over a kept connection; gives the status, or nothing where the server hung up. */
function post(url: URL, agent: Agent, body: Buffer, headers: object): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: "POST", agent, headers: { ...headers } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.once("end", () => resolve([response.statusCode ?? 0, text]));
    });
    asked.once("error", reject);
    asked.end(body);
  });
}

test.concurrent("T9: 10,000 bodies over HTTP leave the server answering, its heap flat", async () => {
  const running = start(["--http", "127.0.0.1:0"], {}, ["--expose-gc"]);
  const url = await eventually(() => {
    const [, found] = /listening on (\S+)/.exec(running.stderr()) ?? [];
    return new URL(found ?? "");
  });
  const started = running.stderr();
  const random = createRandom(seed + 1);
  const next = createFrames(random);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const statuses = new Map<number, number>();
  const versions = ["2026-07-28", "2025-11-25", "2025-03-26", "1999-01-01", ""];
  const methods = ["tools/call", "tools/list", "ping", "", "__proto__"];
  const pick = (values: readonly string[]) => values[Math.floor(random() * values.length)] ?? "";
  const fuzz = async (bodies: number) => {
    for (let n = 0; n < bodies; n += 16) {
      const batch = Array.from({ length: 16 }, () => {
        const extra = random() < 0.5 ? {} : { "mcp-protocol-version": pick(versions) };
        const named = { "mcp-method": pick(methods), "mcp-name": "echo" };
        return post(url, agent, next(), { ...jsonHeaders, ...extra, ...named });
      });
      for (const [status, text] of await Promise.all(batch)) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        expect(text).not.toContain("-32603");
      }
    }
  };
  const measure = async () => {
    const { message } = await send(
      url,
      ...modern("tools/call", { name: "measure_heap" }, { id: "x" }),
    );
    return heapAnswer.parse(message).result.structuredContent.bytes;
  };
  await fuzz(2_000);
  const before = await measure();
  await fuzz(count);
  expect((await measure()) - before).toBeLessThan(slack);
  for (const status of statuses.keys()) expect([200, 202, 400, 404]).toContain(status);
  agent.destroy();
  const args = { name: "echo", arguments: { text: "still here" } };
  const { message } = await send(url, ...modern("tools/call", args));
  expect(message).toMatchObject({ result: { content: [{ text: "still here" }] } });
  running.child.kill("SIGTERM");
  expect(await running.exited).toBe(0);
  expect(running.stderr()).toBe(started);
});

test.concurrent("T9: clients that hang up at any moment leave the server answering", async () => {
  const running = start(["--http", "127.0.0.1:0"], {}, ["--expose-gc"]);
  const url = await eventually(() => {
    const [, found] = /listening on (\S+)/.exec(running.stderr()) ?? [];
    return new URL(found ?? "");
  });
  const started = running.stderr();
  const params = { name: "report", arguments: { steps: 20 }, _meta: { progressToken: 1 } };
  const [body, headers] = modern("tools/call", params);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const whole = `POST /mcp HTTP/1.1\r\nHost: localhost\r\n${lines.join("")}Content-Length: ${body.length}\r\n\r\n${body}`;
  const random = createRandom(seed + 2);
  const measure = async () => {
    const { message } = await send(
      url,
      ...modern("tools/call", { name: "measure_heap" }, { id: "x" }),
    );
    return heapAnswer.parse(message).result.structuredContent.bytes;
  };
  const before = await measure();
  for (let round = 0; round < 50; round += 1) {
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const socket = await dial(url);
        // Half of them leave in the middle of the request, the others in the middle of the answer.
        const end = random() < 0.5 ? Math.floor(random() * whole.length) : whole.length;
        socket.write(whole.slice(0, end));
        await new Promise((resolve) => setTimeout(resolve, random() * 30));
        if (random() < 0.5) socket.destroy();
        else socket.resetAndDestroy();
      }),
    );
  }
  await eventually(async () => expect((await measure()) - before).toBeLessThan(slack));
  running.child.kill("SIGTERM");
  expect(await running.exited).toBe(0);
  expect(running.stderr()).toBe(started);
});
