import { cleanText, HintError } from "@fairlead/guard";
import { findUpstreamError } from "@fairlead/upstream";
import { z } from "zod";

/** An error about Drive that the caller can do something about: the hint says what. */
export class DriveError extends HintError {
  override readonly name = "DriveError";
  /** The HTTP status, where Google answered. */
  readonly status: number | undefined;
  /** Google's own word for the error, such as `notFound`. */
  readonly reason: string;

  constructor(message: string, hint: string, status?: number, reason = "") {
    super(message, hint);
    this.status = status;
    this.reason = reason;
  }
}

/** What to do next, by Google's word for the error or by the HTTP status. */
const hints: Readonly<Record<string, string>> = {
  appNotAuthorizedToFile:
    "This account was signed in only for files that this server creates. The person who runs this server can sign in again with `auth --allow-write --full-access`.",
  ACCESS_TOKEN_SCOPE_INSUFFICIENT:
    "The account was not signed in for this. The person who runs this server can sign in again: `auth`, with --allow-write for the write tools.",
  insufficientPermissions:
    "The account was not signed in for this. The person who runs this server can sign in again: `auth`, with --allow-write for the write tools.",
  insufficientFilePermissions:
    "The account may see this file but not do that. Ask the file's owner.",
  exportSizeLimitExceeded:
    "Google exports at most 10 MB. Read a range of a spreadsheet, or open the link.",
  fileNotDownloadable:
    "This kind of file has no content of its own. read_file_content turns Google's documents into text.",
  badRequest: "Check the arguments; raw_query must follow Drive's query language.",
  invalid: "Check the arguments; raw_query must follow Drive's query language.",
  cannotDownloadFile: "The owner does not let this file be downloaded or copied.",
  cannotDownloadAbusiveFile: "Google takes this file for malware or spam; it is not downloaded.",
  storageQuotaExceeded: "The account's storage is full. See get_about.",
  SERVICE_DISABLED:
    "The person who runs this server must enable this API for the project of the OAuth client, in the Google Cloud console.",
  accessNotConfigured:
    "The person who runs this server must enable this API for the project of the OAuth client, in the Google Cloud console.",
  "400": "Check the arguments.",
  "401": "The person who runs this server must sign in again: `auth`.",
  "403": "The account may not do this.",
  "404":
    "Find the id with search. A file shared by link may need its whole link as file_id, and some are shown to signed-in people only.",
  "429": "Google limits the rate of requests. Wait a minute, and ask for less.",
};

const answer = z.object({
  error: z.object({
    message: z.string().default(""),
    status: z.string().optional(),
    errors: z.array(z.object({ reason: z.string().optional() })).optional(),
    details: z.array(z.object({ reason: z.string().optional() })).optional(),
  }),
});

/** What Google's client threw in words a reader can use; any other error as it is. */
export function toDriveError(error: unknown): unknown {
  const own = findDriveError(error) ?? findUpstreamError(error);
  if (own !== undefined) return own;
  const { response } = thrown.safeParse(error).data ?? {};
  if (response != null) return toStatusError(response.status, response.data);
  // The client's own errors have its config, and those of a connection a code.
  if (!(error instanceof Error) || !("config" in error || "code" in error)) return error;
  return new DriveError("The connection to Google broke off.", "Try again.", undefined, brokenOff);
}

/** The reason of an answer that did not come to its end. */
export const brokenOff = "brokenOff";

const thrown = z.object({
  response: z.object({ status: z.number(), data: z.unknown() }).nullish(),
});

/** The DriveError inside what the client threw: it wraps what its fetch did. */
function findDriveError(error: unknown): DriveError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DriveError) return cause;
  }
  return undefined;
}

/** The error of an HTTP answer, by its status and body. */
export function toStatusError(status: number, body: unknown): DriveError {
  const parsed = answer.safeParse(toJson(body));
  const { message, errors = [], details = [] } = parsed.data?.error ?? { message: "" };
  const reasons = [...details, ...errors].flatMap(({ reason }) => reason ?? []);
  const reason = reasons.find((known) => known in hints) ?? reasons[0] ?? "";
  // Anyone who knows the id of an upload can write into it.
  const words = cleanText(message)
    .replace(/\bupload_id=[\w-]+/g, "upload_id=[redacted]")
    .replace(/\s+/g, " ")
    .slice(0, 500)
    .toWellFormed();
  const text = `Google answers ${status}${reason === "" ? "" : ` (${reason})`}${words === "" ? "." : `: ${words}`}`;
  return new DriveError(text, hints[reason] ?? hints[status] ?? passing, status, reason);
}

const passing = "This is a fault on Google's side. Try again later.";

/** A body read as JSON, undefined for one that is not: the client leaves it as bytes where it expected a file. */
export function toJson(body: unknown): unknown {
  const text = body instanceof ArrayBuffer ? new TextDecoder().decode(body) : body;
  if (typeof text !== "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A file that cannot be unpacked. */
export function damaged(): DriveError {
  return new DriveError(
    "The file is not what its type says, damaged, or protected by a password.",
    "Open its link, or download it with download_file_content.",
  );
}

/** An answer with status 200 that is not what it should be. */
export function unreadable(what: string): DriveError {
  return new DriveError(
    `Google's answer cannot be read: ${what}.`,
    "This is a fault on Google's side, or of a proxy on the way. Try again later.",
  );
}
