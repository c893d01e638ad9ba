import { createHash, createPublicKey, type KeyObject, randomBytes, verify } from "node:crypto";
import type { ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { listen, type Place } from "../listen.ts";

export interface OAuthClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Google's authorization server, as far as a desktop app and a service account meet it. */
export interface FakeOAuth {
  readonly url: string;
  readonly authUri: string;
  readonly tokenUri: string;
  /** The fields of every token request. */
  readonly exchanges: readonly URLSearchParams[];
  /** Tells of each access token and what it was given for. */
  onToken: ((token: string, scope: string) => void) | undefined;
  /** Gives a new refresh token with every renewal, and takes back the old. */
  rotates: boolean;
  /** Leaves this scope out of what it grants, as a person may who unticks a box. */
  withholds: string | undefined;
  /** What a person's browser does with the address it is given: signs in, and goes where it is sent. */
  signIn(address: string, change?: (redirect: URL) => void): Promise<Response>;
  /** Knows a refresh token from a sign-in of earlier. */
  remember(refreshToken: string, scope: string): void;
  /** Takes a refresh token back. */
  revoke(refreshToken: string): void;
  /** Lets a service account sign with this key. */
  trust(email: string, publicKeyPem: string): void;
  close(): Promise<void>;
}

interface Grant {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly scope: string;
}

export async function createFakeOAuth(client: OAuthClient, place?: Place): Promise<FakeOAuth> {
  const codes = new Map<string, Grant>();
  const refreshTokens = new Map<string, string>();
  const accounts = new Map<string, KeyObject>();
  const exchanges: URLSearchParams[] = [];

  const issue = (scope: string, refresh?: string) => {
    const access = `ya29.${randomBytes(16).toString("hex")}`;
    fake.onToken?.(access, scope);
    const more = refresh === undefined ? {} : { refresh_token: refresh };
    return { access_token: access, expires_in: 3599, scope, token_type: "Bearer", ...more };
  };
  const issueRefresh = (scope: string) => {
    const refresh = `1//${randomBytes(16).toString("hex")}`;
    refreshTokens.set(refresh, scope);
    return refresh;
  };

  const exchange = (form: URLSearchParams): object | string => {
    if (form.get("grant_type") === "urn:ietf:params:oauth:grant-type:jwt-bearer") {
      const scope = readAssertion(form.get("assertion") ?? "", accounts, fake.tokenUri);
      return scope === undefined ? "invalid_grant" : issue(scope);
    }
    if (form.get("client_id") !== client.clientId) return "invalid_client";
    if (form.get("client_secret") !== client.clientSecret) return "invalid_client";
    if (form.get("grant_type") === "refresh_token") {
      const old = form.get("refresh_token") ?? "";
      const scope = refreshTokens.get(old);
      if (scope === undefined) return "invalid_grant";
      if (!fake.rotates) return issue(scope);
      refreshTokens.delete(old);
      return issue(scope, issueRefresh(scope));
    }
    const code = form.get("code") ?? "";
    const grant = codes.get(code);
    codes.delete(code);
    const verifier = form.get("code_verifier") ?? "";
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    if (grant === undefined || grant.challenge !== challenge) return "invalid_grant";
    if (grant.redirectUri !== form.get("redirect_uri")) return "redirect_uri_mismatch";
    return issue(grant.scope, issueRefresh(grant.scope));
  };

  const { url, close } = await listen(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://oauth.test");
    if (request.method !== "POST" || url.pathname !== "/token") return answer(response, 404, {});
    const form = new URLSearchParams(await text(request));
    exchanges.push(form);
    const result = exchange(form);
    if (typeof result !== "string") return answer(response, 200, result);
    answer(response, 400, {
      error: result,
      error_description: "Token has been expired or revoked.",
    });
  }, place);

  const fake: FakeOAuth = {
    url,
    authUri: `${url}/auth`,
    tokenUri: `${url}/token`,
    exchanges,
    onToken: undefined,
    rotates: false,
    withholds: undefined,
    async signIn(given, change = () => {}) {
      const { searchParams: asked } = new URL(given);
      const redirect = new URL(asked.get("redirect_uri") ?? "");
      const state = asked.get("state") ?? "";
      if (asked.get("code_challenge_method") !== "S256" || state === "") {
        throw new Error("The request has no PKCE challenge, or no state.");
      }
      const code = `4/${randomBytes(16).toString("hex")}`;
      const scopes = (asked.get("scope") ?? "").split(" ");
      codes.set(code, {
        redirectUri: asked.get("redirect_uri") ?? "",
        challenge: asked.get("code_challenge") ?? "",
        scope: scopes.filter((scope) => scope !== fake.withholds).join(" "),
      });
      redirect.searchParams.set("state", state);
      redirect.searchParams.set("code", code);
      change(redirect);
      return fetch(redirect);
    },
    remember: (refreshToken, scope) => void refreshTokens.set(refreshToken, scope),
    revoke: (refreshToken) => void refreshTokens.delete(refreshToken),
    trust: (email, publicKeyPem) => void accounts.set(email, createPublicKey(publicKeyPem)),
    close,
  };
  return fake;
}

/** The scope of a signed assertion (RFC 7523); undefined where it is not to be trusted. */
function readAssertion(
  assertion: string,
  accounts: ReadonlyMap<string, KeyObject>,
  audience: string,
): string | undefined {
  const [head = "", body = "", signature = ""] = assertion.split(".");
  const claims = JSON.parse(Buffer.from(body, "base64url").toString() || "{}");
  const key = accounts.get(String(claims.iss));
  if (key === undefined || claims.aud !== audience || claims.exp <= claims.iat) return undefined;
  const signed = Buffer.from(`${head}.${body}`);
  const valid = verify("sha256", signed, key, Buffer.from(signature, "base64url"));
  return valid ? String(claims.scope) : undefined;
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
