import { defineTool } from "@fairlead/define";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { legacy, send } from "./fixture/http.ts";
import { type Issuer, resource, startIssuer } from "./fixture/issuer.ts";
import { plain, serverOf } from "./fixture/make.ts";
import { eventually, start } from "./fixture/process.ts";
import { type Protected, protect } from "./fixture/protected.ts";

const whoAmI = defineTool({
  ...plain,
  name: "who_am_i",
  output: z.record(z.string(), z.unknown()),
  run: (_, { principal }) => ({ ...principal }),
});
const server = serverOf([whoAmI]);
const metadataUrl = "https://mcp.example.com/.well-known/oauth-protected-resource/mcp";

let issuer: Issuer;
let site: Protected;
beforeAll(async () => {
  issuer = await startIssuer();
  site = await protect(server, issuer);
});
afterAll(async () => {
  await site.close();
  issuer.close();
});
afterEach(() => {
  vi.useRealTimers();
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const whoIs = async (token: string, at = site) => {
  const { message } = await at.ask(bearer(token), "tools/call", { name: "who_am_i" });
  return message;
};

describe("A1: where a client learns to sign in", () => {
  test("401 without a token names the metadata and the scope, and no error", async () => {
    const { status, headers, body } = await site.ask({});
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toBe(
      `Bearer scope="mcp:read", resource_metadata="${metadataUrl}"`,
    );
    expect(body).toContain(`needs an access token of ${issuer.url}`);
  });

  test("with one that is not good it says why, too", async () => {
    const { status, headers, body } = await site.ask(bearer("x"));
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toBe(
      'Bearer error="invalid_token", error_description="The access token is not accepted: it is not a JWT.", ' +
        `scope="mcp:read", resource_metadata="${metadataUrl}"`,
    );
    expect(body).toContain(`Get a new one from ${issuer.url} for ${resource}.`);
  });

  test.each(["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"])(
    "%s tells any page",
    async (path) => {
      const origin = "https://inspector.example";
      const url = new URL(path, site.url);
      const { status, headers, body } = await send(url, "", { origin }, "GET");
      expect(status).toBe(200);
      expect(headers["content-type"]).toBe("application/json");
      expect(headers["access-control-allow-origin"]).toBe("*");
      expect(JSON.parse(body)).toMatchObject({
        resource,
        authorization_servers: [issuer.url],
        bearer_methods_supported: ["header"],
      });
    },
  );

  test.each(["GET", "DELETE"])("also a %s is told that, which names no session", async (method) => {
    const { status, headers } = await send(site.url, "", {}, method);
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toContain("resource_metadata=");
    const authorization = `Bearer ${await issuer.sign()}`;
    expect((await send(site.url, "", { authorization }, method)).status).toBe(405);
  });

  test("before the body is read, in every revision", async () => {
    for (const [body, headers] of [legacy("initialize"), legacy("ping")]) {
      expect((await send(site.url, body, headers)).status).toBe(401);
    }
  });
});

test("A7: of the scopes only the least is announced", async () => {
  const url = new URL("/.well-known/oauth-protected-resource", site.url);
  const { body } = await send(url, "", {}, "GET");
  expect(JSON.parse(body)["scopes_supported"]).toEqual(["mcp:read"]);
  expect(body).not.toMatch(/write|destroy|offline_access/);
});

test.each(["", "/mcp"])("a client of 2025-03-26 is sent to the issuer from %j", async (suffix) => {
  const url = new URL(`/.well-known/oauth-authorization-server${suffix}`, site.url);
  const response = await fetch(url, { redirect: "manual" });
  expect(response.status).toBe(302);
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(response.headers.get("location")).toBe(
    `${issuer.url}/.well-known/oauth-authorization-server`,
  );
});

test.each(["/register", "/authorize", "/token"])(
  "A9: %s says that nobody signs in here, and where",
  async (path) => {
    const { status, body } = await send(new URL(path, site.url), "{}", {}, "POST");
    expect(status).toBe(404);
    expect(body).toContain(`takes access tokens of ${issuer.url}`);
    expect(body).not.toContain("no OAuth sign-in");
  },
);

describe("a good token", () => {
  test("names a principal, once for all requests that bring it", async () => {
    const token = await issuer.sign();
    const expected = {
      id: `user:ada ${issuer.url}`,
      subject: "ada",
      client: "app",
      kind: "user",
      scopes: ["mcp:read"],
    };
    const told = await Promise.all([whoIs(token), whoIs(token)]);
    for (const message of [...told, await whoIs(token)]) {
      expect(message).toMatchObject({ result: { structuredContent: expected } });
    }
    expect(issuer.requests.filter(({ path }) => path === "/jwks")).toHaveLength(1);
  });

  test.each(["bearer", "BEARER", "Bearer "])("may come with the scheme %j", async (scheme) => {
    const authorization = `${scheme} ${await issuer.sign()}`;
    expect((await site.ask({ authorization })).status).toBe(200);
  });

  test("may be for several servers, of which this is one", async () => {
    const token = await issuer.sign({ aud: ["https://other.example/mcp", resource] });
    expect((await site.ask(bearer(token))).status).toBe(200);
  });

  test("is a machine's where no user stands behind it", async () => {
    const message = await whoIs(await issuer.sign({ sub: "app", scope: "mcp:read" }));
    expect(message).toMatchObject({
      result: { structuredContent: { id: `machine:app ${issuer.url}`, kind: "machine" } },
    });
  });

  test("may come from an identity assertion (ID-JAG): it is ours like any other", async () => {
    const message = await whoIs(await issuer.sign({ sub: "ada@corp", act: { sub: "agent" } }));
    expect(message).toMatchObject({ result: { structuredContent: { subject: "ada@corp" } } });
  });
});

describe("H3: the audience of a token", () => {
  const givenNames = ["--oauth-issuer", "https://id.example.com"];

  test("is asked for: no server starts without --oauth-resource", async () => {
    const running = start(["--http", "0", ...givenNames]);
    expect(await running.exited).toBe(2);
    expect(running.stderr()).toContain("--oauth-resource (FAIRLEAD_OAUTH_RESOURCE) is required");
  });

  test("nor with options that need it, nor behind a name that is not its own", async () => {
    const alone = start(["--http", "0", "--oauth-require-dpop"]);
    expect(await alone.exited).toBe(2);
    const running = start([
      "--http",
      "0.0.0.0:0",
      "--oauth-issuer",
      issuer.url,
      "--oauth-resource",
      resource,
    ]);
    const said = /listening on (\S+)/;
    await eventually(() => expect(running.stderr()).toMatch(said));
    const port = new URL(said.exec(running.stderr())?.[1] ?? "").port;
    const url = new URL(`http://127.0.0.1:${port}/.well-known/oauth-protected-resource/mcp`);
    const statusOf = async (host: string) => (await send(url, "", { host }, "GET")).status;
    expect(await statusOf("mcp.example.com")).toBe(200);
    expect(await statusOf("evil.example.com")).toBe(403);
    const [body, headers] = legacy("initialize");
    expect((await send(new URL("/mcp", url), body, headers)).status).toBe(401);
    running.child.kill();
    await running.exited;
  });
});
