import type { GitHub } from "../access/github.ts";
import { line } from "../answer/said.ts";

/** Whose token it is, and what GitHub says of it. */
export async function readAccount(github: GitHub, signal: AbortSignal) {
  const { login, name, html_url: url, headers } = await github.readMe(signal);
  const scopes = headers["x-oauth-scopes"];
  return {
    login,
    name: line(name) || undefined,
    url,
    scopes: typeof scopes === "string" ? scopes : undefined,
    rate_limit: toLimit(headers),
  };
}

function toLimit(headers: Readonly<Record<string, unknown>>): string | undefined {
  const [left = "", all = "", reset = ""] = ["remaining", "limit", "reset"].map((part) =>
    String(headers[`x-ratelimit-${part}`] ?? ""),
  );
  if (left === "" || all === "" || !(Number(reset) > 0)) return undefined;
  return `${left} of ${all} requests left until ${new Date(Number(reset) * 1_000).toISOString()}`;
}
