import { hash } from "node:crypto";
import { defineTool } from "@fairlead/define";
import { Tokens } from "@fairlead/operate/tokens";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { legacy, modern, send } from "./fixture/http.ts";
import { type Issuer, startIssuer } from "./fixture/issuer.ts";
import { plain, serverOf } from "./fixture/make.ts";
import { type Protected, protect } from "./fixture/protected.ts";
import { openSession } from "./fixture/session.ts";

/** What has run, by name. */
const ran: string[] = [];
const toolOf = (name: string, effect: "read" | "write" | "destroy") =>
  defineTool({
    ...plain,
    ...{ name, effect },
    run() {
      ran.push(name);
      return name;
    },
  });
const depends = defineTool({
  ...plain,
  name: "depends",
  input: z.object({ does: z.enum(["read", "write", "destroy"]) }),
  effect: {
    least: "read",
    most: "destroy",
    of: ({ does }: { does: "read" | "write" | "destroy" }) => does,
  },
  task: "optional",
  run({ does }) {
    ran.push(`depends ${does}`);
    return does;
  },
});
const pay = (effect: "read" | "write", name: string) =>
  defineTool({
    ...{ ...plain, name, effect, task: "optional" },
    scopes: ["payroll:read", "api://42/payroll"],
    run() {
      ran.push(name);
      return name;
    },
  });
const adjust = defineTool({ ...depends, name: "adjust", scopes: ["payroll:read"] });
const named = [pay("read", "pay"), pay("write", "raise"), adjust];
const server = serverOf(
  [toolOf("look", "read"), toolOf("note", "write"), toolOf("drop", "destroy"), depends, ...named],
  {
    resources: [
      {
        name: "poem",
        uri: "x://poem",
        description: "A poem.",
        read: () => ({ body: "Roses" }),
      },
    ],
  },
);
const metadata =
  'resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"';

let issuer: Issuer;
let site: Protected;
beforeAll(async () => {
  issuer = await startIssuer();
  site = await protect(server, issuer, {}, { policy: { confirm: "never" } });
});
afterAll(async () => {
  await site.close();
  issuer.close();
});
beforeEach(() => void ran.splice(0));

const as = async (scope: string | undefined) => ({
  authorization: `Bearer ${await issuer.sign({ scope })}`,
});
const call = async (scope: string | undefined, name: string, args = {}) =>
  site.ask(await as(scope), "tools/call", { name, arguments: args });

