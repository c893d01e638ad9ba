import { algorithms } from "./access-token.ts";
import type { OAuthSettings } from "./settings.ts";

const wellKnown = "/.well-known/oauth-protected-resource";
const issuerWellKnown = "/.well-known/oauth-authorization-server";

/** A document that everybody may read. */
export interface PublicDocument {
  readonly path: string;
  readonly contentType: string;
  readonly text: string;
}

/** Where the metadata of a resource is (RFC 9728 section 3.1): between its host and its path. */
export function toMetadataUrl(resource: string): string {
  const { origin, pathname } = new URL(resource);
  return `${origin}${wellKnown}${toSuffix(pathname)}`;
}

/**
 * The metadata by which clients learn where to sign in (RFC 9728 section 2), at every place where they
 * look: after the path of the resource and after each of these places, of which the empty one is the
 * root. Of the scopes only the least is announced: more is asked for when a call needs it.
 */
export function toMetadata(
  { issuers, resource, scopes, requireDpop }: OAuthSettings,
  { title, places }: { readonly title: string; readonly places: readonly string[] },
): readonly PublicDocument[] {
  const text = JSON.stringify({
    resource,
    resource_name: title,
    authorization_servers: issuers,
    scopes_supported: [scopes.read],
    bearer_methods_supported: ["header"],
    dpop_signing_alg_values_supported: algorithms,
    ...(requireDpop && { dpop_bound_access_tokens_required: true }),
  });
  const suffixes = new Set([...places, new URL(resource).pathname].map(toSuffix));
  return [...suffixes].map((suffix) => ({
    path: `${wellKnown}${suffix}`,
    contentType: "application/json",
    text,
  }));
}

/** A path that redirects to another URL. */
export interface Redirect {
  readonly path: string;
  readonly location: string;
}

/**
 * Where clients of 2025-03-26 look for the authorization server, and where it is: they know no metadata
 * of resources and ask the server itself (MCP 2025-03-26, basic/authorization, "Server Metadata
 * Discovery"). They sign in at the first issuer.
 */
export function toIssuerRedirects(
  { issuers }: Pick<OAuthSettings, "issuers">,
  { places }: { readonly places: readonly string[] },
): readonly Redirect[] {
  const [issuer] = issuers;
  if (issuer === undefined) return [];
  const { origin, pathname } = new URL(issuer);
  const location = `${origin}${issuerWellKnown}${toSuffix(pathname)}`;
  return places.map((place) => ({
    path: `${issuerWellKnown}${toSuffix(place)}`,
    location,
  }));
}

function toSuffix(path: string): string {
  return path.replace(/\/$/, "");
}
