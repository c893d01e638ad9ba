import { skewSeconds } from "./access-token.ts";
import { askJson, NoAnswer } from "./ask.ts";
import { BadToken, type Claims, type Grant, toGrant } from "./grant.ts";
import type { Introspection, OAuthSettings } from "./settings.ts";

/** Maximum number of introspections at once, however many tokens a client sends. */
const maxAsking = 64;

/** Asks the first of the authorization servers about tokens that only it can read (RFC 7662). */
export class Introspections {
  readonly #settings: OAuthSettings;
  readonly #place: Introspection;
  readonly #issuer: string;
  #asking = 0;

  constructor(settings: OAuthSettings, place: Introspection) {
    this.#settings = settings;
    this.#place = place;
    this.#issuer = settings.issuers[0] ?? "";
  }

  /** Gives what a token grants. Rejects with BadToken, or with NoAnswer if the issuer cannot be reached. */
  async verify(token: string): Promise<Grant> {
    if (this.#asking >= maxAsking) {
      throw new NoAnswer(`${maxAsking} tokens are being asked about already.`);
    }
    this.#asking += 1;
    try {
      return this.#check(await this.#ask(token));
    } finally {
      this.#asking -= 1;
    }
  }

  #ask(token: string): Promise<Claims> {
    const { url, clientId, clientSecret } = this.#place;
    // RFC 6749 section 2.3.1: each is encoded before they are joined.
    const credentials = [clientId, clientSecret].map((each) =>
      new URLSearchParams({ "": each }).toString().slice(1),
    );
    return askJson(url, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(credentials.join(":")).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({ token, token_type_hint: "access_token" }).toString(),
    });
  }

  /** Checks what a JWT would be checked for: that the server knows a token says nothing of that. */
  #check(said: Claims): Grant {
    if (said["active"] !== true)
      throw new BadToken("its issuer says that it is not valid, or not any more");
    const { iss = this.#issuer, aud, exp, nbf, iat, sub } = said;
    // An issuer may vouch for its own tokens, and not for users of another issuer.
    if (iss !== this.#issuer) throw new BadToken("its issuer (iss) is not the one that was asked");
    const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
    if (!this.#settings.audiences.some((audience) => named.includes(audience))) {
      throw new BadToken("it was issued for another server (aud)");
    }
    const now = Date.now() / 1_000;
    if (typeof exp !== "number") throw new BadToken("it has no end (exp)");
    if (exp <= now - skewSeconds) throw new BadToken("it has expired");
    for (const [at, why] of [
      [nbf, "it is not valid yet (nbf)"],
      [iat, "it is issued in the future (iat)"],
    ] as const) {
      if (at === undefined) continue;
      if (typeof at !== "number" || at > now + skewSeconds) throw new BadToken(why);
    }
    // A token of a client alone has no user, and here nothing has to stand in for one.
    const isOwn = sub === undefined && said["username"] === undefined;
    const claims = isOwn ? { ...said, sub: said["client_id"] } : said;
    return toGrant(claims, this.#issuer, this.#settings);
  }
}
