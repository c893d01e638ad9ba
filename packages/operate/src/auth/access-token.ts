import { decodeJwt, errors, type JWTPayload, jwtVerify } from "jose";
import { BadToken, type Grant, toGrant } from "./grant.ts";
import { IssuerKeys } from "./keys.ts";
import type { OAuthSettings } from "./settings.ts";

/** Signatures by a private key: never a secret that both sides have, never none (RFC 8725 section 3.1). */
export const algorithms = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];

/** Seconds by which clocks may differ. */
export const skewSeconds = 30;

/** What a JWT looks like that is signed, and nothing that only decodes to the same. */
const signed = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Claims that only tokens of another purpose have: ID tokens (OpenID Connect), logout tokens. */
const foreign = ["at_hash", "c_hash", "s_hash", "events"];

const uses = /^(?:bearer|dpop|access|access_token|at\+jwt|jwt)$/i;

/** Whether a token is a JWT that its holder can be asked to be checked by keys alone. */
export function isJwt(token: string): boolean {
  return signed.test(token);
}

/** Checks access tokens that are JWTs (RFC 9068). */
export class AccessTokens {
  readonly #settings: OAuthSettings;
  readonly #keys: ReadonlyMap<string, IssuerKeys>;

  constructor(settings: OAuthSettings) {
    this.#settings = settings;
    this.#keys = new Map(
      settings.issuers.map((issuer) => [issuer, new IssuerKeys(issuer, settings.jwksUrl)]),
    );
  }

  /** Fetches every key that is needed. Rejects with the reason if one cannot be fetched. */
  async load(): Promise<void> {
    await Promise.all([...this.#keys.values()].map((keys) => keys.load()));
  }

  /** Gives what a token grants. Rejects with BadToken, or with NoAnswer if the issuer cannot be reached. */
  async verify(token: string): Promise<Grant> {
    // Padding and line breaks would be decoded all the same, and one token have many digests.
    if (!isJwt(token)) throw new BadToken("it is not a JWT");
    const { iss } = decode(token);
    const keys = this.#keys.get(iss ?? "");
    if (iss === undefined || keys === undefined) {
      throw new BadToken("its issuer (iss) is not one of this server's");
    }
    const { payload, protectedHeader } = await jwtVerify(token, keys.find, {
      algorithms,
      issuer: iss,
      audience: [...this.#settings.audiences],
      clockTolerance: skewSeconds,
      requiredClaims: ["exp", "aud", "sub"],
    }).catch((error: unknown) => {
      throw toBadToken(error) ?? error;
    });
    this.#assertPurpose(payload, protectedHeader.typ);
    const { iat } = payload;
    if (iat !== undefined && iat > Date.now() / 1_000 + skewSeconds) {
      throw new BadToken("it is issued in the future (iat)");
    }
    return toGrant(payload, iss, this.#settings);
  }

  /** Refuses what the same issuer signs for something else (RFC 9068 section 4, RFC 8725 section 3.11). */
  #assertPurpose(payload: JWTPayload, given: string | undefined): void {
    const typ = given?.toLowerCase().replace(/^application\//, "");
    const isAccess = typ === "at+jwt";
    const isPlain = typ === undefined || typ === "jwt";
    if (!isAccess && !(isPlain && this.#settings.plainJwt)) {
      throw new BadToken("it is not an access token (typ is not at+jwt)");
    }
    // Keycloak writes what a token is into the payload's typ, Cognito into token_use.
    const { typ: use = "Bearer", token_use: purpose = "access" } = payload;
    const isOther = foreign.some((claim) => Object.hasOwn(payload, claim));
    if (isOther || !uses.test(String(use)) || purpose !== "access") {
      throw new BadToken("it is not an access token");
    }
  }
}

/** What a token says of itself before anything of it is checked. */
function decode(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    throw new BadToken("it is not a JWT");
  }
}

const wrongClaims: Readonly<Record<string, string>> = {
  aud: "it was issued for another server (aud)",
  nbf: "it is not valid yet (nbf)",
  exp: "it has no end (exp)",
  sub: "it names no subject (sub)",
};

const wrongToken = new Set([
  ...["ERR_JOSE_ALG_NOT_ALLOWED", "ERR_JOSE_NOT_SUPPORTED", "ERR_JWS_INVALID", "ERR_JWT_INVALID"],
  ...["ERR_JWS_SIGNATURE_VERIFICATION_FAILED", "ERR_JWT_CLAIM_VALIDATION_FAILED"],
  ...["ERR_JWKS_NO_MATCHING_KEY", "ERR_JWKS_MULTIPLE_MATCHING_KEYS"],
]);

/** What is wrong with a token, or undefined if the token is not at fault. */
function toBadToken(error: unknown): BadToken | undefined {
  if (error instanceof errors.JWTExpired) return new BadToken("it has expired");
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new BadToken(wrongClaims[error.claim] ?? "one of its claims is wrong");
  }
  if (!(error instanceof errors.JOSEError) || !wrongToken.has(error.code)) return undefined;
  return new BadToken("it is not signed by a key of its issuer");
}
