import { createHash, randomBytes } from "node:crypto";
import { createBrowser } from "./browser.ts";
import { ada, type Person } from "./people.ts";
import type { IdentityProvider } from "./provider.ts";

/** A client that was registered at an authorization server (RFC 7591). */
export interface Registered {
  readonly id: string;
  readonly secret: string | undefined;
}

/** Registers a client by hand, as an operator would. */
export async function register(
  { issuer }: Pick<IdentityProvider, "issuer">,
  redirectUri: string,
  { isPublic = false } = {},
): Promise<Registered> {
  const response = await fetch(`${issuer}/reg`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      ...{ redirect_uris: [redirectUri], response_types: ["code"] },
      grant_types: ["authorization_code"],
      token_endpoint_auth_method: isPublic ? "none" : "client_secret_basic",
    }),
  });
  const { client_id: id, client_secret: secret } = Object(await response.json());
  if (typeof id !== "string") throw new TypeError(`Not registered: ${response.status}`);
  return { id, secret: typeof secret === "string" ? secret : undefined };
}

const callback = "http://127.0.0.1:8765/callback";

/** An access token for a resource, for which a person signs in and agrees to the scopes. */
export async function signInForToken(
  identity: Pick<IdentityProvider, "issuer">,
  resource: string,
  { person = ada, scope = "mcp:read" }: { readonly person?: Person; readonly scope?: string } = {},
): Promise<string> {
  const { id } = await register(identity, callback, { isPublic: true });
  const verifier = randomBytes(32).toString("base64url");
  const asked = new URLSearchParams({
    ...{
      response_type: "code",
      client_id: id,
      redirect_uri: callback,
      scope,
      resource,
      state: "s",
    },
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  const back = await createBrowser(person).signIn(`${identity.issuer}/auth?${asked}`);
  const response = await fetch(`${identity.issuer}/token`, {
    method: "POST",
    body: new URLSearchParams({
      ...{ grant_type: "authorization_code", client_id: id, redirect_uri: callback, resource },
      ...{ code: back.searchParams.get("code") ?? "", code_verifier: verifier },
    }),
  });
  const { access_token: token } = Object(await response.json());
  if (typeof token !== "string") throw new TypeError(`No token: ${back.href} ${response.status}`);
  return token;
}
