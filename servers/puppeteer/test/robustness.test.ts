import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { spawn } from "@fairlead/runtime/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { PipeTransport } from "../src/browser/pipe-transport.ts";
import { parseSecrets } from "../src/tab/secrets.ts";
import { toCleanLine } from "../src/tab/text.ts";
import { browserTest, toExecutable, toVisit, visit, visitAlone } from "./support/browser.ts";
import { descendants } from "./support/processes.ts";
import { createSite } from "./support/site.ts";

/** A pipe of our own making, with what the library would be told. */
function createPipe(limit?: number) {
  const [output, input] = [new PassThrough(), new PassThrough()];
  const broken: unknown[] = [];
  const pipes = { output, input, onBroken: (error: unknown) => void broken.push(error) };
  const transport = new PipeTransport(pipes, limit);
  const heard: string[] = [];
  transport.onmessage = (message) => void heard.push(message);
  return { transport, input, heard, broken };
}

test("messages come whole, however the pipe cuts them", async () => {
  const { input, heard } = createPipe();
  for (const piece of ['{"a":', "1}\0", '{"b":2}\0{"c"', ":3}\0"]) input.write(piece);
  await expect.poll(() => heard).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
});

test("a message that is too long is dropped, and its call answered with an error", async () => {
  const { input, heard, broken } = createPipe(1_000);
  const long = "x".repeat(700);
  input.write(`{"method":"Runtime.consoleAPICalled","params":"${long}`);
  input.write(`${long}","sessionId":"AB12"}\0`);
  input.write(`{"id":7,"result":"${long}`);
  input.write(`${long}${long}`);
  input.write('","sessionId":"AB12"}\0{"id":8}\0');
  await expect.poll(() => heard).toHaveLength(2);
  expect(JSON.parse(heard[0] ?? "")).toMatchObject({
    id: 7,
    sessionId: "AB12",
    error: { message: expect.stringContaining("too long") },
  });
  expect(heard[1]).toBe('{"id":8}');
  expect(broken).toEqual([]);
});

test("what the library throws at a message is told to the browser's owner, not to the process", async () => {
  const { transport, input, broken } = createPipe();
  transport.onmessage = (message) => JSON.parse(message);
  input.write("no JSON\0");
  await expect.poll(() => broken).toEqual([expect.any(SyntaxError)]);
  // As the library's own is.
  transport.onmessage = async (message) => JSON.parse(message);
  input.write("no JSON\0");
  await expect.poll(() => broken).toHaveLength(2);
});

browserTest("a page that says 150 MB at once costs nobody the browser", async () => {
  const { call, site } = await visit({ "/": "<title>Here</title><p>hello</p>" });
  await call("navigate", { url: site.origin });
  const script = "console.log('x'.repeat(150_000_000)); 'said'";
  expect(await call("evaluate", { script })).toContain("said");
  expect(await call("get_text")).toBe("hello");
});

browserTest("a value of 150 MB is refused in words, and the page can be used", async () => {
  const { call, refused, site } = await visit({ "/": "<p>hello</p>" });
  await call("navigate", { url: site.origin });
  expect(await refused("evaluate", { script: "'x'.repeat(150_000_000)" })).toContain("too long");
  expect(await call("get_text")).toBe("hello");
});

describe("a script that never ends is ended, and its page can be used again", () => {
  const endless = [
    ["a loop", "for (;;) {}"],
    ["a loop in a function that is called again and again", "const f = () => { for (;;) {} }; f()"],
    ["a promise that nobody keeps", "new Promise(() => {})"],
    ["an expression that takes ages", "/^(a+)+$/.test('a'.repeat(40) + 'b')"],
    ["a loop that catches all", "for (;;) { try { for (;;) {} } catch {} }"],
  ] as const;
  for (const [what, script] of endless) {
    browserTest(what, async () => {
      const { call, refused, site } = await visit({ "/": "<title>Here</title><p>hello</p>" });
      await call("navigate", { url: site.origin });
      const said = await refused("evaluate", { script, timeout_ms: 1_000 });
      expect(said).toContain("ran for 1 seconds and was stopped");
      expect(await call("get_text")).toBe("hello");
      expect(await call("evaluate", { script: "1 + 1" })).toContain("2");
    });
  }
});

