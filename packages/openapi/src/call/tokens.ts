import type { Fetch } from "@fairlead/upstream";
import { findMessage } from "../answer/error-words.ts";
import type { SecurityScheme } from "../request/operation.ts";
import { type ClientCredential, toBasic } from "../request/security.ts";
import { ApiError, scrub } from "../values/errors.ts";

interface Held {
  readonly token: string;
  /** In milliseconds of a clock that only ever grows. */
  readonly expiresAt: number;
}

export interface TokensOptions {
  readonly schemes: Readonly<Record<string, SecurityScheme>>;
  /** What token URLs are relative to. */
  readonly base: URL;
  readonly fetch: Fetch;
  elapsed(): number;
}

/** A token is renewed this much before it expires, since the request with it takes time too. */
const earlyMs = 60_000;
const defaultLifeMs = 3_600_000;

/**
 * The tokens of OAuth2 clients: got at the first call that needs one, once for calls that come
 * together, and kept until they expire (RFC 6749 4.4 and 6).
 */
export class Tokens {
  readonly #options: TokensOptions;
  readonly #held = new Map<string, Promise<Held>>();
  /** Some servers give a new refresh token with each token and forget the old. */
  readonly #refresh = new Map<string, string>();

  constructor(options: TokensOptions) {
    this.#options = options;
  }

  async find(
    name: string,
    credential: ClientCredential,
    scopes: readonly string[],
  ): Promise<string> {
    const key = JSON.stringify([name, [...scopes].sort()]);
    const before = this.#held.get(key);
    const held = await before;
    if (held && held.expiresAt - earlyMs > this.#options.elapsed()) return held.token;
    // Somebody else may have begun to renew it meanwhile.
    if (this.#held.get(key) === before) this.#held.delete(key);
    let getting = this.#held.get(key);
    if (getting === undefined) {
      getting = this.#get(name, credential, scopes);
      this.#held.set(key, getting);
      getting.catch(() => this.#held.delete(key));
    }
    return (await getting).token;
  }

  /** Forgets the tokens that the API did not accept, so that the next call gets another. */
  drop(): void {
    this.#held.clear();
  }

  async #get(name: string, credential: ClientCredential, scopes: readonly string[]): Promise<Held> {
    const scheme = this.#options.schemes[name];
    const refreshToken = this.#refresh.get(name) ?? credential.refreshToken;
    const form = new URLSearchParams();
    if (refreshToken === undefined) form.set("grant_type", "client_credentials");
    else {
      form.set("grant_type", "refresh_token");
      form.set("refresh_token", refreshToken);
    }
    if (scopes.length > 0 && refreshToken === undefined) form.set("scope", scopes.join(" "));
    const url = toTokenUrl(scheme, refreshToken === undefined ? "first" : "refresh");
    if (url === undefined) throw new ApiError(`${name} has no token URL.`, "Give a token instead.");
    const secrets = [credential.clientSecret, refreshToken ?? ""];
    const response = await this.#ask(new URL(url, this.#options.base), credential, form);
    const text = await response.text();
    const answer = parse(text);
    const token = answer["access_token"];
    if (!response.ok || typeof token !== "string") {
      const words = findMessage(text) ?? `status ${response.status}`;
      throw new ApiError(
        scrub(`No token for ${name}: ${words}`, secrets),
        "The person who runs this server can check the client id and its secret.",
        response.status,
      );
    }
    const renewed = answer["refresh_token"];
    if (typeof renewed === "string") this.#refresh.set(name, renewed);
    const seconds = Number(answer["expires_in"]);
    const life = seconds > 0 ? seconds * 1_000 : defaultLifeMs;
    // A token that lives shorter than the head start would be renewed for ever.
    return { token, expiresAt: this.#options.elapsed() + Math.max(life, earlyMs * 2) };
  }

  /** Asks as every server must understand (RFC 6749 2.3.1), then as some insist on. */
  async #ask(url: URL, client: ClientCredential, form: URLSearchParams): Promise<Response> {
    const { clientId, clientSecret } = client;
    const [username, password] = [clientId, clientSecret].map((word) =>
      new URLSearchParams([["", word]]).toString().slice(1),
    );
    const authorization = `Basic ${toBasic({ username: username ?? "", password: password ?? "" })}`;
    const accept = "application/json";
    const init = { method: "POST", headers: { accept, authorization }, body: form };
    const response = await this.#options.fetch(url, init);
    if (response.status !== 400 && response.status !== 401) return response;
    const body = new URLSearchParams(form);
    body.set("client_id", clientId);
    body.set("client_secret", clientSecret);
    const second = await this.#options.fetch(url, { method: "POST", headers: { accept }, body });
    if (second.ok) return second;
    return response;
  }
}

/** The URL that a scheme's first token comes from, or a token in place of an old one. */
export function toTokenUrl(scheme: SecurityScheme | undefined, token: "first" | "refresh") {
  if (scheme?.type !== "oauth2") return undefined;
  return token === "refresh" ? (scheme.refreshUrl ?? scheme.tokenUrl) : scheme.tokenUrl;
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
