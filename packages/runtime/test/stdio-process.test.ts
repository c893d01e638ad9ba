import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { isJson } from "../src/protocol/json-rpc.ts";
import {
  call,
  eventually,
  isAlive,
  main,
  messages,
  type Running,
  start,
} from "./fixture/process.ts";

const answered = (id: unknown, text: string | RegExp) =>
  expect.objectContaining({
    id,
    result: expect.objectContaining({
      content: [{ type: "text", text: expect.stringMatching(text) }],
    }),
  });

/** Starts the fixture and waits until it has answered once. */
async function ready(...args: Parameters<typeof start>): Promise<Running> {
  const running = start(...args);
  running.say(call("ready", "echo", { text: "ready" }));
  await eventually(() => expect(running.stdout()).toContain("ready"));
  return running;
}

test("what a tool prints goes to stderr, and stdout is nothing but protocol", async () => {
  const running = await ready();
  running.say(call(1, "print"));
  running.child.stdin?.end();
  expect(await running.exited).toBe(0);
  expect(messages(running)).toContainEqual(answered(1, "printed"));
  expect(running.stderr()).toContain("stray console.log");
  expect(running.stderr()).toContain("stray write");
});

test("a promise nobody waits for is logged, and the next call answered", async () => {
  const running = await ready();
  running.say(call(1, "fail", { how: "later" }), call(2, "echo", { text: "alive" }));
  await eventually(() => expect(running.stderr()).toContain("nobody waits for this"));
  running.child.stdin?.end();
  expect(await running.exited).toBe(0);
  expect(messages(running)).toContainEqual(answered(2, "alive"));
});

test("what nobody can catch ends the server, and is logged without its secrets", async () => {
  const running = await ready([], { FIXTURE_API_KEY: "s3cret-key" });
  running.say(call(1, "fail", { how: "crash" }));
  expect(await running.exited).toBe(1);
  expect(running.stderr()).toMatch(/nobody can catch this, \[redacted\]\n +at /);
  expect(running.stderr()).not.toContain("s3cret-key");
});

describe.concurrent("H12: at the end of its input, with a timer of the app's open, a server", () => {
  test("exits", async () => {
    const running = await ready();
    running.child.stdin?.end();
    expect(await running.exited).toBe(0);
  });

  test("exits before anybody has said anything", async () => {
    const running = start();
    running.child.stdin?.end();
    expect(await running.exited).toBe(0);
    expect(running.stdout()).toBe("");
  });

  test("answers what is in flight first, also what needs its code loaded", async () => {
    const running = start();
    const list = { jsonrpc: "2.0", method: "resources/list", params: {} };
    running.say(
      call(1, "who_am_i", { secret: "late", ms: 500 }),
      { ...list, id: 2 },
      { ...list, id: 3, method: "prompts/list", params: { cursor: "wrong" } },
      { ...list, id: 4, method: "resources/read", params: { uri: "test://items/7" } },
      { ...list, id: 5, method: "tools/list" },
    );
    running.child.stdin?.end();
    expect(await running.exited).toBe(0);
    const ids = messages(running).map((message) => isJson(message) && message["id"]);
    expect(ids.sort()).toEqual([1, 2, 3, 4, 5]);
  });

  test("waits for a client that reads slowly", async () => {
    const running = await ready();
    const { stdin, stdout } = running.child;
    stdout?.pause();
    const calls = Array.from({ length: 20 }, (_, id) => call(id, "make_text", { length: 79_000 }));
    running.say(...calls);
    stdin?.end();
    await sleep(1_000);
    stdout?.resume();
    await running.exited;
    expect(messages(running)).toHaveLength(21);
  });

  test("asks no more of itself than fits, for a client that reads nothing, and answers all later", async () => {
    const running = await ready();
    const { stdin, stdout } = running.child;
    stdout?.pause();
    const calls = 5_000;
    running.say(
      ...Array.from({ length: calls }, (_, id) => call(id, "make_text", { length: 9_000 })),
    );
    await sleep(2_000);
    // 45 MB of answers would be waiting by now.
    expect(stdin?.writableLength).toBeGreaterThan(0);
    stdout?.resume();
    stdin?.end();
    await running.exited;
    expect(messages(running)).toHaveLength(calls + 1);
  });

  test("waits no longer than the grace period for a tool that never ends", async () => {
    const running = await ready();
    running.say(call(1, "hang"), call(2, "wait", { ms: 300_000 }));
    running.child.stdin?.end();
    const exited = await Promise.race([running.exited, sleep(15_000, "still running")]);
    expect(exited).toBe(0);
    expect(running.stderr()).toContain("wait was aborted");
  });
});

