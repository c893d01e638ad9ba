import { toProbe } from "../guard/catalog.ts";
import { stampSql } from "../guard/catalog-sql.ts";
import type { Usage } from "../guard/statement.ts";
import type { Opening } from "./portal.ts";
import type { Begun, Session } from "./session.ts";

/** How a unit of work is begun and ended. */
export type Mode = "read" | "try" | "commit" | "tryLatest" | "commitLatest" | "bare";

const lockMs = 5_000;
/** How long a connection has to answer a cancellation before it is cut. */
export const graceMs = 2_000;

const begins: Readonly<Record<Mode, string>> = {
  read: "BEGIN TRANSACTION READ ONLY",
  try: "BEGIN TRANSACTION READ WRITE",
  commit: "BEGIN TRANSACTION READ WRITE",
  // Whatever isolation the role likes: each statement sees what others have committed by then.
  tryLatest: "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE",
  commitLatest: "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE",
  bare: "",
};

interface Beginning {
  readonly mode: Mode;
  readonly timeoutMs: number;
  readonly usage: Usage | undefined;
}

/** Begins in one message, which holds nothing but our own words, numbers and plain names. */
export function begin(session: Session, { mode, timeoutMs, usage }: Beginning): Promise<Begun> {
  const probe = usage === undefined ? "true" : toProbe(usage);
  const settings = toSettings({ timeoutMs, local: mode !== "bare" });
  const first = mode === "bare" ? "" : `${begins[mode]}; `;
  return session.begin(`${first}SELECT ${facts}, ${probe} AS own, ${settings}`);
}

/**
 * The same for a query whose verdict is known, as statements that go ahead of it in one message. It
 * runs only if the premise of its verdict is true: the division fails otherwise, and what follows a
 * failure is not looked at.
 */
export function toOpening(timeoutMs: number, premise: string): Opening {
  const settings = toSettings({ timeoutMs, local: true });
  const holds = `1 / CASE WHEN ${premise} THEN 1 ELSE 0 END`;
  return { begin: begins.read, settings: `SELECT ${facts}, ${holds}, ${settings}` };
}

const facts = `pg_catalog.pg_backend_pid() AS pid, pg_catalog.pg_is_in_recovery() AS standby,
  ${stampSql} AS stamp`;

function toSettings({ timeoutMs, local }: { timeoutMs: number; local: boolean }): string {
  const settings = {
    statement_timeout: timeoutMs,
    // Shorter than the whole, so that who waited for a lock is told so.
    lock_timeout: Math.min(lockMs, Math.ceil(timeoutMs / 2)),
    idle_in_transaction_session_timeout: timeoutMs + 5 * graceMs,
    // Backslashes must mean to the server what they meant to the parser.
    standard_conforming_strings: "on",
    // Whatever the role prefers, values are written in one way only. How dates are read stays.
    datestyle: "ISO",
    intervalstyle: "postgres",
    bytea_output: "hex",
    extra_float_digits: 1,
    xmlbinary: "base64",
    quote_all_identifiers: "off",
    // Compiling a plan takes longer than most of what is asked (the catalog's check 2.4 s in place of
    // 0.1 s on PostgreSQL 15), and hears no cancelling meanwhile.
    jit: "off",
  };
  const calls = Object.entries(settings).map(
    ([name, value]) => `pg_catalog.set_config('${name}', '${value}', ${local})`,
  );
  return calls.join(", ");
}
