import type { Effect } from "@fairlead/define";
import type { ScopedTool } from "./authenticate.ts";

/** The scope of each effect. Each scope also permits the effects listed before it. */
export type ScopeNames = Readonly<Record<Effect, string>>;

/** Where an authorization server is asked about a token (RFC 7662), and as whom. */
export interface Introspection {
  readonly url: URL;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Which tokens a server accepts. */
export interface OAuthSettings {
  /** Authorization servers, as their tokens name them in `iss`: character by character. */
  readonly issuers: readonly string[];
  /** The public URL of the server, by which clients ask for tokens (RFC 8707). */
  readonly resource: string;
  /** Accepted values of `aud`, of which a token needs one. */
  readonly audiences: readonly string[];
  /** URL of the keys, if the metadata of the issuer does not name it. */
  readonly jwksUrl?: URL;
  readonly introspection?: Introspection;
  readonly scopes: ScopeNames;
  /**
   * What a call of a tool needs in addition to the scope of its effect, by the name of the tool: as the
   * operator says, else as the author of the tool does.
   */
  readonly toolScopes: ReadonlyMap<string, readonly string[]>;
  /** The claim that names the tenant; a token without it is refused. */
  readonly tenantClaim?: string;
  /** Accepts tokens whose `typ` is not `at+jwt` (RFC 9068). */
  readonly plainJwt: boolean;
  /** Refuses tokens that are not bound to a key (RFC 9449). */
  readonly requireDpop: boolean;
}

/** Values of options, by their keys. */
type Values = Readonly<Record<string, unknown>>;

const defaultScopes: ScopeNames = {
  read: "mcp:read",
  write: "mcp:write",
  destroy: "mcp:destroy",
};

/**
 * Reads the options that begin with `--oauth` for a server with these tools, or gives every problem with
 * them.
 */
export function readSettings(
  values: Values,
  tools: readonly ScopedTool[] = [],
): OAuthSettings | { readonly problems: string[] } {
  const problems: string[] = [];
  const issuers = toTexts(values["oauthIssuer"]);
  const resource = toText(values["oauthResource"]);
  if (issuers.length === 0) {
    problems.push(
      "--oauth-issuer (FAIRLEAD_OAUTH_ISSUER) is required with the other OAuth options. Give the URL that the tokens have as `iss`.",
    );
  }
  if (resource === undefined) {
    problems.push(
      "--oauth-resource (FAIRLEAD_OAUTH_RESOURCE) is required with the other OAuth options. Give the public URL of this server, such as https://mcp.example.com/mcp: a token that was issued for another server is refused.",
    );
  }
  for (const issuer of issuers) toPlace("--oauth-issuer", issuer, problems);
  const place =
    resource === undefined ? undefined : toPlace("--oauth-resource", resource, problems);
  const jwksUrl = readUrl("--oauth-jwks-url", values["oauthJwksUrl"], problems);
  if (jwksUrl !== undefined && issuers.length > 1) {
    problems.push(
      "--oauth-jwks-url has the keys of one issuer, but --oauth-issuer names several. Leave it out: the keys are found through the metadata of each issuer.",
    );
  }
  const introspection = readIntrospection(values, problems);
  const { scopes, toolScopes } = readScopes(values["oauthScopes"], tools, problems);
  const tenantClaim = toText(values["oauthTenantClaim"]);
  const named = toTexts(values["oauthAudience"]);
  if (problems.length > 0 || resource === undefined) return { problems };
  return {
    issuers,
    resource,
    // Clients may write the URL of a whole host with its slash or without.
    audiences: named.length > 0 ? named : [...new Set([resource, place?.href ?? resource])],
    ...(jwksUrl !== undefined && { jwksUrl }),
    ...(introspection !== undefined && { introspection }),
    ...{ scopes, toolScopes },
    ...(tenantClaim !== undefined && { tenantClaim }),
    plainJwt: values["oauthPlainJwt"] === true,
    requireDpop: values["oauthRequireDpop"] === true,
  };
}

/** Whether a URL may be asked for keys or about tokens: https, or a server of this machine. */
export function isSecure({ protocol, hostname }: URL): boolean {
  if (protocol === "https:") return true;
  const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  return protocol === "http:" && loopback;
}

function readIntrospection(values: Values, problems: string[]): Introspection | undefined {
  const url = readUrl("--oauth-introspection-url", values["oauthIntrospectionUrl"], problems);
  const clientId = toText(values["oauthIntrospectionId"]);
  const clientSecret = toText(values["oauthIntrospectionSecret"]);
  if (url === undefined && clientId === undefined && clientSecret === undefined) return undefined;
  if (url !== undefined && clientId !== undefined && clientSecret !== undefined) {
    return { url, clientId, clientSecret };
  }
  problems.push(
    "--oauth-introspection-url, --oauth-introspection-id and --oauth-introspection-secret need each other. Give all three, or none.",
  );
  return undefined;
}

/** What each effect needs, and each tool: what the operator names for a tool replaces its author's. */
function readScopes(
  value: unknown,
  tools: readonly ScopedTool[],
  problems: string[],
): Pick<OAuthSettings, "scopes" | "toolScopes"> {
  const scopes = { ...defaultScopes };
  const own = new Map<string, string[]>();
  for (const entry of toTexts(value)) {
    // The characters of a scope: RFC 6749 section 3.3.
    const [, name = "", scope] = /^([\w.-]+)=([\x21\x23-\x5B\x5D-\x7E]+)$/.exec(entry) ?? [];
    if (scope === undefined) {
      problems.push(
        `--oauth-scopes: ${JSON.stringify(entry)} is not of the form effect=scope or tool=scope, such as read=files.read.`,
      );
    } else if (isEffect(name)) scopes[name] = scope;
    else if (tools.some((tool) => tool.name === name)) {
      own.set(name, [...(own.get(name) ?? []), scope]);
    } else {
      problems.push(
        `--oauth-scopes: ${JSON.stringify(entry)} begins with neither an effect (read, write, destroy) nor the name of a tool of this server.`,
      );
    }
  }
  const named = tools.flatMap((tool) => (tool.scopes ? [[tool.name, tool.scopes] as const] : []));
  return { scopes, toolScopes: new Map([...named, ...own]) };
}

function isEffect(name: string): name is Effect {
  return name === "read" || name === "write" || name === "destroy";
}

function readUrl(flag: string, value: unknown, problems: string[]): URL | undefined {
  const text = toText(value);
  return text === undefined ? undefined : toPlace(flag, text, problems, { query: "fine" });
}

function toPlace(
  flag: string,
  text: string,
  problems: string[],
  { query = "none" }: { readonly query?: "fine" | "none" } = {},
): URL | undefined {
  const url = /\s/.test(text) ? null : URL.parse(text);
  const isBare = url?.hash === "" && url.username === "" && url.password === "";
  if (url !== null && isBare && isSecure(url) && (query === "fine" || url.search === ""))
    return url;
  const without = query === "fine" ? "" : " and without a query";
  problems.push(
    `${flag} must be a URL that begins with https:// (or http:// for this machine), without user, fragment${without}, not ${JSON.stringify(text)}.`,
  );
  return undefined;
}

function toText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function toTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
