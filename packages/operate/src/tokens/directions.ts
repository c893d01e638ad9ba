/**
 * The texts for a person whose client asked for a wrong path or has no token. Hosts show these texts as
 * they are: Claude Code 2.1.332 and Codex 0.171.0 the answer to `/register`, where they look for
 * OAuth after a 401, and Claude Code the first 300 characters of the 401 to a token of its config.
 */
const send =
  "Send it as the header Authorization: Bearer TOKEN; the person who runs this server hands out the tokens. " +
  "Claude Code: claude mcp add --transport http NAME URL --header 'Authorization: Bearer TOKEN'";

/** Where an authorization server keeps its documents and takes its requests, which no server of ours is. */
const signIn = /^\/(?:register|authorize|token)$|^\/\.well-known\/(?:oauth-|openid-configuration)/;

/** What a config refers to a variable by, in any host's form. */
const unresolved = /^(?:\$?\{[^}]*\}|\$[A-Z_][A-Z0-9_]*|<[^>]*>)$/;

/** The text for a request without a token, or with one that is not accepted. */
export function toUnauthorized(authorization: string | undefined): string {
  const token = /^Bearer +(\S.*)$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) return `This server needs a bearer token. ${send}`;
  if (unresolved.test(token)) {
    return (
      "The bearer token is a reference that your client did not resolve. Set the variable that its " +
      "config names in the environment the client starts in."
    );
  }
  return `This server does not know this bearer token. ${send}`;
}

/** For a path at which nothing is served. */
export function toNotFound(
  path: string,
  served: Iterable<string>,
  { tokens, issuers = [] }: { readonly tokens: boolean; readonly issuers?: readonly string[] },
): string {
  if (!signIn.test(path)) {
    return `Nothing is served at ${path}. MCP is served at ${[...served].join(", ")}.`;
  }
  if (issuers.length > 0) {
    return (
      `Nobody signs in here: this server takes access tokens of ${issuers.join(" or ")}, as its metadata ` +
      "at /.well-known/oauth-protected-resource says. A client that looks for sign-in here knows no such " +
      "metadata (MCP 2025-06-18 and later). Update it, or give it a token."
    );
  }
  return tokens
    ? `This server has no OAuth sign-in: it needs a bearer token. ${send}`
    : "This server needs no token and has no sign-in. Connect to it without an Authorization header.";
}
