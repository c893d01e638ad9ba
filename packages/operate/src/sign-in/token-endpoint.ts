import { hash, randomBytes } from "node:crypto";
import type { AccountTokens, HttpRequest, OAuthClient, SignInProvider } from "@fairlead/define";
import { isRecord } from "@fairlead/guard/record";
import { askJson, NoAnswer } from "../auth/ask.ts";

/** What an authorization server gave for an account. */
export interface Tokens extends AccountTokens {
  /**
   * From when on it is renewed, a little before it expires: milliseconds of the epoch. A token without it
   * is valid until it is withdrawn.
   */
  readonly freshUntil?: number;
}

/** Milliseconds before its end from which a token is not used any more, so that it lasts for a call. */
const marginMs = 60_000;

/** An authorization server refused to give tokens: `code` is its word for the reason. */
export class TokenRefusal extends Error {
  override readonly name = "TokenRefusal";
  readonly code: string;

  constructor(code: string) {
    super(`The authorization server gives no token (${code}).`);
    this.code = code;
  }
}

/** Where tokens are given, and to whom. */
export interface TokenPlace
  extends Pick<SignInProvider, "tokenEndpoint" | "secretIn" | "tokensIn"> {
  readonly client: OAuthClient;
}

/** The secret of an authorization request and what is sent in its place (PKCE, RFC 7636). */
export interface Verifier {
  readonly verifier: string;
  readonly challenge: string;
}

export function createVerifier(): Verifier {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: hash("sha256", verifier, "base64url") };
}

/** Exchanges a code for tokens (RFC 6749 section 4.1.3). Rejects with TokenRefusal or NoAnswer. */
export async function exchangeCode(
  place: TokenPlace,
  given: { readonly code: string; readonly redirectUri: string; readonly verifier: string },
): Promise<Tokens> {
  const answer = await askForTokens(place, {
    grant_type: "authorization_code",
    code: given.code,
    redirect_uri: given.redirectUri,
    code_verifier: given.verifier,
  });
  // The tokens around it would be those of the app, which are nobody's own.
  return readTokens(place.tokensIn === undefined ? answer : answer[place.tokensIn]);
}

/** Gets new tokens for old ones (RFC 6749 section 6). Rejects with TokenRefusal or NoAnswer. */
export async function renewTokens(place: TokenPlace, refresh: string): Promise<Tokens> {
  const answer = await askForTokens(place, { grant_type: "refresh_token", refresh_token: refresh });
  const inside = place.tokensIn === undefined ? undefined : answer[place.tokensIn];
  const found = isRecord(inside) && typeof inside["access_token"] === "string" ? inside : answer;
  // A server that does not rotate them leaves the refresh token out.
  return { refresh, ...readTokens(found) };
}

/** Sends a request of which only the effect counts. Rejects with NoAnswer. */
export async function withdraw({ url, ...init }: HttpRequest): Promise<void> {
  const signal = AbortSignal.timeout(5_000);
  const response = await fetch(url, { ...init, redirect: "manual", signal }).catch(
    (error: unknown) => {
      throw new NoAnswer(`${new URL(url).origin} cannot be reached.`, { cause: error });
    },
  );
  await response.body?.cancel();
  if (response.status >= 300) {
    throw new NoAnswer(`${new URL(url).origin} answers ${response.status}.`);
  }
}

async function askForTokens(
  { tokenEndpoint, client, secretIn = "header" }: TokenPlace,
  form: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const { id, secret } = client;
  const isBasic = secret !== undefined && secretIn === "header";
  const body = new URLSearchParams(form);
  if (!isBasic) body.set("client_id", id);
  if (!isBasic && secret !== undefined) body.set("client_secret", secret);
  const answer = await askJson(new URL(tokenEndpoint), {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(isBasic && { authorization: toBasic(id, secret) }),
    },
    body: body.toString(),
    statuses: [200, 400, 401, 403],
  });
  const { error } = answer;
  // GitHub and Slack refuse with the status 200.
  if (error === undefined && answer["ok"] !== false) return answer;
  // What others wrote goes into pages and logs: only what a code can be (RFC 6749 section 5.2).
  throw new TokenRefusal(/^[\w.-]{1,64}$/.exec(String(error))?.[0] ?? "unknown error");
}

function readTokens(answer: unknown): Tokens {
  const {
    access_token: access,
    refresh_token: refresh,
    expires_in: seconds,
  } = isRecord(answer) ? answer : {};
  if (typeof access !== "string" || access === "") throw new TokenRefusal("no access_token");
  const lifeMs = Number(seconds) * 1_000;
  return {
    access,
    ...(typeof refresh === "string" && refresh !== "" && { refresh }),
    ...(lifeMs > 0 && { freshUntil: Date.now() + lifeMs - Math.min(marginMs, lifeMs / 2) }),
  };
}

/** RFC 6749 section 2.3.1: each is encoded before they are joined. */
function toBasic(...parts: readonly string[]): string {
  const encoded = parts.map((each) => new URLSearchParams({ "": each }).toString().slice(1));
  return `Basic ${Buffer.from(encoded.join(":")).toString("base64")}`;
}