describe("A6: the scopes of a tool", () => {
  test.each([
    ["mcp:read", "look", 200],
    ["mcp:read", "note", 403],
    ["mcp:read", "drop", 403],
    ["mcp:write", "look", 200],
    ["mcp:write", "note", 200],
    ["mcp:write", "drop", 403],
    ["mcp:destroy", "look", 200],
    ["mcp:destroy", "note", 200],
    ["mcp:destroy", "drop", 200],
    ["", "look", 403],
    [undefined, "look", 403],
    ["openid profile MCP:READ mcp:reader xmcp:read", "look", 403],
    ["openid mcp:read mcp:write", "note", 200],
  ])("with %j, %s is answered with %i", async (scope, name, status) => {
    const answer = await call(scope, name);
    expect(answer.status).toBe(status);
    expect(ran).toEqual(status === 200 ? [name] : []);
  });

  test("the challenge has exactly what is needed", async () => {
    const { headers, message } = await call("mcp:read", "note");
    const said = "This needs the scope mcp:write, which the access token does not have.";
    expect(headers["www-authenticate"]).toBe(
      `Bearer error="insufficient_scope", error_description="${said}", scope="mcp:write", ${metadata}`,
    );
    expect(message).toMatchObject({ id: 1, error: { code: 403, message: said } });
  });

  test.each([
    ["read", "mcp:read"],
    ["write", "mcp:write"],
    ["destroy", "mcp:destroy"],
  ])("of arguments that %s it is %s", async (does, scope) => {
    const refused = await call(does === "read" ? "" : "mcp:read", "depends", { does });
    if (does !== "read")
      expect((await call("mcp:read", "depends", { does: "read" })).status).toBe(200);
    expect(refused.status).toBe(403);
    expect(refused.headers["www-authenticate"]).toContain(`scope="${scope}"`);
    expect((await call(scope, "depends", { does })).status).toBe(200);
  });

  test("wrong arguments are told to one who may read, and nothing is run", async () => {
    const { status, message } = await call("mcp:read", "depends", { does: "boast" });
    expect(status).toBe(200);
    expect(message).toMatchObject({ result: { isError: true } });
    expect(ran).toEqual([]);
  });

  test("a client of 2025 gets the same, in a session and without", async () => {
    const headers = await as("mcp:read");
    const session = await openSession(site.url, { headers });
    const params = { name: "note", arguments: {} };
    const [body, plainHeaders] = legacy("tools/call", params, { version: "2025-11-25" });
    for (const answer of [
      await session.post("tools/call", params),
      await send(site.url, body, { ...plainHeaders, ...headers }),
    ]) {
      expect(answer.status).toBe(403);
      expect(answer.headers["www-authenticate"]).toContain('scope="mcp:write"');
    }
    expect(ran).toEqual([]);
  });

  test("a task that may not begin is none", async () => {
    const headers = await as("mcp:read");
    const session = await openSession(site.url, { headers });
    const params = { name: "depends", arguments: { does: "write" }, task: { ttl: 60_000 } };
    const refused = await session.post("tools/call", params);
    expect(refused.status).toBe(403);
    const { message } = await session.post("tasks/list");
    expect(message).toMatchObject({ result: { tasks: [] } });
    const begun = await session.post("tools/call", { ...params, arguments: { does: "read" } });
    expect(begun.message).toHaveProperty("result.task");
    expect(ran).not.toContain("depends write");
  });

  test("a step up of the same principal in the same session goes on", async () => {
    const session = await openSession(site.url, { headers: await as("mcp:read") });
    const params = { name: "note", arguments: {} };
    expect((await session.post("tools/call", params)).status).toBe(403);
    const up = session.as(await as("mcp:read mcp:write"));
    expect((await up.post("tools/call", params)).status).toBe(200);
    expect(ran).toEqual(["note"]);
  });

  test("middleware sees what is refused, as the audit log has it", async () => {
    const seen: unknown[] = [];
    const watched = await protect(
      server,
      issuer,
      {},
      {
        middleware: [
          async ({ tool, principal }, next) => {
            try {
              return await next();
            } catch (error) {
              seen.push([tool, principal.subject, Reflect.get(Object(error), "refusedBy")]);
              throw error;
            }
          },
        ],
      },
    );
    const params = { name: "note", arguments: {} };
    expect((await watched.ask(await as("mcp:read"), "tools/call", params)).status).toBe(403);
    expect(seen).toEqual([["note", "ada", "scope"]]);
    await watched.close();
  });

  test("of a batch each answer says for itself how it went", async () => {
    const one = (id: number, name: string) => {
      const params = { name, arguments: {} };
      return { jsonrpc: "2.0", id, method: "tools/call", params };
    };
    const [, headers] = legacy("ping", {}, { version: "2025-03-26" });
    const body = JSON.stringify([one(1, "look"), one(2, "note")]);
    const answer = await send(site.url, body, { ...headers, ...(await as("mcp:read")) });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject([
      { id: 1, result: {} },
      { id: 2, error: { code: 403 } },
    ]);
    expect(ran).toEqual(["look"]);
  });
});

