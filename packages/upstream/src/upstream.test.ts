import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test, vi } from "vitest";
import { createApi, createClock } from "./api.fixture.ts";
import { createUpstream, type UpstreamOptions } from "./upstream.ts";

function open(options: UpstreamOptions) {
  const upstream = createUpstream(options);
  onTestFinished(() => upstream.close());
  return upstream;
}

test("sends method, headers and body, and gives the answer as fetch does", async () => {
  const { url, seen } = await createApi(async (request, response) => {
    response.setHeader("x-two", ["a", "b"]);
    response.writeHead(201, { "content-type": "application/json" });
    response.end(JSON.stringify({ got: await text(request) }));
  });
  const { fetch } = open({ baseUrl: url });
  const body = new URLSearchParams({ name: "Zoë" });
  const response = await fetch(`${url}/items?x=1`, {
    method: "POST",
    headers: { authorization: "Bearer abc" },
    body,
  });
  expect(response.status).toBe(201);
  expect(response.url).toBe(`${url}/items?x=1`);
  expect(response.headers.get("x-two")).toBe("a, b");
  expect(await response.json()).toEqual({ got: "name=Zo%C3%AB" });
  expect(seen[0]?.headers).toMatchObject({
    authorization: "Bearer abc",
    "content-type": expect.stringContaining("application/x-www-form-urlencoded"),
  });
});

test("decompresses, and ends an answer that grows past the limit by it", async () => {
  const { url } = await createApi((request, response) => {
    const length = request.url === "/bomb" ? 5_000_000 : 1_000;
    response.writeHead(200, { "content-encoding": "gzip" });
    response.end(gzipSync("a".repeat(length)));
  });
  const { fetch } = open({ baseUrl: url, maxBytes: 100_000 });
  expect(await (await fetch(url)).text()).toBe("a".repeat(1_000));
  const bomb = await fetch(`${url}/bomb`);
  await expect(bomb.text()).rejects.toMatchObject({ kind: "too-large" });
});

test.each([204, 304])("status %i has no body to read", async (status) => {
  const { url } = await createApi((_, response) => response.writeHead(status).end());
  const response = await open({ baseUrl: url }).fetch(url);
  expect([response.status, await response.text()]).toEqual([status, ""]);
});

test("waits out a rate limit, as long as it was told to", async () => {
  const { clock, waits } = createClock();
  const { url, seen } = await createApi((_, response) => {
    if (seen.length === 1) response.writeHead(429, { "retry-after": "7" }).end("slow down");
    else response.end("done");
  });
  const response = await open({ baseUrl: url, clock }).fetch(url, { method: "POST", body: "x" });
  expect([await response.text(), waits, seen.length]).toEqual(["done", [7_000], 2]);
});

test("says how long a limit lasts that is too long to wait for, and does not ask meanwhile", async () => {
  const { clock, waits } = createClock();
  const { url, seen } = await createApi((_, response) => {
    response.sendDate = false;
    response.writeHead(403, {
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(1_000_000_000 + 600),
    });
    response.end("API rate limit exceeded");
  });
  const { fetch } = open({ baseUrl: url, clock });
  await expect(fetch(url)).rejects.toThrow("another 600 seconds");
  await expect(fetch(`${url}/other`)).rejects.toMatchObject({
    kind: "limited",
    hint: expect.stringContaining("600 seconds"),
  });
  expect([seen.length, waits]).toEqual([1, []]);
});

test.each([429, 503])("Retry-After: 86400 with status %i is told at once", async (status) => {
  const { clock, waits } = createClock();
  const { url, seen } = await createApi((_, response) => {
    response.writeHead(status, { "retry-after": "86400" }).end("later");
  });
  await expect(open({ baseUrl: url, clock }).fetch(url)).rejects.toMatchObject({
    kind: "limited",
    message: expect.stringMatching(
      status === 503 ? /failed \(503\).* another 86400 seconds/ : /another 86400 seconds/,
    ),
    hint: expect.stringContaining("asking sooner does not help"),
  });
  expect([seen.length, waits]).toEqual([1, []]);
});

