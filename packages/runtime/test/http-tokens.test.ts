import { createHash } from "node:crypto";
import { inspect } from "node:util";
import { defineTool } from "@fairlead/define";
import { Tokens } from "@fairlead/operate/tokens";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Listening, legacy, listen, modern, send } from "./fixture/http.ts";
import { plain, serverOf } from "./fixture/make.ts";

const whoAmI = defineTool({
  ...plain,
  name: "who_am_i",
  output: z.object({ id: z.string(), of: z.unknown() }),
  run: (_, { principal, ...context }) => ({ id: principal.id, of: Reflect.get(context, "of") }),
});
const fail = defineTool({
  ...plain,
  name: "fail",
  run: () => {
    throw new Error("broken");
  },
});

/** Everything that a server is told of a call and of its caller, as a tool could pass it on. */
const told: unknown[] = [];
const tell = defineTool({
  ...plain,
  name: "tell",
  run: (_, context) => {
    told.push(context);
    return "told";
  },
});

const hash = (token: string) => createHash("sha256").update(token).digest("hex");
const tokens = ["alice", "bob"].map((id) => `${id} sha256:${hash(`${id}-token-0123456789`)}`);

let listening: Listening;
beforeAll(async () => {
  const server = serverOf([whoAmI, fail, tell], {
    connectPer: "principal",
    connect(_, caller) {
      told.push(caller);
      return { context: { of: caller.principal.id } };
    },
  });
  listening = await listen(server, { authenticate: new Tokens(tokens.join("\n")).authenticate });
});
afterAll(() => listening.close());

const call = (headers: Record<string, string>, name = "who_am_i") =>
  send(listening.url, ...modern("tools/call", { name }, { headers }));

test.for(["alice", "bob"])(
  "the bearer of %s's token is %s, and has their own connection",
  async (id) => {
    const { status, message } = await call({ authorization: `Bearer ${id}-token-0123456789` });
    expect(status).toBe(200);
    expect(message).toMatchObject({ result: { structuredContent: { id, of: id } } });
  },
);

test.for([
  "/register",
  "/authorize",
  "/token",
  "/.well-known/oauth-authorization-server",
  "/.well-known/oauth-protected-resource/mcp",
])(
  "A9: where OAuth would be (%s), it says that there is none and how to send a token",
  async (at) => {
    const url = new URL(at, listening.url);
    const { status, headers, body } = await send(url, "{}", { "content-type": "application/json" });
    expect(status).toBe(404);
    expect(headers["content-type"]).toMatch(/^text\/plain/);
    expect(body).toContain(
      "needs a bearer token. Send it as the header Authorization: Bearer TOKEN",
    );
  },
);

describe("401 for", () => {
  test.for([
    ["no token", {}],
    ["an unknown token", { authorization: "Bearer nobody" }],
    ["a token that is almost right", { authorization: "Bearer alice-token-012345678" }],
    [
      "the hash instead of the token",
      { authorization: `Bearer ${hash("alice-token-0123456789")}` },
    ],
    ["another scheme", { authorization: "Basic alice-token-0123456789" }],
    ["a token in a cookie", { cookie: "access_token=alice-token-0123456789" }],
    ["a token in another header", { "x-api-key": "alice-token-0123456789" }],
  ] as const)("%s", async ([, headers]) => {
    const { status, headers: answered, body } = await call({ ...headers });
    expect(status).toBe(401);
    expect(answered["www-authenticate"]).toMatch(/^Bearer/);
    expect(body).not.toContain("alice");
    expect(body).toContain("Authorization: Bearer TOKEN");
  });

  test("A2: a token in the query string", async () => {
    const [body, headers] = modern("tools/call", { name: "who_am_i" });
    const url = new URL(listening.url);
    url.searchParams.set("access_token", "alice-token-0123456789");
    expect((await send(url, body, headers)).status).toBe(401);
  });

  test("H2: every method and revision, before the body is read", async () => {
    for (const [body, headers] of [legacy("ping"), legacy("initialize"), modern("tools/list")]) {
      expect((await send(listening.url, body, headers)).status).toBe(401);
    }
    const unread = { "content-type": "text/plain" };
    expect((await send(listening.url, "no JSON", unread)).status).toBe(401);
  });
});

test("a right token in the query string changes nothing for a right header", async () => {
  const [body, headers] = modern("tools/call", { name: "who_am_i" });
  const authorization = "Bearer bob-token-0123456789";
  const url = new URL(`${listening.url.href}?access_token=alice-token-0123456789`);
  const { message } = await send(url, body, { ...headers, authorization });
  expect(message).toMatchObject({ result: { structuredContent: { id: "bob" } } });
});

test("health needs none, and says nothing", async () => {
  const { status, body } = await send(new URL("/readyz", listening.url), "", {}, "GET");
  expect([status, body]).toEqual([200, "ready"]);
});

test("a token is in no log", async () => {
  await call({ authorization: "Bearer alice-token-0123456789" }, "fail");
  await call({ authorization: "Bearer wrong-token-0123456789" }, "fail");
  expect(listening.log).toHaveLength(1);
  expect(listening.log.join("")).not.toContain("0123456789");
});

describe("what a server is told of a call holds", () => {
  const everything = () =>
    inspect([told, process.env], { depth: null, showHidden: true, maxArrayLength: null });

  test("A5: no token, so none can be passed on, and the answer has none", async () => {
    const { body } = await call({ authorization: "Bearer alice-token-0123456789" }, "tell");
    expect(everything()).toContain("alice");
    expect(`${body} ${everything()} ${listening.log.join(" ")}`).not.toContain("0123456789");
  });

  test("A10: no header, so none can name another upstream", async () => {
    const names = ["x-upstream-url", "x-github-host", "x-confluence-url", "x-forwarded-host"];
    const headers = Object.fromEntries(names.map((name) => [name, "http://elsewhere.example"]));
    const { body } = await call(
      {
        ...headers,
        authorization: "Bearer alice-token-0123456789",
        forwarded: "host=elsewhere.example",
      },
      "tell",
    );
    expect(told).not.toHaveLength(0);
    expect(`${body} ${everything()}`).not.toContain("elsewhere");
  });
});