describe("the scopes that a tool names", () => {
  test.each([
    ["mcp:read", "pay", 403],
    ["payroll:read api://42/payroll", "pay", 403],
    ["mcp:read payroll:read", "pay", 403],
    ["mcp:destroy", "pay", 403],
    ["mcp:read payroll:read payroll", "pay", 200],
    ["mcp:read payroll:read api://42/payroll", "pay", 200],
    ["mcp:write payroll:read payroll", "raise", 200],
    ["mcp:read payroll:read payroll", "raise", 403],
    ["mcp:read payroll:reader Payroll:read payroll", "pay", 403],
  ])("with %j, %s is answered with %i", async (scope, name, status) => {
    expect((await call(scope, name)).status).toBe(status);
    expect(ran).toEqual(status === 200 ? [name] : []);
  });

  test("are all in the challenge, with that of the effect", async () => {
    const { headers, message } = await call("mcp:read", "raise");
    const scope = "mcp:write payroll:read api://42/payroll";
    const said = `This needs the scopes ${scope}, which the access token does not all have.`;
    expect(headers["www-authenticate"]).toBe(
      `Bearer error="insufficient_scope", error_description="${said}", scope="${scope}", ${metadata}`,
    );
    expect(message).toMatchObject({ error: { code: 403, message: said } });
    expect((await call(scope, "raise")).status).toBe(200);
  });

  test("are in the challenge of arguments that need a greater one", async () => {
    const headers = await as("mcp:read payroll:read");
    const session = await openSession(site.url, { headers });
    const params = { name: "adjust", arguments: { does: "write" } };
    for (const task of [{}, { task: { ttl: 60_000 } }]) {
      const answer = await session.post("tools/call", { ...params, ...task });
      expect(answer.headers["www-authenticate"]).toContain('scope="mcp:write payroll:read"');
    }
    expect(ran).toEqual([]);
  });

  test("are asked for before a task begins, too", async () => {
    const token = await issuer.sign({ sub: "bob", scope: "mcp:read" });
    const headers = { authorization: `Bearer ${token}` };
    const session = await openSession(site.url, { headers });
    const params = { name: "pay", arguments: {}, task: { ttl: 60_000 } };
    expect((await session.post("tools/call", params)).status).toBe(403);
    const { message } = await session.post("tasks/list");
    expect(message).toMatchObject({ result: { tasks: [] } });
  });

  test("are replaced by those of the operator, who can name some for any tool", async () => {
    const mapped = await protect(server, issuer, { oauthScopes: ["pay=hr", "look=eyes"] });
    const ask = async (scope: string, name: string) =>
      mapped.ask(await as(scope), "tools/call", { name, arguments: {} });
    expect((await ask("mcp:read hr", "pay")).status).toBe(200);
    expect((await ask("mcp:read payroll:read payroll", "pay")).status).toBe(403);
    const { headers } = await ask("mcp:read", "look");
    expect(headers["www-authenticate"]).toContain('scope="mcp:read eyes"');
    expect((await ask("mcp:read eyes", "look")).status).toBe(200);
    await mapped.close();
  });

  test("a token of the token file has them", async () => {
    const tokens = new Tokens(`ci sha256:${hash("sha256", "t0ken-of-a-program")}`);
    const both = await protect(server, issuer, { oauthScopes: ["look=eyes"] }, {}, tokens);
    for (const name of ["look", "pay", "raise"]) {
      const headers = { authorization: "Bearer t0ken-of-a-program" };
      const { status } = await both.ask(headers, "tools/call", { name, arguments: {} });
      expect([name, status]).toEqual([name, 200]);
    }
    await both.close();
  });
});

test("every tool is listed, whatever the scopes", async () => {
  const { message } = await site.ask(await as("mcp:read"));
  expect(message).toMatchObject({ result: { tools: [{}, {}, {}, {}, {}, {}, {}] } });
});

test.each([
  ["resources/read", { uri: "x://poem" }],
  ["resources/list", {}],
  ["subscriptions/listen", { notifications: {} }],
])("%s needs the scope to read", async (method, params) => {
  const [body, headers] = modern(method, params);
  const answer = await send(site.url, body, { ...headers, ...(await as("profile")) });
  expect(answer.status).toBe(403);
  expect(answer.headers["www-authenticate"]).toContain('scope="mcp:read"');
});

test("H2: a principal without scopes may do nothing, where scopes are looked at", async () => {
  const closed = await protect(server, issuer, {}, { authenticate: () => ({ id: "nobody" }) });
  for (const method of ["tools/list", "server/discover", "resources/list"]) {
    const { status, headers } = await closed.ask({}, method);
    expect(status).toBe(403);
    expect(headers["www-authenticate"]).toContain('scope="mcp:read"');
  }
  await closed.close();
});

test("scopes may have other names, and Entra's are short in a token", async () => {
  const named = await protect(server, issuer, {
    oauthScopes: ["read=files.read", "write=api://42/files.write"],
  });
  const ask = async (scope: string, name: string) =>
    named.ask(await as(scope), "tools/call", { name, arguments: {} });
  expect((await ask("files.read", "look")).status).toBe(200);
  expect((await ask("mcp:read", "look")).status).toBe(403);
  expect((await ask("files.write", "note")).status).toBe(200);
  expect((await ask("api://42/files.write", "note")).status).toBe(200);
  expect((await ask("files.read", "note")).headers["www-authenticate"]).toContain(
    'scope="api://42/files.write"',
  );
  await named.close();
});
