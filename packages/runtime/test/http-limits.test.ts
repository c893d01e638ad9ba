import { createHash } from "node:crypto";
import { defineTool } from "@fairlead/define";
import { Tokens } from "@fairlead/operate/tokens";
import { afterEach, describe, expect, test } from "vitest";
import { dial, type Listening, legacy, listen, modern, readAll, send } from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";
import { openSession } from "./fixture/session.ts";

/** For a machine with much else to do. */
const slowly = { timeout: 20_000 };

let gate = Promise.withResolvers<string>();
const wait = defineTool({
  ...plain,
  name: "wait",
  run: () => gate.promise,
});
const stop = defineTool({
  ...plain,
  name: "stop",
  run: (_, { signal }) =>
    new Promise<string>((resolve) => {
      signal.addEventListener("abort", () => resolve("stopped"), { once: true });
    }),
});
const server = serverOf([wait, stop]);

let listening: Listening;
afterEach(() => listening.close());

const sha256 = (token: string) => createHash("sha256").update(token).digest("hex");
const { authenticate } = new Tokens(
  ["ada", "bob", "eve"].map((id) => `${id} sha256:${sha256(id)}`).join("\n"),
);
const [callBody, callHeaders] = modern("tools/call", { name: "wait" });
const callAs = (token: string) =>
  send(listening.url, callBody, { ...callHeaders, authorization: `Bearer ${token}` });
const [pingBody, pingHeaders] = legacy("ping");

