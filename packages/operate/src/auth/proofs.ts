import { hash } from "node:crypto";
import type { StateStore } from "@fairlead/store";
import { calculateJwkThumbprint, EmbeddedJWK, errors, type JWTPayload, jwtVerify } from "jose";
import { algorithms, skewSeconds } from "./access-token.ts";
import type { Claim } from "./authenticate.ts";
import { BadToken, type Grant } from "./grant.ts";

/** Seconds by which a proof may be older or newer than our clock has it. */
const windowSeconds = 60;
/** A proof is remembered for as long as it could be sent again. */
const rememberMs = 2 * windowSeconds * 1_000 + 1_000;
const maxJti = 512;
const maxProof = 8_192;

/** Checks that the sender of a token has the key that it is bound to (RFC 9449 section 4.3). */
export class Proofs {
  readonly #target: string;
  readonly #used: StateStore;

  constructor(resource: string, used: StateStore) {
    this.#target = toTarget(resource) ?? resource;
    this.#used = used;
  }

  /** Rejects with BadToken for a proof that is missing, belongs to another request or was sent before. */
  async verify(claim: Claim, token: string, grant: Grant): Promise<void> {
    const [proof, second] = claim.values("dpop");
    if (proof === undefined) throw new BadToken("the DPoP header is missing");
    if (second !== undefined || proof.includes(",")) throw new BadToken("there are several");
    if (proof.length > maxProof) throw new BadToken("it is too long");
    const { payload, jkt } = await open(proof);
    const { htm, htu, ath, iat, jti } = payload;
    if (htm !== claim.method) throw new BadToken("it is for another method (htm)");
    if (typeof htu !== "string" || toTarget(htu) !== this.#target) {
      throw new BadToken(`it is for another URL than ${this.#target} (htu)`);
    }
    if (ath !== hash("sha256", token, "base64url")) {
      throw new BadToken("it is for another access token (ath)");
    }
    if (typeof iat !== "number" || Math.abs(Date.now() / 1_000 - iat) > windowSeconds) {
      throw new BadToken(`its time (iat) is more than ${windowSeconds} seconds from this server's`);
    }
    if (typeof jti !== "string" || jti === "" || jti.length > maxJti) {
      throw new BadToken("it has no identifier of a fitting length (jti)");
    }
    if (jkt !== grant.jkt) throw new BadToken("it is signed by another key than that of the token");
    // This check is last, so that nobody can use up the proof of another client.
    const name = `dpop:${hash("sha256", JSON.stringify([jkt, jti]), "base64url")}`;
    const isFirst = await this.#used.take(name, Date.now() + rememberMs, grant.principal.id);
    if (!isFirst) throw new BadToken("it was sent before (jti)");
  }
}

/** A proof's claims and the thumbprint of the key that signed it. */
async function open(
  proof: string,
): Promise<{ readonly payload: JWTPayload; readonly jkt: string }> {
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms,
      typ: "dpop+jwt",
      clockTolerance: skewSeconds,
    });
    const { jwk } = protectedHeader;
    if (jwk === undefined || "d" in jwk || "k" in jwk) {
      throw new BadToken("its header must have a public key and no private one (jwk)");
    }
    return { payload, jkt: await calculateJwkThumbprint(jwk) };
  } catch (error) {
    if (error instanceof BadToken) throw error;
    const why = error instanceof errors.JOSEError ? " " : " by a key that can be used ";
    throw new BadToken(`it is not a JWT of the type dpop+jwt that is signed${why}`.trimEnd());
  }
}

/** A URL without query and fragment, in the one form that all its spellings have (RFC 9449 section 4.3). */
function toTarget(text: string): string | undefined {
  const url = URL.parse(text);
  return url === null ? undefined : `${url.origin}${url.pathname}`;
}
