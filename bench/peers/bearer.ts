import { type AuthInfo, OAuthError, OAuthErrorCode } from "@modelcontextprotocol/server";
import { createRemoteJWKSet, jwtVerify } from "jose";

/** Tokens that are remembered as verified. */
const maxKept = 10_000;
const keptMs = 5 * 60_000;

/**
 * A verifier for the official bearer check that looks at what Fairlead looks at: the signature by a key
 * of the issuer, `iss`, `aud`, `exp`, `nbf` and `typ`. Like Fairlead it verifies a token once in 5 minutes.
 */
export function createVerifier({
  issuer,
  jwks,
  audience,
}: Readonly<Record<"issuer" | "jwks" | "audience", string>>) {
  const keys = createRemoteJWKSet(new URL(jwks));
  const kept = new Map<string, { readonly info: AuthInfo; readonly until: number }>();
  return {
    async verifyAccessToken(token: string): Promise<AuthInfo> {
      const known = kept.get(token);
      if (known !== undefined && known.until > Date.now()) return known.info;
      const rules = { issuer, audience, typ: "at+jwt", algorithms: ["RS256"], clockTolerance: 30 };
      const { payload } = await jwtVerify(token, keys, rules).catch((error: unknown) => {
        throw new OAuthError(OAuthErrorCode.InvalidToken, String(error));
      });
      const { client_id: client, scope, exp = 0 } = payload;
      const scopes = String(scope).split(" ");
      const info = { token, clientId: String(client), scopes, expiresAt: exp };
      if (kept.size >= maxKept) kept.clear();
      kept.set(token, { info, until: Math.min(Date.now() + keptMs, exp * 1_000) });
      return info;
    },
  };
}