/** The head of a POST whose body is still to come. */
const head = (length: number) =>
  `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

describe("one principal that asks for all there is", () => {
  test("leaves a slot for another, and for one more after that", async () => {
    gate = Promise.withResolvers();
    listening = await listen(server, { maxCalls: 8, authenticate });
    let refused = 0;
    const greedy = Array.from({ length: 20 }, async () => {
      const { status, body } = await callAs("ada");
      if (status !== 429) return true;
      expect(body).toMatch(/4 of your calls are running/);
      refused += 1;
      return false;
    });
    await expect.poll(() => refused, slowly).toBe(16);
    const others = ["bob", "bob", "eve"].map(callAs);
    // Bob has 2 of the 4 that were free, Eve 1 of the 2 that are left.
    await expect.poll(async () => (await callAs("bob")).status, slowly).toBe(429);
    gate.resolve("held");
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await Promise.all(greedy)).filter(Boolean)).toHaveLength(4);
    expect((await callAs("ada")).status).toBe(200);
  });

  test("has all of it where nobody is told apart", async () => {
    gate = Promise.withResolvers();
    listening = await listen(server, { maxCalls: 4 });
    const calls = Array.from({ length: 5 }, () => send(listening.url, callBody, callHeaders));
    const first = await Promise.race(calls);
    expect([first.status, first.body]).toEqual([429, expect.stringContaining("4 of the 4 calls")]);
    gate.resolve("held");
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(4);
  });
});

test("a batch takes a slot for each of its calls, and gives all of them back", async () => {
  gate = Promise.withResolvers();
  listening = await listen(server, { maxCalls: 4 });
  const batch = (count: number) => {
    const calls = Array.from({ length: count }, (_, id) => ({
      ...{ jsonrpc: "2.0", id, method: "tools/call", params: { name: "wait" } },
    }));
    const note = { jsonrpc: "2.0", method: "notifications/initialized" };
    const headers = { ...pingHeaders, "mcp-protocol-version": "2025-03-26" };
    return send(listening.url, JSON.stringify([...calls, note]), headers);
  };
  const tooMany = await batch(5);
  expect([tooMany.status, tooMany.body]).toEqual([
    429,
    expect.stringContaining("5 calls are more than the 4"),
  ]);
  const three = batch(3);
  await expect.poll(async () => (await batch(2)).status, slowly).toBe(429);
  gate.resolve("held");
  expect((await three).status).toBe(200);
  expect((await batch(4)).status).toBe(200);
});

test("one principal's bodies on their way leave room for another's", async () => {
  const megabyte = 1024 * 1024;
  listening = await listen(server, { maxMessageBytes: megabyte, authenticate });
  const open = await Promise.all(
    Array.from({ length: 7 }, async () => {
      const socket = await dial(listening.url);
      socket.write(head(megabyte).replace("\r\n\r\n", "\r\nAuthorization: Bearer ada\r\n\r\n"));
      socket.write("x".repeat(megabyte - 1));
      return socket;
    }),
  );
  expect(await Promise.race(open.map(readAll))).toMatch(/^HTTP\/1.1 429 /);
  const headers = { ...pingHeaders, authorization: "Bearer bob" };
  expect((await send(listening.url, pingBody, headers)).status).toBe(200);
  for (const socket of open) socket.destroy();
});

test("1,024 slow bodies hold no slot", async () => {
  listening = await listen(server, { maxCalls: 10 });
  const slow = await Promise.all(
    Array.from({ length: 1_024 }, async () => {
      const socket = await dial(listening.url);
      socket.write(`${head(1_000)}{`);
      return socket;
    }),
  );
  expect((await send(listening.url, pingBody, pingHeaders)).status).toBe(200);
  for (const socket of slow) socket.destroy();
});

test("bodies on their way may be so much together and no more", async () => {
  const megabyte = 1024 * 1024;
  listening = await listen(server, { maxMessageBytes: megabyte });
  const open = await Promise.all(
    Array.from({ length: 9 }, async () => {
      const socket = await dial(listening.url);
      socket.write(head(megabyte));
      socket.write("x".repeat(megabyte - 1));
      return socket;
    }),
  );
  const answers = open.map(readAll);
  expect(await Promise.race(answers)).toMatch(
    /^HTTP\/1.1 429 [\s\S]*Too much is being sent at once/,
  );
  for (const socket of open) socket.destroy();
  // What they held is free again.
  await expect
    .poll(async () => (await send(listening.url, pingBody, pingHeaders)).status, slowly)
    .toBe(200);
});

test("a call in the way is cancelled though every slot is taken", async () => {
  listening = await listen(server, { maxCalls: 1 });
  const headers = { ...pingHeaders, "mcp-session-id": (await openSession(listening.url)).id };
  const [body] = legacy("tools/call", { name: "stop" }, { id: 7 });
  const call = send(listening.url, body, headers);
  await expect
    .poll(async () => (await send(listening.url, pingBody, headers)).status, slowly)
    .toBe(429);
  const note = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 7 } };
  expect((await send(listening.url, JSON.stringify(note), headers)).status).toBe(202);
  await call;
  expect((await send(listening.url, pingBody, headers)).status).toBe(200);
});

describe("a refused request that goes on sending", () => {
  test.for([
    ["a wrong path", "POST /other HTTP/1.1\r\nHost: localhost\r\n", 404],
    ["a wrong host", "POST /mcp HTTP/1.1\r\nHost: evil.example\r\n", 403],
    ["a form", "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n", 415],
    [
      "too much",
      "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n",
      413,
    ],
    ["a wrong method", "PUT /mcp HTTP/1.1\r\nHost: localhost\r\n", 405],
    ["health", "GET /livez HTTP/1.1\r\nHost: localhost\r\n", 200],
  ] as const)("%s: is hung up on", async ([, start, status]) => {
    listening = await listen(server, { maxMessageBytes: 1024 });
    const socket = await dial(listening.url);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    let answer = "";
    socket.on("data", (chunk) => {
      answer += String(chunk);
    });
    socket.on("error", () => {});
    socket.write(`${start}Content-Length: 1000000000\r\n\r\n`);
    const more = Buffer.alloc(64 * 1024);
    let sent = 0;
    const push = () => {
      while (!socket.destroyed && socket.write(more)) sent += more.length;
      sent += more.length;
    };
    socket.on("drain", push);
    push();
    await closed;
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
    // The rest lies in the buffers of the two sockets.
    expect(sent).toBeLessThan(40_000_000);
  });
});
