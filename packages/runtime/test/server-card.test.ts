import { expect, onTestFinished, test } from "vitest";
import { publicPage } from "../src/serve/http/routes.ts";
import { listen, send } from "./fixture/http.ts";
import { serverOf } from "./fixture/make.ts";
import { eventually, start } from "./fixture/process.ts";

async function serve(...args: readonly string[]): Promise<URL> {
  const running = start(["--http", "0", ...args]);
  onTestFinished(() => void running.child.kill());
  return eventually(() => {
    const [, found] = /listening on (\S+)/.exec(running.stderr()) ?? [];
    if (found === undefined) throw new Error(`It does not listen: ${running.stderr()}`);
    return new URL(found);
  });
}

const get = (url: URL, headers = {}) => send(url, "", headers, "GET");

test("a process serves its card where the operator wants that, and nowhere else", async () => {
  const url = await serve("--server-card");
  const catalog = await get(new URL("/.well-known/ai-catalog.json", url));
  expect(catalog.headers["content-type"]).toBe("application/ai-catalog+json");
  const [entry] = JSON.parse(catalog.body).entries;
  expect(entry.url).toBe(`${url}/server-card`);
  const card = await get(new URL(entry.url));
  expect(card.headers["content-type"]).toBe("application/mcp-server-card+json");
  expect(JSON.parse(card.body)).toMatchObject({
    name: "io.github.fairlead/fixture",
    remotes: [{ type: "streamable-http", url: url.href }],
  });
  const closed = await serve();
  expect((await get(new URL("/mcp/server-card", closed))).status).toBe(404);
  expect((await get(new URL("/.well-known/ai-catalog.json", closed))).status).toBe(404);
});

async function open() {
  const routes = new Map([["/card", publicPage("text/x-card", (origin) => `card of ${origin}`)]]);
  const allowedOrigins = ["https://friend.example"];
  const listening = await listen(serverOf([]), { routes, allowedOrigins });
  onTestFinished(() => listening.close());
  return new URL("/card", listening.url);
}

test("any page may read it, whatever its origin, but only under a name that is allowed", async () => {
  const url = await open();
  for (const origin of ["https://stranger.example", "https://friend.example", "null"]) {
    const { status, headers, body } = await get(url, { origin });
    expect([status, body]).toEqual([200, `card of http://${url.host}`]);
    expect(headers).toMatchObject({
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET",
      "access-control-allow-headers": "Content-Type, If-None-Match",
      "access-control-expose-headers": "ETag",
      "cache-control": "public, max-age=3600",
      "content-type": "text/x-card",
    });
  }
  // Its addresses are made of that name.
  const { status, body } = await get(url, { host: "evil.example" });
  expect([status, body]).toEqual([403, expect.stringContaining("This Host is not allowed")]);
});

test("who has it already is told so, and a page may ask that first", async () => {
  const url = await open();
  const { etag = "" } = (await get(url)).headers;
  expect(etag).toMatch(/^"[\w-]{43}"$/);
  for (const kept of [etag, `W/${etag}`, `"old", ${etag}`, "*"]) {
    const again = await get(url, { "if-none-match": kept });
    expect([again.status, again.body, again.headers["etag"]], kept).toEqual([304, "", etag]);
    expect(again.headers["access-control-allow-origin"]).toBe("*");
    expect(again.headers["cache-control"]).toBe("public, max-age=3600");
  }
  expect((await get(url, { "if-none-match": '"old"' })).status).toBe(200);
  const elsewhere = await get(url, { host: `localhost:${url.port}`, "if-none-match": etag });
  expect(elsewhere.status).toBe(200);
  const preflight = await send(url, "", { origin: "https://stranger.example" }, "OPTIONS");
  expect([preflight.status, preflight.headers["access-control-allow-headers"]]).toEqual([
    204,
    "Content-Type, If-None-Match",
  ]);
});

test("HEAD has the headers alone, and nothing can be sent there", async () => {
  const url = await open();
  const head = await send(url, "", {}, "HEAD");
  expect([head.status, head.body, head.headers["content-length"]]).toEqual([
    200,
    "",
    String(`card of http://${url.host}`.length),
  ]);
  const posted = await send(url, "{}", {});
  expect([posted.status, posted.headers["allow"]]).toEqual([405, "GET, HEAD, OPTIONS"]);
});

test("a card is public where the endpoint asks for a token", async () => {
  const routes = new Map([["/card", publicPage("text/plain", () => "card")]]);
  const authenticate = () => ({ status: 401, challenge: "Bearer" }) as const;
  const listening = await listen(serverOf([]), { routes, authenticate });
  onTestFinished(() => listening.close());
  expect((await get(new URL("/card", listening.url))).status).toBe(200);
});
