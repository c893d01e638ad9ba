import { setTimeout as sleep } from "node:timers/promises";
import { defineTool } from "@fairlead/define";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  dial,
  jsonHeaders,
  type Listening,
  legacy,
  listen,
  modern,
  readAll,
  send,
} from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";

const measure = defineTool({
  ...plain,
  name: "measure",
  input: z.object({ text: z.string().optional(), value: z.unknown().optional() }),
  run: ({ text = "" }) => `${text.length}`,
});
const hold = defineTool({
  ...plain,
  name: "hold",
  run: async () => {
    await sleep(300);
    return "held";
  },
});
let gate = Promise.withResolvers<string>();
const wait = defineTool({ ...plain, name: "wait", run: () => gate.promise });
const server = serverOf([measure, hold, wait]);

let listening: Listening;
beforeAll(async () => {
  listening = await listen(server, { maxCalls: 20 });
});
afterAll(() => listening.close());

const [pingBody, pingHeaders] = legacy("ping");
const ping = (headers = {}) => send(listening.url, pingBody, { ...pingHeaders, ...headers });

/** Sends bytes no HTTP client would, and gives everything that comes back. */
async function say(text: string): Promise<string> {
  const socket = await dial(listening.url);
  socket.write(text);
  const timer = setTimeout(() => socket.destroy(), 10_000);
  const answer = await readAll(socket);
  clearTimeout(timer);
  return answer;
}

describe("T2, CVE-2025-66414: DNS rebinding", () => {
  test.for([
    "evil.example",
    "localhost.evil.example:80",
    "localhost.",
    "2130706433",
    "127.0.0.1@evil.example",
    "10.0.0.1",
  ])("Host %s is refused, whatever is asked for", async (host) => {
    for (const method of ["POST", "GET", "OPTIONS", "DELETE"]) {
      const answer = await send(listening.url, "", { ...pingHeaders, host }, method);
      expect(answer.status).toBe(403);
      expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    }
  });

  test.for(["localhost:1", "LOCALHOST", "127.0.0.1", "[::1]:9"])(
    "Host %s is answered",
    async (host) => {
      expect((await ping({ host })).status).toBe(200);
    },
  );

  test.for([
    "null",
    "",
    "http://evil.example",
    "https://localhost.evil.example",
    "http://localhost@evil.example",
  ])("Origin %j is refused", async (origin) => {
    for (const method of ["POST", "OPTIONS"]) {
      const body = method === "POST" ? pingBody : "";
      const answer = await send(listening.url, body, { ...pingHeaders, origin }, method);
      expect(answer.status).toBe(403);
      expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    }
  });

  test("a page of this machine may call; without an Origin anybody here may", async () => {
    expect((await ping({ origin: "http://localhost:5173" })).status).toBe(200);
    expect((await ping()).status).toBe(200);
  });

  test("a request without a Host, with two, or with a whole address is not answered", async () => {
    const rest = `Content-Type: application/json\r\nContent-Length: ${pingBody.length}\r\nConnection: close\r\n\r\n${pingBody}`;
    expect(await say(`POST /mcp HTTP/1.1\r\n${rest}`)).toMatch(/^HTTP\/1.1 4\d\d/);
    expect(await say(`POST /mcp HTTP/1.0\r\n${rest}`)).toMatch(/^HTTP\/1.1 403/);
    expect(
      await say(`POST /mcp HTTP/1.1\r\nHost: evil.example\r\nHost: localhost\r\n${rest}`),
    ).toMatch(/^HTTP\/1.1 4\d\d/);
    expect(
      await say(`POST http://localhost/mcp HTTP/1.1\r\nHost: evil.example\r\n${rest}`),
    ).toMatch(/^HTTP\/1.1 403/);
  });

  test("a listed origin is told so, an unlisted one is not", async () => {
    const origin = "https://app.example.com";
    const open = await listen(server, { allowedOrigins: [origin] });
    const asked = {
      origin,
      "access-control-request-headers": "content-type, Mcp-Param-Region, x-evil",
    };
    const preflight = await send(open.url, "", asked, "OPTIONS");
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "POST, GET, DELETE",
      "access-control-allow-headers": expect.stringContaining("mcp-param-region"),
      vary: expect.stringMatching(/origin/i),
    });
    expect(preflight.headers["access-control-allow-headers"]).not.toContain("x-evil");
    expect(preflight.headers).not.toHaveProperty("access-control-allow-credentials");
    const answer = await send(open.url, pingBody, { ...pingHeaders, origin });
    expect(answer.headers["access-control-allow-origin"]).toBe(origin);
    const other = await send(open.url, pingBody, {
      ...pingHeaders,
      origin: `${origin}.evil.example`,
    });
    expect(other.status).toBe(403);
    await open.close();
  });
});

