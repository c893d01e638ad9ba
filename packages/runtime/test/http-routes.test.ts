import { setTimeout as wait } from "node:timers/promises";
import { defineTool } from "@fairlead/define";
import type { Authenticate, Claim } from "@fairlead/operate/auth";
import { expect, onTestFinished, test } from "vitest";
import { page } from "../src/serve/http/routes.ts";
import { dial, type ListenOptions, listen, modern, readAll, send } from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";

const whoAmI = defineTool({
  ...plain,
  name: "who_am_i",
  run: (_, { principal }) => `${principal.id} ${principal.scopes?.join("+") ?? "without scopes"}`,
});

async function open(options: ListenOptions) {
  const listening = await listen(serverOf([whoAmI]), options);
  onTestFinished(() => listening.close());
  return listening;
}

const call = (url: URL, token?: string) =>
  send(
    url,
    ...modern(
      "tools/call",
      { name: "who_am_i" },
      { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } },
    ),
  );

/** Asks somebody else, which takes a moment. */
const introspect: Authenticate = async ({ authorization = "" }) => {
  await wait(20);
  const token = authorization.replace("Bearer ", "");
  if (token === "broken") throw new Error("The identity provider is away, secret-7.");
  if (token === "reader") {
    const challenge = 'Bearer error="insufficient_scope", scope="write"';
    return { status: 403, challenge, reason: "Your token may only read." };
  }
  if (token !== "ada") return { status: 401, challenge: 'Bearer resource_metadata="https://x"' };
  return { id: "ada", scopes: ["read", "write"] };
};

test("who sends a message may be found out elsewhere, and comes with scopes", async () => {
  const { url } = await open({ authenticate: introspect });
  expect((await call(url, "ada")).message).toMatchObject({
    result: { content: [{ text: "ada read+write" }] },
  });
});

test("a refusal carries its own status, challenge and words", async () => {
  const { url } = await open({ authenticate: introspect });
  const unknown = await call(url, "bob");
  expect([unknown.status, unknown.headers["www-authenticate"]]).toEqual([
    401,
    'Bearer resource_metadata="https://x"',
  ]);
  expect(unknown.body).toContain("does not know this bearer token");
  const reader = await call(url, "reader");
  expect([reader.status, reader.headers["www-authenticate"], reader.body]).toEqual([
    403,
    'Bearer error="insufficient_scope", scope="write"',
    "Your token may only read.",
  ]);
});

test("where it cannot be found out the operator reads why, and the client only a reference", async () => {
  const told: string[] = [];
  const sink = (error: unknown, where: string, reference: string) => {
    told.push(`${where} ${reference} ${error instanceof Error ? error.message : error}`);
  };
  const statuses: number[] = [];
  const refused = ({ status }: { readonly status: number }) => void statuses.push(status);
  const { url } = await open({ authenticate: introspect, sink, refused });
  const { status, body, headers } = await call(url, "broken");
  expect(statuses).toEqual([503]);
  expect([status, headers["retry-after"]]).toEqual([503, "1"]);
  const [, reference] = /reference (\w+)/.exec(body) ?? [];
  expect(told).toEqual([`authentication ${reference} The identity provider is away, secret-7.`]);
  expect(body).not.toContain("secret-7");
});

test("a body that is sent at once waits until it is known whose it is", async () => {
  const { url } = await open({ authenticate: introspect });
  const text = "x".repeat(3_000_000);
  const request = modern(
    "tools/call",
    { name: "who_am_i", _meta: { text } },
    { headers: { authorization: "Bearer ada" } },
  );
  expect((await send(url, ...request)).message).toMatchObject({
    result: { resultType: "complete" },
  });
});

test("one who hangs up in the meantime is forgotten", async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const { promise: known, resolve: know } = Promise.withResolvers<{ id: string }>();
  const listening = await open({
    authenticate: () => {
      ask();
      return known;
    },
  });
  const socket = await dial(listening.url);
  socket.write("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n");
  await asked;
  socket.destroy();
  await wait(20);
  know({ id: "ada" });
  await wait(20);
  expect(listening.log).toEqual([]);
  expect((await call(listening.url)).status).toBe(200);
});

test("the claim says how and where the message was sent", async () => {
  const claims: Claim[] = [];
  const { url } = await open({
    authenticate: (claim) => {
      claims.push(claim);
      return { id: "ada" };
    },
  });
  await call(new URL("/mcp?x=1", url), "t");
  expect(claims).toMatchObject([
    {
      ...{ authorization: "Bearer t", host: url.host, path: "/mcp", query: "x=1" },
      ...{ method: "POST", standing: false },
    },
  ]);
  expect(claims[0]?.values("authorization")).toEqual(["Bearer t"]);
  expect(claims[0]?.values("dpop")).toEqual([]);
});

test("a document has its path, type and methods, and answers only allowed hosts", async () => {
  const document = page("application/json", (origin) =>
    JSON.stringify({ resource: `${origin}/mcp` }),
  );
  const { url } = await open({ routes: new Map([["/.well-known/example", document]]) });
  const at = new URL("/.well-known/example", url);
  const { status, headers, body } = await send(at, "", {}, "GET");
  expect([status, headers["content-type"], JSON.parse(body)]).toEqual([
    200,
    "application/json",
    { resource: `http://${url.host}/mcp` },
  ]);
  const posted = await send(at, "", {});
  expect([posted.status, posted.headers["allow"]]).toEqual([405, "GET"]);
  expect((await send(at, "", { host: "evil.example" }, "GET")).status).toBe(403);
  expect((await send(new URL("/.well-known/other", url), "", {}, "GET")).status).toBe(404);
});

test("probes answer whatever Host they are asked by", async () => {
  const { url } = await open({});
  for (const path of ["/livez", "/readyz"]) {
    const { status } = await send(new URL(path, url), "", { host: "10.1.2.3:8080" }, "GET");
    expect(status).toBe(200);
  }
});

test("a method named like what every object has is not one", async () => {
  const { url } = await open({});
  const socket = await dial(url);
  socket.write("LINK /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  expect(await readAll(socket)).toMatch(
    /^HTTP\/1\.1 405 .*LINK is not answered here\. Send POST\./s,
  );
});
