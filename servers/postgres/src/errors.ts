import { HintError } from "@fairlead/guard";

/** An error about a database that the caller can do something about: the hint says what. */
export class PostgresError extends HintError {
  override readonly name = "PostgresError";
  /** The SQLSTATE, where the server gave one. */
  readonly code: string | undefined;

  constructor(message: string, hint: string, code?: string) {
    super(message, hint);
    this.code = code;
  }
}

/** Of what took too long. Few tools take timeout_ms, and none may go beyond the server's own limit. */
export const moreTime =
  "Narrow it, or pass a higher timeout_ms where the tool takes one. The limit for every call is --timeout-ms, which the person who runs this server sets.";

/**
 * What became of a change whose connection is lost: before COMMIT is sent the server undoes it, and after
 * that nobody knows. Undefined where nothing was to be kept.
 */
export type Fate = "undone" | "unknown" | undefined;

/** What to do next, by SQLSTATE or by its class of two characters. */
const hints: Readonly<Record<string, string>> = {
  "08P01": "Give one value in params for each of the parameters $1, $2, ... of the statement.",
  "08": "The connection was lost or refused. Try again; if that fails, the database is down.",
  "22": "A value does not fit its type. Correct the literal, or cast with care (NULLIF, CASE).",
  "23": "A constraint forbids these values. get_object_details shows the constraints.",
  "25006": "Statements run read-only here. Only the write tools change data, where they are on.",
  "25001": "This statement cannot run inside a transaction, so it cannot run here.",
  "28": "The database refused the login. The person who runs this server must check the URL.",
  "28P01": "The database refused the password. The person who runs this server must check the URL.",
  "3D000": "The person who runs this server must correct the database's name in the URL.",
  "3F000": "Call list_schemas to see which schemas exist.",
  "40": "Another transaction was in the way. Try again.",
  "42501": "The role this server connects with may not do that.",
  "42601": "Correct the syntax; one statement at a time, in PostgreSQL's dialect.",
  "42703": "Call get_object_details to see the columns; names with capitals need double quotes.",
  "42883": "Check the function's name and its argument types; a cast may be needed.",
  "42P18": "Write the type of the parameter after it, such as $1::integer.",
  "42P01":
    "Names with capitals need double quotes. Call list_objects or search_objects to find the name; qualify it with its schema.",
  "42P02": "Give a value in params for every $1, $2, … of the statement.",
  "53300": "The database has no connections left. Try again later.",
  "53": "The database is short of a resource. Ask for less, or try again later.",
  "55P03": "Another transaction holds a lock on this. list_locks, of the dba tools, shows which.",
  "57014": `The statement took too long or was cancelled. ${moreTime}`,
  "57": "The database is restarting or ended the connection. Try again.",
};

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Nothing listens there.",
  ECONNRESET: "The connection was lost.",
  EHOSTUNREACH: "The host cannot be reached.",
  ENOENT: "There is no such socket.",
  ENOTFOUND: "The host's name is not known.",
  EAI_AGAIN: "The host's name could not be looked up.",
  EPIPE: "The connection was lost.",
  ETIMEDOUT: "The host does not answer.",
};

/**
 * Turns what the driver or the parser threw into a PostgresError; anything that is not a matter of the
 * database passes as it is. No message of the result holds one of `secrets`.
 */
export function toPostgresError(error: unknown, secrets: readonly string[] = []): unknown {
  if (error instanceof HintError || !(error instanceof Error)) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const lost = unreachable[code];
  if (lost !== undefined) {
    return new PostgresError(`The database cannot be reached. ${lost}`, hints["08"] ?? "", "08006");
  }
  if (isTls(error.message, code)) {
    const why = clean(error.message, secrets);
    return new PostgresError(`No safe connection to the database: ${why}.`, tlsHint, "08001");
  }
  if (isLost(error.message)) {
    return new PostgresError(
      "The connection to the database was lost.",
      hints["08"] ?? "",
      "08006",
    );
  }
  if (/^[0-9A-Z]{5}$/.test(code)) return fromServer(error, code, secrets);
  return error;
}

const tlsHint =
  "The person who runs this server can name the authority with sslrootcert in the URL, or allow sslmode=disable or no-verify with --allow-insecure-tls.";

function isTls(message: string, code: string): boolean {
  return (
    /certificate|does not support SSL|altnames/i.test(message) ||
    /^(?:ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|CERT_)/.test(code)
  );
}

function isLost(message: string): boolean {
  return /^(?:Connection terminated|Client was closed|Client has encountered a connection error|timeout expired|Query read timeout)/.test(
    message,
  );
}

function fromServer(error: Error, code: string, secrets: readonly string[]): PostgresError {
  const more = ["detail", "hint"].flatMap((field) => {
    const value: unknown = Reflect.get(error, field);
    return typeof value === "string" && value !== "" ? [clean(value, secrets)] : [];
  });
  const own = hints[code] ?? hints[code.slice(0, 2)] ?? "";
  const hint = [...more, own].filter((line) => line !== "").join("\n");
  return new PostgresError(`${clean(error.message, secrets)} (${code})`, hint, code);
}

function clean(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, secret) => left.replaceAll(secret, "[redacted]"), text);
}

/** A call that its client ended, or that ran into a limit of time. */
export function cancelled(signal: AbortSignal): PostgresError {
  const why = signal.aborted ? "was cancelled" : "took too long";
  return new PostgresError(`The call ${why}.`, `The statement was ended. ${moreTime}`, "57014");
}

/** No connection became free in time. */
export function busy(): PostgresError {
  return new PostgresError(
    "All connections of this server are in use.",
    "Wait for other calls to end and try again; --pool-size allows more at once.",
    "53300",
  );
}

/** Neither the statement nor the request to stop it was answered. */
export function silent(): PostgresError {
  return new PostgresError(
    "The database does not answer, not even to a request to stop the statement.",
    "Try again; if that fails, the database hangs or is cut off from this server.",
    "08006",
  );
}

/** The error of a lost connection, with what is known of the change that it was to make. */
export function toldFate(error: unknown, fate: Fate): unknown {
  if (!(error instanceof PostgresError) || fate === undefined) return error;
  const { code = "", message, hint } = error;
  if (!/^(?:08(?!P01)|57P)/.test(code)) return error;
  const what =
    fate === "undone"
      ? "Nothing was changed."
      : "It is not known whether the change was made: read the data before you try again.";
  return new PostgresError(`${message} ${what}`, hint, code);
}