describe("T3, CVE-2026-33252: a body that is not declared as JSON is refused unread", () => {
  test.for([
    undefined,
    "",
    "text/plain",
    "text/plain; a=application/json",
    "text/plain;application/json",
    "multipart/form-data; boundary=application/json",
    "application/x-www-form-urlencoded",
    "application/json-seq",
    "application/jsonp",
    "application/jso",
    "application/json, text/plain",
    "application/json/x",
    "text/json",
    "*/*",
    "application/ json",
  ])("%j", async (type) => {
    const headers = type === undefined ? {} : { "content-type": type };
    const answer = await send(listening.url, pingBody, headers);
    expect(answer.status).toBe(415);
  });

  test.for(["application/json", "application/json; charset=utf-8", "Application/JSON ;x=1"])(
    "%j is answered",
    async (type) => {
      expect((await ping({ "content-type": type })).status).toBe(200);
    },
  );
});

describe("H11: other methods and paths", () => {
  test.for(["PUT", "PATCH", "HEAD"])("405 for %s", async (method) => {
    const answer = await send(listening.url, "", jsonHeaders, method);
    const allowed = "POST, OPTIONS, GET, DELETE";
    expect([answer.status, answer.headers["allow"]]).toEqual([405, allowed]);
  });

  test.for(["GET", "DELETE"])("405 for %s without a session", async (method) => {
    const answer = await send(listening.url, "", jsonHeaders, method);
    expect([answer.status, answer.headers["allow"]]).toEqual([405, "POST, OPTIONS"]);
  });

  test.for(["/", "/mcp/", "//mcp", "/MCP", "/mcp/../x", "/%6dcp", "/__proto__", "/constructor"])(
    "404 for %s",
    async (path) => {
      expect(
        (await send(new URL(`${listening.url.origin}${path}`), pingBody, pingHeaders)).status,
      ).toBe(404);
    },
  );

  test("where OAuth would be, a server without tokens says that it needs none", async () => {
    const url = new URL("/.well-known/oauth-protected-resource/mcp", listening.url);
    const { status, body } = await send(url, "", {}, "GET");
    expect([status, body]).toEqual([404, expect.stringContaining("needs no token")]);
  });

  test("health is told to anybody", async () => {
    for (const path of ["/livez", "/readyz"]) {
      const url = new URL(path, listening.url);
      expect((await send(url, "", {}, "GET")).status).toBe(200);
    }
  });
});

describe("T4: too much", () => {
  const limit = 16 * 1024 * 1024;

  test("a body over the limit is refused before it is read, where its length is told", async () => {
    const answer = await say(
      `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${limit + 1}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 413/);
    expect(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")))).toEqual({
      jsonrpc: "2.0",
      id: null,
      error: { code: -32600, message: expect.stringMatching(/16 MB.*--max-message-mb/) },
    });
  });

  test("a body over the limit is refused on its way, where its length is not told", async () => {
    const socket = await dial(listening.url);
    socket.write(
      "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    const answer = readAll(socket);
    const chunk = `100000\r\n${"x".repeat(0x100000)}\r\n`;
    for (let megabyte = 0; megabyte < 40 && socket.writable; megabyte += 1) {
      socket.write(chunk);
      await sleep(1);
    }
    expect(await answer).toMatch(/^HTTP\/1.1 413/);
    expect((await ping()).status).toBe(200);
  });

  test("a large body within the limit is answered", async () => {
    const args = { name: "measure", arguments: { text: "x".repeat(4_000_000) } };
    const { message } = await send(listening.url, ...modern("tools/call", args));
    expect(message).toMatchObject({ result: { content: [{ text: "JSON value:\n4000000" }] } });
  });

  test("100,000 levels of nesting are answered", async () => {
    const depth = 100_000;
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ] as const) {
      const deep = `${open.repeat(depth)}1${close.repeat(depth)}`;
      const call = (value: string) =>
        `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"measure","arguments":{"value":${value}}}}`;
      const { message } = await send(listening.url, call(deep), jsonHeaders);
      expect(message).toMatchObject({ id: 1, result: { content: [{ text: "JSON value:\n0" }] } });
      for (const body of [deep, call(`${open.repeat(depth)}1`), `[${call(deep)}]`]) {
        expect([200, 400]).toContain((await send(listening.url, body, jsonHeaders)).status);
      }
      for (const field of ["id", "method", "params"]) {
        const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{},"${field}":${deep}}`;
        expect([200, 400]).toContain((await send(listening.url, body, jsonHeaders)).status);
      }
      const names = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":${deep}}}`;
      expect([200, 400]).toContain((await send(listening.url, names, jsonHeaders)).status);
    }
  });

  test("many keys and many list entries are answered", async () => {
    const keys = Array.from({ length: 200_000 }, (_, n) => `"${n * 7919}k":0`).join(",");
    const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"measure","arguments":{${keys}}}}`;
    const { message } = await send(listening.url, body, jsonHeaders);
    expect(message).toMatchObject({ result: { isError: true } });
    const list = `[${"1,".repeat(1_000_000)}1]`;
    expect((await send(listening.url, list, jsonHeaders)).status).toBe(400);
  });

  test("huge headers are refused", async () => {
    const answer = await say(
      `POST /mcp HTTP/1.1\r\nHost: localhost\r\nX-Big: ${"x".repeat(100_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 431/);
    expect((await ping({ "x-fine": "x".repeat(10_000) })).status).toBe(200);
  });

  test("429 beyond the cap, and again answers after it", async () => {
    gate = Promise.withResolvers<string>();
    let refused = 0;
    const calls = Array.from({ length: 40 }, async (_, id) => {
      const { status } = await send(
        listening.url,
        ...modern("tools/call", { name: "wait" }, { id }),
      );
      if (status === 429) refused += 1;
      // Nobody is let go before everybody has come.
      if (refused === 20) gate.resolve("held");
      return status;
    });
    const statuses = await Promise.all(calls);
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
    expect((await ping()).status).toBe(200);
  });

  test("clients that hang up in the middle of a body count no longer", async () => {
    for (let round = 0; round < 40; round += 1) {
      const socket = await dial(listening.url);
      socket.write(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
      );
      await sleep(1);
      socket.destroy();
    }
    await sleep(50);
    expect((await ping()).status).toBe(200);
  });
});

