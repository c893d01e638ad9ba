import { expect, test } from "vitest";
import { findUpstreamError, UpstreamError } from "./error.ts";
import type { Exchange } from "./exchange.ts";
import { findLimit } from "./limits.ts";
import { collectPages, findNextLink } from "./pages.ts";
import { toRedirected } from "./redirects.ts";

const now = Date.parse("2026-11-21T12:00:00Z");

function limitOf(status: number, headers: Record<string, string> = {}, text = "", attempt = 0) {
  return findLimit(new Response(null, { status, headers }), text, attempt, now);
}

test("reads every way an API says how long to wait", () => {
  expect(limitOf(429, { "retry-after": "3" })).toBe(3_000);
  expect(limitOf(429, { "retry-after": "Sat, 21 Nov 2026 12:00:30 GMT" })).toBe(30_000);
  expect(limitOf(429, { "retry-after": "Sat, 21 Nov 2026 11:00:00 GMT" })).toBe(0);
  const reset = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1_000 + 90) };
  expect(limitOf(403, reset)).toBe(90_000);
  expect(limitOf(403, {}, "You have exceeded a secondary rate limit.")).toBe(60_000);
  expect(limitOf(403, {}, '{"reason":"userRateLimitExceeded"}')).toBe(1_000);
  expect(limitOf(429, {}, "", 2)).toBe(4_000);
});

test("dates of an API are read by its own clock, and seconds are seconds", () => {
  const soon = "Sat, 21 Nov 2026 12:00:30 GMT";
  const date = "Sat, 21 Nov 2026 12:00:00 GMT";
  const yesterday = now - 86_400_000;
  const reset = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1_000 + 90) };
  for (const [headers, expected] of [
    [{ "retry-after": soon, date }, 30_000],
    [{ ...reset, date }, 90_000],
    [{ ...reset, "x-ratelimit-reset": "45" }, 45_000],
    [{ "retry-after": "1.5" }, 1_500],
    [{ "retry-after": "-1" }, 1_000],
  ] as const) {
    expect(findLimit(new Response(null, { status: 429, headers }), "", 0, yesterday)).toBe(
      expected,
    );
  }
});

test("takes nothing else for a limit", () => {
  expect(limitOf(403, {}, "Resource not accessible by personal access token")).toBeUndefined();
  expect(limitOf(503, { "retry-after": "3" })).toBeUndefined();
  expect(limitOf(200)).toBeUndefined();
});

function redirect(status: number, location: string, method = "POST") {
  const from: Exchange = {
    method,
    url: new URL("https://api.example/a"),
    headers: new Headers({
      authorization: "Bearer abc",
      cookie: "a=b",
      "content-type": "application/json",
      accept: "text/plain",
      "x-key": "abc",
    }),
    body: new TextEncoder().encode("{}"),
    redirect: "follow",
    repeatable: true,
  };
  return toRedirected(from, new Response(null, { status, headers: { location } }), ["X-Key"]);
}

test("a redirect to another origin takes no credentials along", () => {
  for (const location of [
    "https://other.example/",
    "https://api.example:8443/",
    "http://api.example/",
    "https://api.example.evil.test/",
  ]) {
    const next = redirect(307, location);
    expect(next?.url.href).toBe(location);
    expect(next?.headers.get("authorization")).toBeNull();
    expect(next?.headers.get("cookie")).toBeNull();
    expect(next?.headers.get("x-key")).toBeNull();
    expect(next?.headers.get("accept")).toBe("text/plain");
  }
  const same = redirect(307, "/b")?.headers;
  expect([same?.get("authorization"), same?.get("x-key")]).toEqual(["Bearer abc", "abc"]);
});

test("a redirect keeps or drops the method and the body as the standard has it", () => {
  expect(redirect(308, "/b")).toMatchObject({ method: "POST", body: expect.anything() });
  for (const status of [301, 302, 303]) {
    const next = redirect(status, "/b");
    expect([next?.method, next?.body]).toEqual(["GET", undefined]);
    expect(next?.headers.get("content-type")).toBeNull();
  }
  expect(redirect(302, "/b", "PUT")?.method).toBe("PUT");
  expect(redirect(303, "/b", "PUT")?.method).toBe("GET");
  expect(redirect(200, "/b")).toBeUndefined();
  expect(() => redirect(302, "http://[")).toThrow("not a URL");
});

test("finds the error an API client has wrapped", () => {
  const inner = new UpstreamError("limited", "wait", "later");
  const original = Object.assign(new Error("request failed"), { original: inner });
  expect(findUpstreamError(new Error("wrapped", { cause: original }))).toBe(inner);
  const round = new Error("round");
  round.cause = round;
  expect(findUpstreamError(round)).toBeUndefined();
  expect(findUpstreamError("text")).toBeUndefined();
});

test("stops asking for pages once the answer is full, and says where to go on", async () => {
  const asked: number[] = [];
  const fetchPage = async (page: number) => {
    asked.push(page);
    return { items: ["x".repeat(98), "y".repeat(98)], next: page < 9 ? page + 1 : undefined };
  };
  expect(await collectPages({ start: 1, fetchPage, budget: 500 })).toMatchObject({ next: 4 });
  expect(asked).toEqual([1, 2, 3]);
  const few = await collectPages({ start: 1, fetchPage, budget: 10_000, maxItems: 3 });
  expect([few.items.length, few.next]).toEqual([4, 3]);
  const all = await collectPages({ start: 8, fetchPage, budget: 10_000 });
  expect([all.items.length, all.next]).toEqual([4, undefined]);
});

test("reads the next page of a Link header", () => {
  const link =
    '<https://api.example/items?a=1,2&page=1>; rel="prev", <https://api.example/items?a=1,2&page=3>; rel="next"';
  expect(findNextLink(new Headers({ link }))).toBe("https://api.example/items?a=1,2&page=3");
  expect(findNextLink(new Headers({ link: '<https://x/>; rel="last"' }))).toBeUndefined();
  expect(findNextLink(new Headers())).toBeUndefined();
});
