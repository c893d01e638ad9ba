import { once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { defineTool } from "@fairlead/define";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { type Listening, legacy, listen, modern, readAll, send } from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";

let gate = Promise.withResolvers<string>();
let waiting = 0;
const wait = defineTool({
  ...plain,
  name: "wait",
  run: () => {
    waiting += 1;
    return gate.promise;
  },
});
const server = serverOf([wait]);
const call = modern("tools/call", { name: "wait" });
const ping = legacy("ping");

let listening: Listening;
afterEach(() => listening.close());

/** A client that keeps its connections: sends a message and gives what the answer says of them. */
function createClient(maxSockets: number) {
  const agent = new Agent({ keepAlive: true, maxSockets });
  onTestFinished(() => agent.destroy());
  return ([body, headers]: ReturnType<typeof modern>) =>
    new Promise<string | undefined>((resolve, reject) => {
      const options = { method: "POST", agent, headers: { ...headers } };
      const sent = httpRequest(listening.url, options, (response) => {
        response.resume();
        response.once("end", () => resolve(response.headers.connection));
      });
      sent.once("error", reject);
      sent.end(body);
    });
}

test("no request is reset: each is answered, and told that it is the last", async () => {
  gate = Promise.withResolvers();
  waiting = 0;
  listening = await listen(server);
  const ask = createClient(64);
  const first = Array.from({ length: 64 }, () => ask(call));
  await expect.poll(() => waiting, { timeout: 20_000 }).toBe(64);
  const closed = listening.close(60_000);
  gate.resolve("held");
  expect(new Set(await Promise.all(first))).toEqual(new Set(["close"]));
  await closed;
});

test("what comes at once on an idle connection is still answered", async () => {
  listening = await listen(server);
  const ask = createClient(1);
  expect(await ask(ping)).toBe("keep-alive");
  const closed = listening.close(60_000);
  expect(await ask(ping)).toBe("close");
  await closed;
});

test("what comes on one while the server has no time to read it is still answered", async () => {
  listening = await listen(server);
  const ask = createClient(1);
  expect(await ask(ping)).toBe("keep-alive");
  const closed = listening.close(60_000);
  const answer = ask(ping);
  // The request is on its way by then, and the server is busy for longer than a connection may be idle.
  process.nextTick(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500));
  expect(await answer).toBe("close");
  await closed;
});

test("a client that comes meanwhile is answered, and a balancer hears that the server leaves", async () => {
  listening = await listen(server);
  await createClient(1)(ping);
  const closed = listening.close(60_000);
  const late = createClient(1);
  expect(await late(ping)).toBe("close");
  expect(await askReady()).toBe(503);
  await closed;
  await expect(late(ping)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

/** Asks whether the server is ready, as a balancer does all the time; gives the status. */
async function askReady(): Promise<number> {
  return (await send(new URL("/readyz", listening.url), "", {}, "GET")).status;
}

test("a balancer that has not asked again may use a connection that was idle for long", async () => {
  listening = await listen(server);
  const ask = createClient(1);
  expect(await ask(ping)).toBe("keep-alive");
  expect(await askReady()).toBe(200);
  const closed = listening.close(60_000);
  await sleep(1_000);
  expect(await ask(ping)).toBe("close");
  expect(await askReady()).toBe(503);
  // Nobody is connected any more, so that nobody is waited for.
  await closed;
});

test("a connection that no balancer uses any more is closed before the calls have to end", async () => {
  gate = Promise.withResolvers();
  waiting = 0;
  listening = await listen(server);
  expect(await askReady()).toBe(200);
  const socket = connect(Number(listening.url.port), "127.0.0.1");
  socket.write("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const [answer] = await once(socket, "data");
  expect(String(answer)).toMatch(/^HTTP\/1.1 200/);
  const held = createClient(1)(call);
  await expect.poll(() => waiting).toBe(1);
  const closed = listening.close(4_000);
  // Only once the idle one is closed may the other go on.
  await once(socket.resume(), "close");
  gate.resolve("held");
  expect(await held).toBe("close");
  await closed;
});

test("a connection that the system has taken, and the server not yet, is still answered", async () => {
  listening = await listen(server);
  const [body, headers] = ping;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = `Content-Length: ${body.length}\r\n`;
  const answers = Array.from({ length: 8 }, () => {
    const socket = connect(Number(listening.url.port), "127.0.0.1");
    // One that is lost shows as an answer without a word.
    socket.on("error", () => {});
    socket.write(`POST /mcp HTTP/1.1\r\nHost: localhost\r\n${lines.join("")}${length}\r\n${body}`);
    return readAll(socket);
  });
  // They connect before this turn is over, and the server learns of it in the next.
  const closed = new Promise<void>((resolve) => {
    process.nextTick(() => resolve(listening.close(60_000)));
  });
  for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1.1 200/);
  await closed;
});

test("a client that was refused and does not hang up does not hold it", async () => {
  listening = await listen(server);
  const { port } = listening.url;
  const socket = connect({ port: Number(port), host: "127.0.0.1", allowHalfOpen: true });
  socket.write("no HTTP\r\n\r\n");
  const [answer] = await once(socket, "data");
  expect(String(answer)).toMatch(/^HTTP\/1.1 400/);
  await listening.close(60_000);
  socket.destroy();
});