describe.concurrent.for(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s", (signal) => {
  test("lets what is in flight be answered", async () => {
    const running = await ready();
    running.say(call(1, "who_am_i", { secret: "late", ms: 300 }));
    await sleep(100);
    running.child.kill(signal);
    expect(await running.exited).toBe(0);
    expect(messages(running)).toContainEqual(answered(1, "late"));
  });
});

test("who waits for a tool that never ends is told that the server is leaving", async () => {
  const running = await ready();
  running.say(call(1, "hang"));
  await sleep(50);
  running.child.kill("SIGTERM");
  expect(await running.exited).toBe(0);
  expect(messages(running)).toContainEqual({
    jsonrpc: "2.0",
    id: 1,
    error: { code: -32603, message: "The server is shutting down." },
  });
});

describe("a pipe that breaks", () => {
  test("on stdout ends the server", async () => {
    const running = await ready();
    running.child.stdout?.destroy();
    running.say(call(1, "echo", { text: "unheard" }), call(2, "make_text", { length: 70_000 }));
    const exited = await Promise.race([once(running.child, "exit"), sleep(15_000, "running")]);
    expect(exited).toEqual([0, null]);
  });

  test("on stderr does not", async () => {
    const running = await ready();
    running.child.stderr?.destroy();
    running.say(call(1, "fail", { how: "error" }));
    await eventually(() => expect(messages(running)).toContainEqual(answered(1, "Internal error")));
    running.say(call(2, "print"), call(3, "echo", { text: "alive" }));
    await eventually(() => expect(messages(running)).toContainEqual(answered(3, "alive")));
    running.child.stdin?.end();
    expect(await running.exited).toBe(0);
  });

  test("on stdin ends it, whatever is wrong with it", async () => {
    // A directory opens and cannot be read: the input ends with an error and not with its end.
    const child = spawn("sh", ["-c", `exec "${process.execPath}" "${main}" < /`], {
      stdio: ["ignore", "ignore", "ignore"],
    });
    const exited = await Promise.race([once(child, "exit"), sleep(15_000, "still running")]);
    expect(exited).toEqual([0, null]);
  });
});

test("a message over --max-message-mb is refused under its id, and the next one answered", async () => {
  const running = await ready(["--max-message-mb", "2"]);
  running.say(call(7, "echo", { text: "x".repeat(3 * 1024 * 1024) }));
  running.say(call(1, "echo", { text: "alive" }));
  await eventually(() => expect(messages(running)).toContainEqual(answered(1, "alive")));
  running.child.stdin?.end();
  expect(await running.exited).toBe(0);
  expect(messages(running)).toContainEqual({
    jsonrpc: "2.0",
    id: 7,
    error: { code: -32600, message: expect.stringContaining("larger than 2 MB (2097152 bytes)") },
  });
});

describe.concurrent("a child process of a tool is gone", () => {
  async function startChild(): Promise<{ running: Running; pid: number }> {
    const running = await ready();
    running.say(call(1, "start_child"));
    const pid = await eventually(() => {
      const [, digits] = /child (\d+)/.exec(running.stderr()) ?? [];
      expect(digits).toBeDefined();
      return Number(digits);
    });
    expect(isAlive(pid)).toBe(true);
    return { running, pid };
  }

  test("when its call is cancelled", async () => {
    const { running, pid } = await startChild();
    running.say({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
    await eventually(() => expect(isAlive(pid)).toBe(false));
    running.child.stdin?.end();
    expect(await running.exited).toBe(0);
  });

  test.for(["SIGTERM", "the end of the input", "nobody reads"])("after %s", async (how) => {
    const { running, pid } = await startChild();
    if (how === "SIGTERM") running.child.kill("SIGTERM");
    else if (how === "nobody reads") running.child.stdout?.destroy();
    else running.child.stdin?.end();
    running.say(call(2, "echo", { text: "is anybody there" }));
    expect(await running.exited).toBe(0);
    await eventually(() => expect(isAlive(pid)).toBe(false));
  });
});