test("an API that asks for 7 seconds again and again is waited for 20 seconds in all", async () => {
  const { clock, waits } = createClock();
  const { url, seen } = await createApi((_, response) => {
    response.writeHead(503, { "retry-after": "7" }).end("later");
  });
  await expect(open({ baseUrl: url, clock }).fetch(url)).rejects.toMatchObject({ kind: "limited" });
  expect([seen.length, waits]).toEqual([3, [7_000, 7_000]]);
});

test("a clock set back by a day blocks nothing", async () => {
  let elapsed = 0;
  let today = 1_000_000_000_000;
  const waits: number[] = [];
  const clock = {
    now: () => today,
    elapsed: () => elapsed,
    async sleep(ms: number) {
      waits.push(ms);
      elapsed += ms;
    },
  };
  const { url, seen } = await createApi((_, response) => {
    if (seen.length === 1) response.writeHead(429, { "retry-after": "7" }).end("slow down");
    else response.end("done");
  });
  const { fetch } = open({ baseUrl: url, clock, maxWaitMs: 5_000 });
  await expect(fetch(url)).rejects.toMatchObject({ kind: "limited" });
  today -= 86_400_000;
  elapsed += 6_000;
  expect(await (await fetch(url)).text()).toBe("done");
  expect(waits).toEqual([1_000]);
});

test("repeats no part of an upload: its sender asks how far it got", async () => {
  const { clock, waits } = createClock();
  const { url, seen } = await createApi((request, response) => {
    if (request.url === "/cut") request.socket.destroy();
    else response.writeHead(503).end();
  });
  const { fetch } = open({ baseUrl: url, clock });
  const part = { method: "PUT", headers: { "content-range": "bytes 0-3/8" }, body: "half" };
  expect((await fetch(url, part)).status).toBe(503);
  await expect(fetch(`${url}/cut`, part)).rejects.toMatchObject({ kind: "unreachable" });
  expect([seen.length, waits]).toEqual([2, []]);
});

test("limits with different keys do not hold each other up", async () => {
  const { clock } = createClock();
  const { url } = await createApi((request, response) => {
    if (request.url === "/search") response.writeHead(429, { "retry-after": "99" }).end();
    else response.end("free");
  });
  const { fetch } = open({ baseUrl: url, clock, limitKey: ({ pathname }) => pathname });
  await expect(fetch(`${url}/search`)).rejects.toMatchObject({ kind: "limited" });
  expect(await (await fetch(`${url}/core`)).text()).toBe("free");
});

test("repeats a read that a gateway failed, and gives the answer when it goes on failing", async () => {
  const { clock, waits } = createClock();
  const { url, seen } = await createApi((request, response) => {
    if (request.url === "/down" || seen.length < 3) response.writeHead(503).end("no backend");
    else response.end("up");
  });
  const { fetch } = open({ baseUrl: url, clock });
  expect(await (await fetch(url)).text()).toBe("up");
  expect(waits).toHaveLength(2);
  const down = await fetch(`${url}/down`);
  expect([down.status, await down.text()]).toEqual([503, "no backend"]);
});

test("never sends a write twice that may have been carried out", async () => {
  const { clock } = createClock();
  const { url, seen } = await createApi((request, response) => {
    if (request.url === "/cut") request.socket.destroy();
    else response.writeHead(502).end();
  });
  const { fetch } = open({ baseUrl: url, clock });
  expect((await fetch(url, { method: "POST", body: "x" })).status).toBe(502);
  await expect(fetch(`${url}/cut`, { method: "PATCH", body: "x" })).rejects.toMatchObject({
    kind: "unreachable",
  });
  expect(seen).toHaveLength(2);
});

test("sends a POST twice that only reads", async () => {
  const { clock } = createClock();
  const { url, seen } = await createApi((request, response) => {
    if (seen.length === 1) request.socket.destroy();
    else response.end("done");
  });
  const isRead = ({ pathname }: URL) => pathname.endsWith(".list");
  const { fetch } = open({ baseUrl: url, clock, isRead });
  const response = await fetch(`${url}/users.list`, { method: "POST", body: "x" });
  expect([await response.text(), seen.length]).toEqual(["done", 2]);
  seen.length = 0;
  await expect(fetch(`${url}/chat.post`, { method: "POST" })).rejects.toThrow("ECONNRESET");
  expect(seen.length).toBe(1);
});

