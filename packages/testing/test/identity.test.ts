import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toOutcome } from "../src/hosts/libraries/mcpjam/check-oauth.ts";
import {
  createBrowser,
  type IdentityProvider,
  startIdentityProvider,
} from "../src/identity/index.ts";

const resource = "http://127.0.0.1:9999/mcp";
const callback = "http://127.0.0.1:9998/callback";
const documentUrl = "https://client.example/mcp.json";
const verifier = randomBytes(32).toString("hex");

let identity: IdentityProvider;
beforeAll(async () => {
  identity = await startIdentityProvider({
    scopes: ["mcp:read"],
    documents: {
      [documentUrl]: {
        ...{
          client_id: documentUrl,
          redirect_uris: [callback],
          grant_types: ["authorization_code"],
        },
        ...{ response_types: ["code"], token_endpoint_auth_method: "none" },
      },
    },
  });
});
afterAll(() => identity.close());

function toPage(more: Record<string, string> = {}): URL {
  const page = new URL("/auth", identity.issuer);
  page.search = new URLSearchParams({
    ...{ client_id: documentUrl, redirect_uri: callback, response_type: "code", resource },
    ...{ scope: "mcp:read", code_challenge_method: "S256" },
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    ...more,
  }).toString();
  return page;
}

/** The claims of a token that a client gets for its user. */
async function getClaims(more: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const { searchParams } = await createBrowser().signIn(toPage(more));
  const response = await fetch(new URL("/token", identity.issuer), {
    method: "POST",
    body: new URLSearchParams({
      ...{ grant_type: "authorization_code", client_id: documentUrl, redirect_uri: callback },
      ...{ code: searchParams.get("code") ?? "", code_verifier: verifier },
    }),
  });
  const { access_token: token = "" }: { access_token?: string } = JSON.parse(await response.text());
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
}

function register(body: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  const address = new URL("/reg", identity.issuer);
  return fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
}

describe("the authorization server", () => {
  test("issues a token for the resource to whoever signs in, and nobody else", async () => {
    const claims = await getClaims();
    expect(claims).toMatchObject({ aud: resource, sub: "ada", scope: "mcp:read" });
    expect(claims).toMatchObject({ iss: identity.issuer, client_id: documentUrl });
    const stranger = createBrowser({ name: "ada", password: "byron" });
    await expect(stranger.signIn(toPage())).rejects.toThrow("403: Wrong name or password.");
  });

  test("issues one token that is old, where it is told to", async () => {
    identity.nextTokenAge = 3600;
    const now = Date.now() / 1000;
    expect(Number((await getClaims())["exp"])).toBeLessThan(now);
    expect(Number((await getClaims())["exp"])).toBeGreaterThan(now);
  });

  test("issues it for the resource it was told, where a client names none", async () => {
    identity.defaultResource = "http://127.0.0.1:9997/mcp";
    expect((await getClaims({ resource: "" }))["aud"]).toBe(identity.defaultResource);
  });

  test("registers a program, and nobody who is sent to another machine without TLS", async () => {
    const program = { client_name: "program", grant_types: ["client_credentials"] };
    expect((await register(program)).status).toBe(201);
    const user = { client_name: "user", token_endpoint_auth_method: "none" };
    expect((await register({ ...user, redirect_uris: [callback] })).status).toBe(201);
    const refused = await register({ ...user, redirect_uris: ["http://evil.example/callback"] });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: "invalid_redirect_uri" });
  });
});

describe("a flow of MCPJam's OAuth suite", () => {
  const passed = ["oauth_invalid_token", "verify_list_tools", "verify_call_tool"].map((step) => {
    return { step, status: "passed" as const };
  });
  const judge = (label: string, ...steps: Parameters<typeof toOutcome>[0]["steps"]) =>
    toOutcome({ label, passed: true, summary: "", steps: [...passed, ...steps] });

  test("has passed only if nothing was left out that could have been run", () => {
    const left = { step: "oauth_invalid_authorize_redirect", status: "skipped" as const };
    expect(judge("2025-11-25 dcr client_credentials", left).status).toBe("passed");
    expect(judge("2025-11-25 dcr headless", left).status).toBe("failed");
    const other = { step: "oauth_dcr_http_redirect_uri", status: "skipped" as const };
    expect(judge("2025-11-25 dcr client_credentials", other).status).toBe("failed");
  });

  test("has not passed without the steps that it was asked for", () => {
    const rest = passed.slice(1);
    const ruling = { label: "2025-11-25 dcr headless", passed: true, summary: "", steps: rest };
    expect(toOutcome(ruling)).toMatchObject({
      ...{ status: "failed", reasons: ["oauth_invalid_token has not been passed."] },
    });
  });
});
