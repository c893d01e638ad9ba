import { toBaseUrl } from "./host.ts";

interface Client {
  readonly id: string;
  readonly secret: string | undefined;
}

/**
 * Where people sign in to a GitHub, for an OAuth app or for a GitHub App, whose own permissions count in
 * place of the scopes. Tokens of a GitHub App expire and are renewed.
 */
export function toProvider(host: string) {
  const site = toSite(host);
  return {
    title: "GitHub",
    authorizationEndpoint: `${site}/login/oauth/authorize`,
    tokenEndpoint: `${site}/login/oauth/access_token`,
    scopes: ["repo", "read:org", "read:user", "workflow"],
    secretIn: "body",
    toRevocation: ({ access }: { readonly access: string }, client: Client) => ({
      url: `${toBaseUrl(host)}/applications/${encodeURIComponent(client.id)}/token`,
      method: "DELETE",
      headers: {
        authorization: `Basic ${Buffer.from(`${client.id}:${client.secret ?? ""}`).toString("base64")}`,
        accept: "application/vnd.github+json",
        "user-agent": "fairlead-server-github",
      },
      body: JSON.stringify({ access_token: access }),
    }),
  } as const;
}

/** Where people see a GitHub, which is not where its API is. */
function toSite(host: string): string {
  const { origin, hostname } = new URL(toBaseUrl(host));
  if (hostname === "api.github.com") return "https://github.com";
  if (hostname.endsWith(".ghe.com")) return `https://${hostname.replace(/^api\./, "")}`;
  return origin;
}