describe("T4: too slow", () => {
  let impatient: Listening;
  beforeAll(async () => {
    impatient = await listen(server, { timeouts: { headersMs: 200, requestMs: 400, checkMs: 50 } });
  });
  afterAll(() => impatient.close());

  test.for([
    ["headers", "POST /mcp HTTP/1.1\r\nHost: localhost\r\nX-Slow: "],
    [
      "a body",
      "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n",
    ],
  ] as const)("%s that come letter by letter are cut off", async ([, start]) => {
    const socket = await dial(impatient.url);
    socket.write(start);
    const timer = setInterval(() => socket.write("x"), 20);
    const answer = await readAll(socket);
    clearInterval(timer);
    expect(answer).toMatch(/^HTTP\/1.1 408/);
  });

  test("a call may take longer than its request", async () => {
    const { message } = await send(impatient.url, ...modern("tools/call", { name: "hold" }));
    expect(message).toMatchObject({ result: { content: [{ text: "held" }] } });
  });
});

describe("what is not HTTP", () => {
  test.for([
    "hello\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    "\u0016\u0003\u0001\u0002\u0000\u0001",
    "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
  ])("%j is refused, and the next client answered", async (text) => {
    const answer = await say(`${text}\r\n\r\n`);
    expect(answer).not.toMatch(/^HTTP\/1.1 200/);
    expect((await ping()).status).toBe(200);
  });
});

describe("leaving", () => {
  test("answers what is in flight, takes nothing new, and does not wait for idle connections", async () => {
    const leaving = await listen(server);
    const idle = await dial(leaving.url);
    const kept = await dial(leaving.url);
    const [body, headers] = modern("tools/call", { name: "hold" });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    kept.write(
      `POST /mcp HTTP/1.1\r\nHost: localhost\r\n${lines.join("")}Content-Length: ${body.length}\r\n\r\n${body}`,
    );
    const answer = readAll(kept);
    await sleep(50);
    const closed = leaving.close(60_000);
    expect(await answer).toContain('"text":"held"');
    await closed;
    idle.destroy();
    await expect(send(leaving.url, pingBody, pingHeaders)).rejects.toThrow();
  });

  test("hangs up on what takes too long", async () => {
    const never = defineTool({
      ...plain,
      name: "never",
      timeoutMs: Number.POSITIVE_INFINITY,
      run: () => new Promise<string>(() => {}),
    });
    const leaving = await listen(serverOf([never]));
    const call = send(leaving.url, ...modern("tools/call", { name: "never" }));
    const refused = expect(call).rejects.toThrow();
    await sleep(50);
    await leaving.close(10);
    await refused;
  });
});
