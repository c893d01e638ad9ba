import { PostgresError } from "./errors.ts";

/** Where one database is and how to reach it. */
export interface Address {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly applicationName: string;
  /** Start-up options of the session, such as `-c search_path=sales`. */
  readonly options: string | undefined;
  readonly tls: Tls;
}

/** How the connection is secured; `authority` is a file of certificates. */
export type Tls =
  | { readonly mode: "off" }
  | { readonly mode: "unverified" }
  | { readonly mode: "verified"; readonly authority: string | undefined };

const parameters = ["application_name", "host", "options", "port", "sslmode", "sslrootcert"];

/** Reads `id=postgres://…` or `postgres://…`. No error holds any part of the URL but its id. */
export function toAddress(
  text: string,
  { allowInsecureTls }: { readonly allowInsecureTls: boolean },
): Address {
  const [, given, url] = /^(?:([A-Za-z0-9_-]{1,63})=)?(postgres(?:ql)?:\/\/.*)$/s.exec(text) ?? [];
  const parsed = url === undefined || !URL.canParse(url) ? undefined : new URL(url);
  if (parsed === undefined) throw misformed("is not postgres://user:password@host:port/name");
  const name = decode(parsed.pathname.slice(1));
  const user = decode(parsed.username) || undefined;
  const database = name || user || "postgres";
  const id = given ?? database;
  for (const key of parsed.searchParams.keys()) {
    if (!parameters.includes(key)) {
      const known = parameters.join(", ");
      throw misformed(`has the parameter ${JSON.stringify(key)}; known are ${known}`, id);
    }
  }
  const parameter = (key: string) => parsed.searchParams.get(key) || undefined;
  const host =
    parameter("host") ?? (decode(parsed.hostname.replace(/^\[|\]$/g, "")) || "localhost");
  return {
    id,
    host,
    port: Number(parameter("port") ?? (parsed.port || 5432)),
    database,
    user,
    password: decode(parsed.password) || undefined,
    applicationName: parameter("application_name") ?? "fairlead-server-postgres",
    options: parameter("options"),
    tls: toTls(parameter("sslmode"), parameter("sslrootcert"), {
      local: isLocal(host),
      insecure: allowInsecureTls,
      id,
    }),
  };
}

/** This machine: a loopback address, its name, or the directory of a socket. */
function isLocal(host: string): boolean {
  return (
    host.startsWith("/") ||
    host === "localhost" ||
    host === "::1" ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
  );
}

interface TlsChoice {
  readonly local: boolean;
  readonly insecure: boolean;
  readonly id: string;
}

function toTls(mode: string | undefined, authority: string | undefined, choice: TlsChoice): Tls {
  const { local, insecure, id } = choice;
  const verified: Tls = { mode: "verified", authority };
  if (mode === undefined) return local && authority === undefined ? { mode: "off" } : verified;
  // libpq would connect without verification for these three; a secret then goes to whoever answers.
  if (mode === "require" || mode === "verify-ca" || mode === "verify-full") return verified;
  const off = mode === "disable" || mode === "allow" || mode === "prefer";
  if (!off && mode !== "no-verify") throw misformed(`has an unknown sslmode`, id);
  if (!local && !insecure) {
    throw new PostgresError(
      `The URL of "${id}" switches TLS or its verification off for another host.`,
      "Leave sslmode out or use verify-full, with sslrootcert for an authority of your own; or start the server with --allow-insecure-tls.",
    );
  }
  return off ? { mode: "off" } : { mode: "unverified" };
}

function misformed(what: string, id?: string): PostgresError {
  const which = id === undefined ? "A database URL" : `The URL of "${id}"`;
  return new PostgresError(
    `${which} ${what}.`,
    "The person who runs this server must correct it. Special characters are percent-encoded there, a comma as %2C.",
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw misformed("is not percent-encoded as it should be");
  }
}
