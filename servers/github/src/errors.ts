import { cleanText, HintError } from "@fairlead/guard";
import { findUpstreamError } from "@fairlead/upstream";

/** An error of GitHub, or of this server's rules, that the caller can do something about. */
export class GitHubError extends HintError {
  override readonly name = "GitHubError";
  /** The status GitHub answered with, where it was GitHub. */
  readonly status: number | undefined;

  constructor(message: string, hint: string, options: ErrorOptions & { status?: number } = {}) {
    super(message, hint, options);
    this.status = options.status;
  }
}

const longest = 600;

/** What to do next, by status. */
const hints: Readonly<Record<number, string>> = {
  400: "Check the arguments against the descriptions of the tool.",
  401: "The person who runs this server must check GITHUB_PERSONAL_ACCESS_TOKEN: it is wrong, expired or revoked.",
  403: "The token does not have the permission for this. The person who runs this server can grant it.",
  404: "Check owner, repository and number or path. GitHub gives the same error for what the token may not see.",
  405: "GitHub does not allow this in the current state. Read the state again.",
  409: "It was changed in the meantime, or there is a conflict. Read it again and repeat the call with what you find.",
  410: "This was deleted, or is switched off in the repository.",
  422: "Correct what GitHub names and call again.",
  429: "GitHub limits the rate of requests. Call again in a minute.",
  451: "GitHub withholds this for legal reasons.",
};

const down = "GitHub itself has a problem. Call again later.";

/** What Octokit threw, in words for the caller; an error that is not GitHub's passes unchanged. */
export function toGitHubError(error: unknown, what: string): unknown {
  const lost = findUpstreamError(error);
  if (lost) return lost;
  if (!(error instanceof Error)) return error;
  const response = readResponse(error);
  if (response === undefined) return findReason(error);
  const { status, data, headers } = response;
  const message = `${what}: ${toMessage(data, status)}`;
  const hint = [hints[status] ?? down, ...readNeeds(status, headers)].join(" ");
  return new GitHubError(message, hint, { status, cause: error });
}

interface Failure {
  readonly status: number;
  readonly data: unknown;
  readonly headers: object;
}

/** The answer inside an error of Octokit's, known by its shape. */
function readResponse(error: Error): Failure | undefined {
  if (!("response" in error)) return undefined;
  const { response } = error;
  if (typeof response !== "object" || response === null) return undefined;
  if (!("status" in response) || typeof response.status !== "number") return undefined;
  const headers = "headers" in response ? response.headers : undefined;
  return {
    status: response.status,
    data: "data" in response ? response.data : undefined,
    headers: typeof headers === "object" && headers !== null ? headers : {},
  };
}

/** Octokit wraps what its fetch threw, also the reason a call was cancelled for. */
function findReason(error: Error): unknown {
  return error.name === "HttpError" && error.cause instanceof Error ? error.cause : error;
}

/** GitHub's own words, and what it says of each field. */
function toMessage(data: unknown, status: number): string {
  if (typeof data !== "object" || data === null || !("message" in data)) {
    return `GitHub answered with status ${status}.`;
  }
  const fields = "errors" in data && Array.isArray(data.errors) ? data.errors : [];
  const details = fields.map((field: unknown) => toDetail(field)).filter((line) => line !== "");
  const said = [String(data.message), ...details].join("; ");
  return `${cleanText(said).slice(0, longest)} (${status})`;
}

function toDetail(field: unknown): string {
  if (typeof field === "string") return field;
  if (typeof field !== "object" || field === null) return "";
  if ("message" in field && typeof field.message === "string") return field.message;
  const names = ["resource", "field", "code"].map((key): unknown => Reflect.get(field, key));
  return names.filter((name) => typeof name === "string").join(" ");
}

/** What GitHub's headers say the token lacks. */
function readNeeds(status: number, headers: object): string[] {
  if (status !== 403 && status !== 404) return [];
  const needs: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== "string" || value === "") continue;
    if (name === "x-accepted-github-permissions") needs.push(`It needs the permission ${value}.`);
    if (name === "x-accepted-oauth-scopes") needs.push(`It needs one of the scopes ${value}.`);
    if (name === "x-github-sso") {
      needs.push("The organization requires single sign-on: the token must be authorized for it.");
    }
  }
  return needs;
}
