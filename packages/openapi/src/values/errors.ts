import { HintError } from "@fairlead/guard";

/** An argument no request can be made from, in words for the caller. */
export class ArgumentError extends HintError {
  override readonly name = "ArgumentError";
}

/** What an API said against a request, or what kept it from being made; credentials taken out. */
export class ApiError extends HintError {
  override readonly name = "ApiError";
  /** The HTTP status; undefined where nothing was sent. */
  readonly status: number | undefined;

  constructor(message: string, hint: string, status?: number) {
    super(message, hint);
    this.status = status;
  }
}

/**
 * What to do about a status, for a model that cannot ask anybody else; `missing` names the
 * credentials that were not there to be sent.
 */
export function toHint(status: number, missing?: string): string {
  if ((status === 401 || status === 403) && missing !== undefined) {
    return `It asks for credentials that are not configured: ${missing}. The person who runs this server can give them; --help names the options.`;
  }
  if (status === 401) {
    return "The credentials are missing or not accepted; the person who runs this server can check them.";
  }
  if (status === 403) return "These credentials do not permit it.";
  if (status === 404 || status === 410) return "Check the identifiers, or list what there is.";
  if (status === 409 || status === 412) return "Something else has changed it; read it again.";
  if (status === 413) return "Send less at once.";
  if (status === 429) return "Wait before asking again.";
  if (status >= 500) return "This is a fault of the API; try again later.";
  return "Correct the arguments and try again.";
}

/** Takes credentials out of text that goes to a reader. */
export function scrub(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= 4)
    .reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text);
}
