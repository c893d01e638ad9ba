import { text } from "node:stream/consumers";
import { createUrlGuard } from "@fairlead/guard/urls";
import { expect, onTestFinished, test } from "vitest";
import { createApi } from "./api.fixture.ts";
import { findUpstreamError } from "./error.ts";
import { createUpstream, type UpstreamOptions } from "./upstream.ts";

function open(options: UpstreamOptions) {
  const upstream = createUpstream(options);
  onTestFinished(() => upstream.close());
  return upstream;
}

test("refuses another origin before anything is sent", async () => {
  const other = await createApi((_, response) => response.end());
  const { url } = await createApi((_, response) => response.end());
  const sent = open({ baseUrl: url }).fetch(`${other.url}/steal`, {
    headers: { authorization: "Bearer abc" },
  });
  await expect(sent).rejects.toMatchObject({ kind: "refused" });
  expect(other.seen).toHaveLength(0);
  const both = open({ baseUrl: url, origins: [other.url] });
  expect((await both.fetch(other.url)).status).toBe(200);
});

test("hands a redirect to a caller who asked for it", async () => {
  const { url, seen } = await createApi((_, response) =>
    response.writeHead(301, { location: "/moved" }).end(),
  );
  const response = await open({ baseUrl: url }).fetch(url, { redirect: "manual" });
  expect([response.status, response.headers.get("location")]).toEqual([301, "/moved"]);
  expect(seen).toHaveLength(1);
});

test.each([
  ["https://169.254.169.254/latest/meta-data", "link-local"],
  ["https://localhost:9/", "loopback"],
  ["https://[::ffff:10.0.0.1]/", "private"],
  ["http://example.com/", "Only https"],
  ["file:///etc/passwd", "Only https"],
  ["https://rebound.example/", "private"],
])("does not follow a redirect to %s", async (location, reason) => {
  const { url } = await createApi((_, response) => response.writeHead(302, { location }).end());
  const guard = createUrlGuard({ lookup: async () => ["10.1.2.3"] });
  const sent = open({ baseUrl: url, guard }).fetch(url);
  const error: unknown = await sent.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: "refused" });
  const found = findUpstreamError(error);
  expect(`${found?.message} ${found?.hint}`).toContain(reason);
});

test("follows redirects at the API, and gives up where they go round", async () => {
  const { url, seen } = await createApi((request, response) => {
    if (request.url === "/old") response.writeHead(301, { location: "/new" }).end();
    else if (request.url === "/round") response.writeHead(302, { location: "/round" }).end();
    else response.end(request.method);
  });
  const { fetch } = open({ baseUrl: url });
  const moved = await fetch(`${url}/old`, { headers: { authorization: "Bearer abc" } });
  expect([moved.url, await moved.text()]).toEqual([`${url}/new`, "GET"]);
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer abc", "Bearer abc"]);
  await expect(fetch(`${url}/round`)).rejects.toThrow("redirects more than");
});

test.each([301, 302, 303, 307, 308])(
  "fails by a %i where a redirect is an error",
  async (status) => {
    const { url, seen } = await createApi((_, response) =>
      response.writeHead(status, { location: "/moved?token=hidden" }).end(),
    );
    const init = { method: "POST", body: "x", redirect: "error" } as const;
    await expect(open({ baseUrl: url }).fetch(`${url}/a`, init)).rejects.toMatchObject({
      kind: "refused",
      message: `POST ${url}/a was answered by a redirect, which this request does not follow.`,
    });
    expect(seen).toHaveLength(1);
    const plain = await createApi((_, response) => response.end("here"));
    const answer = await open({ baseUrl: plain.url }).fetch(plain.url, { redirect: "error" });
    expect(await answer.text()).toBe("here");
  },
);

test.each([
  ["POST", 307],
  ["POST", 308],
  ["PUT", 301],
  ["PATCH", 302],
  ["DELETE", 307],
])("takes no %s to another host by a %i", async (method, status) => {
  const { url, seen } = await createApi((_, response) =>
    response.writeHead(status, { location: "https://evil.example/take?all" }).end(),
  );
  const asked: string[] = [];
  const lookup = async (host: string) => {
    asked.push(host);
    return ["192.0.2.1"];
  };
  const guard = createUrlGuard({ lookup });
  const init = { method, ...(method !== "DELETE" && { body: "refresh_token=secret" }) };
  await expect(open({ baseUrl: url, guard }).fetch(`${url}/a`, init)).rejects.toMatchObject({
    kind: "refused",
    message: `Refused: a redirect that takes a ${method} to https://evil.example.`,
  });
  expect([seen.length, asked]).toEqual([1, []]);
});

test("takes a body along to another origin of the same API, without its credentials", async () => {
  const bodies: string[] = [];
  const other = await createApi(async (request, response) => {
    bodies.push(await text(request));
    response.end("taken");
  });
  const { url } = await createApi((_, response) =>
    response.writeHead(307, { location: `${other.url}/b` }).end(),
  );
  const { fetch } = open({ baseUrl: url, origins: [other.url] });
  const headers = { authorization: "Bearer abc" };
  const answer = await fetch(`${url}/a`, { method: "POST", body: "whole", headers });
  expect([await answer.text(), bodies]).toEqual(["taken", ["whole"]]);
  expect(other.seen[0]?.headers.authorization).toBeUndefined();
});