test("a write is not lost with a connection that is closed as it is used again", async () => {
  const served = new WeakSet<object>();
  const { url, seen } = await createApi((request, response) => {
    // As servers do whose patience with an idle connection has just ended.
    if (served.has(request.socket)) request.socket.destroy();
    else response.end(request.method);
    served.add(request.socket);
  });
  const { fetch } = open({ baseUrl: url });
  for (const method of ["GET", "POST", "POST", "GET"]) {
    expect(await (await fetch(url, { method })).text()).toBe(method);
  }
  // The second read was sent again.
  expect(seen.map(({ method }) => method)).toEqual(["GET", "POST", "POST", "GET", "GET"]);
});

test("says that an API is not there, without the query", async () => {
  const { clock, waits } = createClock();
  const { url, server } = await createApi((_, response) => response.end());
  server.close();
  const sent = open({ baseUrl: url, clock }).fetch(`${url}/x?token=hidden`, { method: "POST" });
  await expect(sent).rejects.toMatchObject({
    message: `POST ${url}/x failed (ECONNREFUSED): the API could not be reached.`,
  });
  expect(waits).toHaveLength(3);
});

test("ends with its timeout where the API is silent", async () => {
  const { url } = await createApi(() => {});
  const sent = open({ baseUrl: url, timeoutMs: 50 }).fetch(url);
  await expect(sent).rejects.toMatchObject({ kind: "timeout" });
});

test("ends with the call it is made for: while sending, while reading and while waiting", async () => {
  const { url } = await createApi((request, response) => {
    if (request.url === "/half") response.write("half");
    if (request.url === "/limit") response.writeHead(429, { "retry-after": "9" }).end();
  });
  const upstream = open({ baseUrl: url });
  const reason = new Error("cancelled");

  const sending = new AbortController();
  const sent = upstream.during(sending.signal)(url);
  setTimeout(() => sending.abort(reason), 20);
  await expect(sent).rejects.toBe(reason);

  const reading = new AbortController();
  const half = await upstream.during(reading.signal)(`${url}/half`);
  const rest = half.text();
  reading.abort(reason);
  await expect(rest).rejects.toBe(reason);

  const waiting = new AbortController();
  const limited = upstream.during(waiting.signal)(`${url}/limit`);
  setTimeout(() => waiting.abort(reason), 100);
  await expect(limited).rejects.toThrow();
});

test("an answer that was cut off is an error of its reader, not of the process", async () => {
  const { url } = await createApi((_, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("half");
    setTimeout(() => response.destroy(), 20);
  });
  const response = await open({ baseUrl: url }).fetch(url);
  await expect(response.text()).rejects.toThrow();
});

test.each(["left", "cancelled", "begun"])(
  "a call that ends after its answer was %s ends no more than that",
  async (how) => {
    const { url } = await createApi((_, response) => response.end("short"));
    const upstream = open({ baseUrl: url });
    const call = new AbortController();
    const response = await upstream.during(call.signal)(url);
    // Time for all of it to arrive.
    await (await upstream.fetch(url)).text();
    if (how === "cancelled") await response.body?.cancel();
    if (how === "begun") await response.body?.getReader().read();
    const ended: unknown[] = [];
    const note = (error: unknown) => ended.push(error);
    process.on("uncaughtExceptionMonitor", note);
    call.abort(new Error("The caller has gone."));
    await setImmediate();
    process.off("uncaughtExceptionMonitor", note);
    expect(ended).toEqual([]);
  },
);

test("an answer that is not wanted lets go of its connection", async () => {
  const { url, server } = await createApi(
    (_, response) => void response.write("x".repeat(100_000)),
  );
  const { fetch } = open({ baseUrl: url });
  const response = await fetch(url);
  await response.body?.cancel();
  await vi.waitFor(async () => {
    const open = await new Promise((resolve) =>
      server.getConnections((_, count) => resolve(count)),
    );
    expect(open).toBe(0);
  });
});

