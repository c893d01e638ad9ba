import { GitHubError } from "../errors.ts";
import type { GitHub } from "./github.ts";

/** What an app's installation has no account for. */
const accountOnly = ["get_me", "create_repository"];

/**
 * Tools the credentials cannot use, of those named, each with the reason. Only classic tokens tell
 * their scopes; of a fine-grained one nothing is known beforehand, so nothing is left out.
 */
export async function findUnusable(
  github: GitHub,
  writing: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  if (github.api.isApp) {
    return new Map(accountOnly.map((tool) => [tool, "A GitHub App has no user account."]));
  }
  const header = (await github.readMe(signal).catch(orNothing))?.headers["x-oauth-scopes"];
  if (typeof header !== "string") return new Map();
  const scopes = header.split(",").map((scope) => scope.trim());
  if (scopes.includes("repo") || scopes.includes("public_repo")) return new Map();
  const reason = `The token's scopes (${header || "none"}) do not include repo or public_repo.`;
  return new Map(writing.map((tool) => [tool, reason]));
}

function orNothing(error: unknown): undefined {
  if (error instanceof GitHubError) return undefined;
  throw error;
}