browserTest("a page that goes on after its script was ended is closed", async () => {
  const { call, refused, site } = await visitAlone({ "/": "<p>hello</p>", "/never": () => {} });
  await call("navigate", { url: site.origin });
  // Nothing ends a page that waits for an answer in the midst of its script.
  const script = "const ask = new XMLHttpRequest(); ask.open('GET', '/never', false); ask.send()";
  expect(await refused("evaluate", { script, timeout_ms: 500 })).toContain("page was closed");
  expect(await call("navigate", { url: site.origin })).toContain("Navigated");
});

browserTest("a dialog that a script opens can be answered when its time is over", async () => {
  const { call, refused, site } = await visit({ "/": "<p>hello</p>" });
  await call("navigate", { url: site.origin });
  const script = "document.title = `answer: ${confirm('Delete?')}`";
  expect(await refused("evaluate", { script, timeout_ms: 100 })).toContain("confirm dialog");
  // Longer than the page is given to come to itself when a script is ended.
  await sleep(3_000);
  expect(await call("handle_dialog", { accept: true })).toContain("Accepted");
  await expect.poll(() => call("tabs")).toContain("answer: true");
});

browserTest("a script that never ends after its dialog is ended", async () => {
  const { call, refused, site } = await visit({ "/": "<p>hello</p>" });
  await call("navigate", { url: site.origin });
  const script = "confirm('Delete?'); for (;;) {}";
  expect(await refused("evaluate", { script, timeout_ms: 100 })).toContain("confirm dialog");
  await call("handle_dialog", { accept: true });
  expect(await call("get_text")).toBe("hello");
});

/** The built server, so that its memory is its own. */
async function start(pages: Parameters<typeof createSite>[0]) {
  const site = await createSite(pages);
  const args = ["--sandbox", "auto", "--allow-hosts", `localhost:${site.port}`, ...toExecutable()];
  const client = await spawn(new URL("../dist/main.cjs", import.meta.url), { args });
  onTestFinished(async () => {
    await client.close();
    await site.close();
  });
  return { client, site, ...toVisit(client) };
}

test("40 console lines of 20 MB are kept in a few kilobytes each", () => {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("There is no way to collect garbage.");
  const clean = Object.assign((text: string) => text, { longest: 0 });
  const megabytes = () => {
    collect();
    return process.memoryUsage().heapUsed / 1e6;
  };
  const before = megabytes();
  const kept = Array.from({ length: 40 }, (_, line) => {
    const said = Buffer.alloc(20_000_000, "x").toString() + line;
    return toCleanLine(said, clean, 1_000);
  });
  expect(megabytes() - before).toBeLessThan(5);
  expect(kept.every((line) => line.length === 1_000)).toBe(true);
});

test("a secret that a long text cuts in half is not shown by halves", () => {
  const secrets = parseSecrets("TOKEN=hunter2hunter2");
  const mask = (text: string) => secrets.mask(text);
  const clean = Object.assign(mask, { longest: secrets.longest });
  for (let before = 150; before < 260; before += 1) {
    const text = `${"a".repeat(before)}hunter2hunter2${"b".repeat(10_000)}`;
    expect(toCleanLine(text, clean, 100)).not.toContain("hunter");
    expect(toCleanLine(text, clean, 200)).not.toContain("hunter");
  }
});

describe("a browser that is killed in the middle of a call", () => {
  const calls = [
    ["evaluate", { script: "new Promise(() => {})" }],
    ["wait_for", { text: "never" }],
    ["snapshot", {}],
    ["navigate", {}],
    ["click", { selector: "#slow" }],
  ] as const;
  for (const [name, args] of calls) {
    browserTest(`${name} says to try again, and that works`, async () => {
      const { client, site, call } = await start({
        "/": `<title>Here</title><p>hello</p><button id=slow onclick="for (const end = Date.now() + 3000; Date.now() < end; );">x</button>`,
        "/slow": () => {},
      });
      await call("navigate", { url: site.origin });
      await call("evaluate", {
        script:
          "setTimeout(() => { fetch('/busy'); for (const end = Date.now() + 30_000; Date.now() < end; ); }); 1",
      });
      await expect.poll(() => site.seen).toContain("GET /busy");
      const [browser] = await descendants(client.process.pid ?? 0);
      const given = name === "navigate" ? { url: `${site.origin}/slow` } : args;
      const waiting = client.callTool(`puppeteer_${name}`, given);
      // Answered after the other call has begun, which the page is too busy to end.
      await call("console_messages");
      process.kill(browser ?? 0, "SIGKILL");
      const { isError, text } = await waiting;
      expect(isError).toBe(true);
      expect(text).toMatch(/went away.*\n?.*Try again/);
      expect(await call("navigate", { url: site.origin })).toContain("Here");
    });
  }
});
