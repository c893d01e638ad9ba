import type { Options } from "../config.ts";
import { googleTokenUri } from "./oauth-client.ts";
import { toScopes } from "./scopes.ts";

const google = "https://www.googleapis.com";

/** Where people sign in to Google, for an OAuth client of type web application. */
export function toProvider(options: Options) {
  const { origin } = new URL(options.baseUrl);
  const isGoogle = origin === google;
  const revokeUrl = isGoogle ? "https://oauth2.googleapis.com/revoke" : `${origin}/revoke`;
  return {
    title: "Google",
    authorizationEndpoint: `${isGoogle ? "https://accounts.google.com" : origin}/o/oauth2/v2/auth`,
    tokenEndpoint: isGoogle ? googleTokenUri : `${origin}/token`,
    scopes: toScopes(options),
    secretIn: "body",
    // Google gives a refresh token for offline access only, and again only if it asks for consent again.
    parameters: { access_type: "offline", prompt: "consent" },
    toRevocation: ({ access, refresh = access }: Tokens) => ({
      url: revokeUrl,
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      // What was derived from a refresh token goes with it.
      body: new URLSearchParams({ token: refresh }).toString(),
    }),
  } as const;
}

interface Tokens {
  readonly access: string;
  readonly refresh?: string;
}
