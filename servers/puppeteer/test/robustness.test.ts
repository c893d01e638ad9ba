import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { PipeTransport } from "../src/pipe-transport.ts";
import { browserTest, visit } from "./support/browser.ts";

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