test("an answer nobody reads to its end does no harm", async () => {
  const { url, server } = await createApi((_, response) => {
    response.write("x".repeat(100_000));
    setTimeout(() => response.end("y".repeat(100_000)), 20);
  });
  const { fetch, close } = open({ baseUrl: url });
  for (let tries = 0; tries < 10; tries += 1) await (await fetch(url)).body?.cancel();
  const reader = (await fetch(url)).body?.getReader();
  await reader?.read();
  await reader?.cancel();
  close();
  server.close();
  await once(server, "close");
});

test("revalidates by ETag, for the same caller only", async () => {
  const { url, seen } = await createApi((request, response) => {
    const etag = `"${request.headers.authorization}"`;
    if (request.headers["if-none-match"] === etag) response.writeHead(304).end();
    else
      response.setHeader("etag", etag).setHeader("content-type", "application/json").end('{"n":1}');
  });
  const { fetch } = open({ baseUrl: url });
  const ask = async (authorization: string) =>
    (await fetch(url, { headers: { authorization } })).json();
  expect(await ask("Bearer one")).toEqual({ n: 1 });
  expect(await ask("Bearer one")).toEqual({ n: 1 });
  expect(await ask("Bearer two")).toEqual({ n: 1 });
  expect(seen.map(({ headers }) => headers["if-none-match"])).toEqual([
    undefined,
    '"Bearer one"',
    undefined,
  ]);
});

test("a GET takes its body along, and is not an answer to another body", async () => {
  const { url, seen } = await createApi(async (request, response) => {
    response.setHeader("etag", '"1"').setHeader("content-type", "application/json");
    response.end(JSON.stringify(await text(request)));
  });
  const { fetch } = open({ baseUrl: url });
  const ask = async (words: string) =>
    (await fetch(url, { method: "GET", body: new TextEncoder().encode(words) })).json();
  expect([await ask("one"), await ask("two")]).toEqual(["one", "two"]);
  expect(seen.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, undefined]);
});

test("takes the credentials out of an error that repeats them", async () => {
  const { url } = await createApi((request, response) =>
    response.writeHead(401).end(`bad credentials: ${request.headers.authorization}`),
  );
  const headers = { authorization: "Bearer ghs_16C7e42F292c6912E7" };
  const response = await open({ baseUrl: url }).fetch(url, { headers });
  expect(await response.text()).toBe("bad credentials: Bearer [redacted]");
});

test("goes through the proxy of its environment", async () => {
  const { url, port } = await createApi((_, response) => response.end("behind the proxy"));
  const proxy = await createApi((_, response) => response.writeHead(500).end());
  const asked: string[] = [];
  proxy.server.on("request", (request) => asked.push(String(request.url)));
  proxy.server.removeAllListeners("request");
  proxy.server.on("request", (request, response) => {
    asked.push(String(request.url));
    const to = connect(port, "127.0.0.1", () => {
      to.end(`GET / HTTP/1.1\r\nhost: api\r\nconnection: close\r\n\r\n`);
    });
    text(to).then((raw) => response.end(raw.slice(raw.indexOf("behind"))));
  });
  const environment = { HTTP_PROXY: proxy.url };
  const { fetch } = open({ baseUrl: "http://api.example", environment });
  expect(await (await fetch("http://api.example/x")).text()).toContain("behind the proxy");
  expect(asked).toEqual(["http://api.example/x"]);
  const direct = open({ baseUrl: url, environment: { ...environment, NO_PROXY: "127.0.0.1" } });
  expect(await (await direct.fetch(url)).text()).toBe("behind the proxy");
  expect(asked).toHaveLength(1);
});

test("lets go of its connections", async () => {
  const { url, server } = await createApi((_, response) => response.end("x"));
  const upstream = createUpstream({ baseUrl: url });
  await (await upstream.fetch(url)).text();
  upstream.close();
  server.close();
  await once(server, "close");
});
