/** An argument no request can be made from, in words for whoever gave it. */
export class ArgumentError extends RangeError {
  override readonly name = "ArgumentError";
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}

/** What an API said against a request, or what kept it from being made; credentials taken out. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** The HTTP status; undefined where nothing was sent. */
  readonly status: number | undefined;
  readonly hint: string;

  constructor(message: string, hint: string, status?: number) {
    super(message);
    this.hint = hint;
    this.status = status;
  }
}

/** How much of an API's own words is repeated. */
const longestMessage = 1_000;

/** Members in which APIs put their words, the most telling first. */
const wordMembers = [
  "error_description",
  "message",
  "detail",
  "error",
  "errors",
  "title",
  "description",
  "reason",
  "code",
];

/** The words an API answers an error with; undefined where it has none a reader could use. */
export function findMessage(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === "" || /^<(?:!doctype|html)/i.test(trimmed)) return undefined;
  return toShort(findWords(parse(trimmed), 4) ?? (/^[{[]/.test(trimmed) ? trimmed : trimmed));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** All words at the first member that has some: `{ message, errors: [{ field, code }] }` has both. */
function findWords(value: unknown, depth: number): string | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : value.trim();
  if (typeof value !== "object" || value === null || depth === 0) return undefined;
  if (Array.isArray(value)) {
    const words = value.slice(0, 5).map((item) => findWords(item, depth - 1) ?? toJson(item));
    return words.length > 0 ? words.join("; ") : undefined;
  }
  const entries = new Map<string, unknown>(Object.entries(value));
  const found = wordMembers.flatMap((name) => findWords(entries.get(name), depth - 1) ?? []);
  const [first, ...more] = [...new Set(found)];
  if (first === undefined) return undefined;
  return [first, ...more.slice(0, 2)].join(": ");
}

function toJson(value: unknown): string {
  return JSON.stringify(value) ?? "";
}

function toShort(text: string): string {
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage)}…`;
}

/**
 * What to do about a status, for a model that cannot ask anybody else; `missing` names the
 * credentials that were not there to be sent.
 */
export function toHint(status: number, missing?: string): string {
  if ((status === 401 || status === 403) && missing !== undefined) {
    return `It asks for credentials that are not configured: ${missing}. Whoever runs this server can give them; --help names the options.`;
  }
  if (status === 401) {
    return "The credentials are missing or not accepted; whoever runs this server can check them.";
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
