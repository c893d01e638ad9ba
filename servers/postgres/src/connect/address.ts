import { PostgresError } from "../errors.ts";

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
  /** Milliseconds a connection may take; the server's own limit without it. */
  readonly connectMs: number | undefined;
  /** Whether the password's proof is bound to the TLS connection where the server can. */
  readonly channelBinding: boolean;
  readonly tls: Tls;
  /** Parameters that change nothing here, for the person who wrote them to know. */
  readonly ignored: readonly string[];
}

/** How the connection is secured; `authority` is a file of certificates. */
export type Tls =
  | { readonly mode: "off" }
  | { readonly mode: "unverified" }
  | { readonly mode: "verified"; readonly authority: string | undefined };

const parameters = [
  ...["application_name", "channel_binding", "connect_timeout", "host", "options", "port"],
  ...["schema", "sslmode", "sslrootcert"],
];

/** Of libpq, Prisma, Django and JDBC: they tune or choose what is not there to tune or choose here. */
const harmless = [
  ...["client_encoding", "connection_limit", "fallback_application_name", "gssencmode", "gsslib"],
  ...["keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval", "krbsrvname"],
  ...["load_balance_hosts", "max_protocol_version", "min_protocol_version", "pgbouncer"],
  ...["pool_timeout", "prepareThreshold", "socket_timeout", "sslcompression", "sslnegotiation"],
  ...["sslsni", "ssl_min_protocol_version", "statement_cache_size", "target_session_attrs"],
  ...["tcp_user_timeout", "uselibpqcompat"],
];

/** Reads `id=postgres://…` or `postgres://…`. No error holds any part of the URL but its id. */
export function toAddress(
  text: string,
  { allowInsecureTls }: { readonly allowInsecureTls: boolean },
): Address {
  const [, given, url] = /^(?:([A-Za-z0-9_-]{1,63})=)?(postgres(?:ql)?:\/\/.*)$/s.exec(text) ?? [];
  // A user may stand before no host at all: the host is a parameter then, or this machine.
  const whole = url?.replace(/^([a-z]+:\/\/[^/?#@]*@)(?=[/:?#]|$)/, "$1localhost");
  const parsed = whole === undefined || !URL.canParse(whole) ? undefined : new URL(whole);
  if (parsed === undefined) throw misformed("is not postgres://user:password@host:port/name");
  const name = decode(parsed.pathname.slice(1));
  const user = decode(parsed.username) || undefined;
  const database = name || user || "postgres";
  const id = given ?? database;
  const ignored = [...new Set(parsed.searchParams.keys())].filter((key) => harmless.includes(key));
  checkParameters(parsed.searchParams, id);
  const parameter = (key: string) => parsed.searchParams.get(key) || undefined;
  const host =
    parameter("host") ?? (decode(parsed.hostname.replace(/^\[|\]$/g, "")) || "localhost");
  const tls = toTls(parameter("sslmode"), parameter("sslrootcert"), {
    local: isLocal(host),
    insecure: allowInsecureTls,
    id,
  });
  // The driver binds where the server offers it; where it does not, a verified certificate stands in.
  if (parameter("channel_binding") === "require" && tls.mode !== "verified") {
    throw misformed("has channel_binding=require, which needs TLS with a verified certificate", id);
  }
  return {
    id,
    host,
    port: Number(parameter("port") ?? (parsed.port || 5432)),
    database,
    user,
    password: decode(parsed.password) || undefined,
    applicationName: parameter("application_name") ?? "fairlead-server-postgres",
    options: toOptions(parameter("options"), parameter("schema"), id),
    connectMs: toMilliseconds(parameter("connect_timeout"), id),
    channelBinding: ["prefer", "require"].includes(parameter("channel_binding") ?? ""),
    ignored,
    tls,
  };
}

/** What a value demands, for which there is nothing here. */
const demands: Readonly<Record<string, RegExp>> = {
  channel_binding: /^(?:disable|prefer|require)$/,
  client_encoding: /^(?:auto|utf-?8|unicode)$/i,
  gssencmode: /^(?:disable|prefer)$/,
  // The driver speaks 3.0, and asks for TLS in its first message.
  min_protocol_version: /^3\.0$/,
  // Node.js takes nothing below 1.2, and 1.3 only where the server likes.
  ssl_min_protocol_version: /^(?:TLSv1(?:\.[12])?)?$/,
  sslnegotiation: /^postgres$/,
  target_session_attrs: /^(?:any|prefer-standby|primary|read-only|read-write|standby)$/,
};

function checkParameters(given: URLSearchParams, id: string): void {
  for (const [key, value] of given) {
    if (!parameters.includes(key) && !harmless.includes(key)) {
      const known = parameters.join(", ");
      throw misformed(`has the parameter ${JSON.stringify(key)}; it may have ${known}`, id);
    }
    const allowed = demands[key];
    if (allowed !== undefined && !allowed.test(value)) {
      throw misformed(`has a ${key} that this server does not support`, id);
    }
  }
}

/** Prisma names the schema in the URL; PostgreSQL takes it as an option of the session. */
function toOptions(
  options: string | undefined,
  schema: string | undefined,
  id: string,
): string | undefined {
  if (schema === undefined) return options;
  if (/[\0\s\\"]/.test(schema)) throw misformed("has a schema that cannot be an option", id);
  return [options, `-c search_path="${schema}"`].filter((part) => part !== undefined).join(" ");
}

/** Seconds as libpq has them: none or 0 is not a limit of the URL's own, and 1 is taken for 2. */
function toMilliseconds(seconds: string | undefined, id: string): number | undefined {
  if (seconds === undefined) return undefined;
  if (!/^-?\d{1,6}$/.test(seconds))
    throw misformed("has a connect_timeout that is not a number", id);
  return Number(seconds) <= 0 ? undefined : Math.max(Number(seconds), 2) * 1_000;
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
  // libpq would connect without verification for these three; a secret then goes to anyone who answers.
  if (mode === "require" || mode === "verify-ca" || mode === "verify-full") return verified;
  const off = mode === "disable" || mode === "allow" || mode === "prefer";
  if (!off && mode !== "no-verify") throw misformed(`has an unknown sslmode`, id);
  if (!local && !insecure) {
    throw new PostgresError(
      `The URL of "${id}" switches TLS or its verification off for another host.`,
      "Leave sslmode out or use verify-full, with sslrootcert for your own certificate authority, or start the server with --allow-insecure-tls.",
    );
  }
  return off ? { mode: "off" } : { mode: "unverified" };
}

function misformed(what: string, id?: string): PostgresError {
  const which = id === undefined ? "A database URL" : `The URL of "${id}"`;
  return new PostgresError(
    `${which} ${what}.`,
    "The person who runs this server must correct it. Special characters in it must be percent-encoded, a comma as %2C.",
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw misformed("is not percent-encoded correctly");
  }
}
