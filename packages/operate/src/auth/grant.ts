import type { Principal } from "@fairlead/define";
import { isRecord, toRecord } from "@fairlead/guard/record";
import type { OAuthSettings } from "./settings.ts";

/** What a valid token grants. */
export interface Grant {
  readonly principal: Principal;
  /** Milliseconds of the epoch. */
  readonly expiresAt: number;
  /** The thumbprint of the key it is bound to (RFC 9449 section 6). */
  readonly jkt?: string;
}

/** Why a token is not valid. The text contains nothing of the token, since it goes into a header. */
export class BadToken extends Error {
  override readonly name = "BadToken";
}

/** Claims of a JWT, or of what an introspection says. */
export type Claims = Readonly<Record<string, unknown>>;

/** OpenID Connect Core, section 2, has 255 characters for a subject. */
const maxName = 1_024;

/** Gives what checked claims grant. Throws BadToken for claims without a subject. */
export function toGrant(
  claims: Claims,
  issuer: string,
  { tenantClaim }: Pick<OAuthSettings, "tenantClaim">,
): Grant {
  const { exp, cnf } = claims;
  if (typeof exp !== "number" || !Number.isFinite(exp)) throw new BadToken("it has no end (exp)");
  const client = toName(claims["client_id"] ?? claims["azp"] ?? claims["appid"] ?? claims["cid"]);
  const subject = toName(claims["sub"]);
  if (subject === undefined) throw new BadToken("it names no subject (sub)");
  const tenant = tenantClaim === undefined ? undefined : toName(claims[tenantClaim]);
  if (tenantClaim !== undefined && tenant === undefined) {
    throw new BadToken("it names no tenant, which this server asks for");
  }
  const kind = isMachine(claims, subject, client) ? "machine" : "user";
  const jkt = toBinding(cnf);
  const principal: Principal = {
    id: toId({ kind, subject, issuer, tenant }),
    ...(tenant !== undefined && { tenant }),
    subject,
    ...(client !== undefined && { client }),
    kind,
    scopes: toScopes(claims),
  };
  return { principal, expiresAt: exp * 1_000, ...(jkt !== undefined && { jkt }) };
}

/**
 * One principal is one subject of one issuer in one tenant, and a machine is never a user, whatever
 * they call themselves: of what they choose no character can end a part. An id of a token file has no
 * space, so it is nobody's of these.
 */
function toId({
  kind,
  subject,
  issuer,
  tenant,
}: {
  readonly kind: string;
  readonly subject: string;
  readonly issuer: string;
  readonly tenant: string | undefined;
}): string {
  const parts = [`${kind}:${encodeURIComponent(subject)}`, issuer];
  return [...parts, ...(tenant === undefined ? [] : [encodeURIComponent(tenant)])].join(" ");
}

/**
 * Whether no user stands behind a token (RFC 9068 section 2.2): its subject is its client, or its
 * issuer says so in a way of its own (Entra in `idtyp`, Auth0 in `gty`).
 */
function isMachine(claims: Claims, subject: string, client: string | undefined): boolean {
  if (client !== undefined && subject === client) return true;
  return claims["idtyp"] === "app" || claims["gty"] === "client-credentials";
}

/**
 * The scopes: `scope` (RFC 9068 section 2.2.3), `scp` of Entra and Okta, or, in a token that has
 * neither, `roles`, which is what Entra gives to programs.
 */
function toScopes(claims: Claims): readonly string[] {
  const given = claims["scope"] ?? claims["scp"] ?? claims["roles"];
  const list = typeof given === "string" ? given.split(" ") : Array.isArray(given) ? given : [];
  return list.filter((each) => typeof each === "string").filter((each) => each !== "");
}

/** The key that a token is bound to. Throws BadToken for a token that is bound in a way we cannot check. */
function toBinding(cnf: unknown): string | undefined {
  if (cnf === undefined) return undefined;
  const { jkt } = toRecord(cnf);
  if (isRecord(cnf) && typeof jkt === "string" && Object.keys(cnf).length === 1) return jkt;
  throw new BadToken("it is bound to a key in a way that this server cannot check (cnf)");
}

function toName(value: unknown): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  // Half a character would be the same as every other half.
  if (value.length > maxName || !value.isWellFormed()) return undefined;
  return value;
}
