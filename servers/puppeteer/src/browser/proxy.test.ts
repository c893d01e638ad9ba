import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import { connect } from "node:net";
import { createUrlGuard } from "@fairlead/guard";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { createSite, type Site } from "../../test/support/site.ts";
import { createFilteringProxy, type FilteringProxy } from "./proxy.ts";

let site: Site;
let proxy: FilteringProxy;
let headers: Record<string, unknown>;

beforeEach(async () => {
  site = await createSite({
    "/": (from, to) => {
      headers = from.headers;
      to.setHeader("keep-alive", "timeout=99");
      to.setHeader("x-own", "kept").end("hello");
    },
  });
  // All of 127.0.0.1 is open, the proxy's own port excepted.
  const lookup = async (host: string) => (host === "rebind.example" ? ["10.0.0.1"] : []);
  proxy = await createFilteringProxy(createUrlGuard({ allowHosts: ["127.0.0.1"], lookup }));
});
afterEach(async () => {
  await proxy.close();
  await site.close();
});

function get(path: string, more: Record<string, string> = {}) {
  return new Promise<{ status: number; body: string; headers: Record<string, unknown> }>(
    (resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port: proxy.port, path, headers: more });
      asked.on("response", async (answer) => {
        let body = "";
        for await (const chunk of answer) body += String(chunk);
        resolve({ status: answer.statusCode ?? 0, body, headers: answer.headers });
      });
      asked.on("error", reject);
      asked.end();
    },
  );
}

/** The first line a tunnel request is answered with. */
async function tunnel(target: string): Promise<string> {
  const socket = connect(proxy.port, "127.0.0.1");
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  const [data] = await once(socket, "data");
  socket.destroy();
  return String(data).split("\r\n", 1)[0] ?? "";
}

test("forwards what belongs to the message, not to the connection", async () => {
  const sent = { "proxy-authorization": "x", connection: "x-hop", "x-hop": "1", "x-end": "2" };
  const answer = await get(`http://127.0.0.1:${site.port}/`, sent);
  expect(answer).toMatchObject({ status: 200, body: "hello", headers: { "x-own": "kept" } });
  expect(answer.headers["keep-alive"]).not.toBe("timeout=99");
  expect(headers).toMatchObject({ host: `127.0.0.1:${site.port}`, "x-end": "2" });
  expect(headers).not.toHaveProperty("x-hop");
  expect(headers).not.toHaveProperty("proxy-authorization");
});

test("two connections to it share none onward: a server may know its caller by the connection", async () => {
  const path = `http://127.0.0.1:${site.port}/`;
  const [one, other] = [1, 2].map(() => new Agent({ keepAlive: true, maxSockets: 1 }));
  try {
    for (const agent of [one, other, one, other]) {
      const asked = request({ host: "127.0.0.1", port: proxy.port, path, ...(agent && { agent }) });
      asked.end();
      const [answer] = await once(asked, "response");
      for await (const _ of answer);
    }
    expect(site.connections()).toBe(2);
  } finally {
    one?.destroy();
    other?.destroy();
  }
});

test("refuses what the guard refuses, and remembers why", async () => {
  expect(await get("http://rebind.example:81/")).toMatchObject({ status: 403 });
  expect(proxy.failure("rebind.example:81")?.message).toContain("leads to 10.0.0.1");
  expect(await tunnel("rebind.example:443")).toBe("HTTP/1.1 403 Forbidden");
  expect(await tunnel(`localhost:${site.port}`)).toBe("HTTP/1.1 403 Forbidden");
  expect(await tunnel(`127.0.0.1:${site.port}`)).toContain("200");
});

test("is not a way to itself, to other schemes or to nowhere", async () => {
  expect(await get(`http://127.0.0.1:${proxy.port}/`)).toMatchObject({ status: 403 });
  expect(await tunnel(`127.0.0.1:${proxy.port}`)).toBe("HTTP/1.1 403 Forbidden");
  expect(await get("/")).toMatchObject({ status: 400 });
  expect(await get("https://127.0.0.1/")).toMatchObject({ status: 400 });
  expect(await tunnel("127.0.0.1")).toBe("HTTP/1.1 403 Forbidden");
  expect(await tunnel("update.googleapis.com:443")).toBe("HTTP/1.1 403 Forbidden");
});

test("finds a server that listens on ::1 alone, as localhost", async () => {
  const six = createServer((_, to) => void to.end("six")).listen(0, "::1");
  await once(six, "listening");
  const { port } = z.object({ port: z.int() }).parse(six.address());
  const other = await createFilteringProxy(createUrlGuard({ allowHosts: ["localhost"] }));
  try {
    const asked = request({
      host: "127.0.0.1",
      port: other.port,
      path: `http://localhost:${port}/`,
    });
    asked.end();
    const [answer] = await once(asked, "response");
    expect(answer).toMatchObject({ statusCode: 200 });
  } finally {
    await other.close();
    six.close();
  }
});

test("says which server cannot be reached, until it can", async () => {
  await site.close();
  expect(await get(`http://127.0.0.1:${site.port}/`)).toMatchObject({ status: 502 });
  expect(proxy.failure(`127.0.0.1:${site.port}`)?.message).toContain("ECONNREFUSED");
  site = await createSite({});
});
