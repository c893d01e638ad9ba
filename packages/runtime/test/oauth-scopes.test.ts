import { defineTool } from "@fairlead/define";
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
const server = serverOf(
  [toolOf("look", "read"), toolOf("note", "write"), toolOf("drop", "destroy"), depends],
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

test("every tool is listed, whatever the scopes", async () => {
  const { message } = await site.ask(await as("mcp:read"));
  expect(message).toMatchObject({ result: { tools: [{}, {}, {}, {}] } });
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
