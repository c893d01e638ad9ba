import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Database, Use } from "../connect/database.ts";
import type { Session } from "../connect/session.ts";
import { PostgresError } from "../errors.ts";
import { parseStatements, type Statement } from "../guard/parse.ts";
import { checkStatement, type Level, refusal } from "../guard/statement.ts";
import { unwrap } from "../guard/tree.ts";
import { checkWrite, findLevel, runsAlone } from "./writing.ts";

export interface Migration extends Use {
  readonly name: string;
  readonly sql: string;
  readonly dryRun: boolean;
}

export interface Applied {
  readonly status: "applied" | "already_applied" | "dry_run";
  readonly statements: readonly { readonly command: string; readonly row_count: number }[];
}

const table = `
CREATE SCHEMA IF NOT EXISTS fairlead;
CREATE TABLE IF NOT EXISTS fairlead.migrations (
  name text PRIMARY KEY,
  sha256 text NOT NULL,
  sql text NOT NULL,
  applied_by text NOT NULL DEFAULT CURRENT_USER,
  applied_at timestamptz NOT NULL DEFAULT pg_catalog.now()
)`;

/** The advisory lock of all who apply migrations: "fairlead" in the digits of a telephone. */
const lockKey = 32475323;
const againMs = 100;

/**
 * Applies several statements as one transaction, once: all of them or none, recorded in
 * fairlead.migrations. A statement that cannot run in a transaction is applied by itself. Throws
 * PostgresError, also where another text was applied under the same name.
 */
export async function applyMigration(database: Database, migration: Migration): Promise<Applied> {
  const level = await findLevel(database, migration);
  const { statements, alone } = await readScript(migration, level);
  const { name, sql, dryRun, signal } = migration;
  const record = { name, sql, sha256: createHash("sha256").update(sql).digest("hex") };
  const apply = async (session: Session): Promise<Applied> => {
    await takeLock(session, { alone, waitMs: database.limits.timeoutMs, signal });
    if (await isApplied(session, record)) return { status: "already_applied", statements: [] };
    const done = await runAll(session, statements);
    await note(session, record);
    return { status: dryRun ? "dry_run" : "applied", statements: done };
  };
  return alone
    ? database.bare(migration, apply)
    : database.write({ dryRun, signal, latest: true }, apply);
}

/** The statements to run, and whether there is one that cannot run in a transaction. */
async function readScript({ sql, dryRun }: Migration, level: Level) {
  const statements = (await parseStatements(sql)).filter((statement) => !isFrame(statement));
  if (statements.length === 0) throw refusal("an empty migration");
  for (const statement of statements) {
    if (isRead(statement)) checkStatement(statement.tree, toReadLevel(statement, level));
    else checkWrite(statement, level);
  }
  const alone = statements.some(({ tree }) => runsAlone(tree));
  if (alone && statements.length > 1) {
    throw new PostgresError(
      "A statement with CONCURRENTLY cannot run in one transaction with others.",
      "Give it a migration of its own, or leave CONCURRENTLY out.",
      "25001",
    );
  }
  if (alone && dryRun) {
    throw new PostgresError(
      "A statement with CONCURRENTLY cannot be rolled back, so it cannot be tried.",
      "Call again without dry_run, or leave CONCURRENTLY out.",
      "25001",
    );
  }
  return { statements, alone };
}

/** BEGIN and COMMIT of a script: all of it is one transaction anyway. */
function isFrame({ tree }: Statement): boolean {
  const root = unwrap(tree);
  if (root?.tag !== "TransactionStmt") return false;
  const { kind, chain } = root.node;
  const frames = ["TRANS_STMT_BEGIN", "TRANS_STMT_START", "TRANS_STMT_COMMIT"];
  if (frames.includes(String(kind)) && chain !== true) return true;
  throw refusal(
    "ROLLBACK, SAVEPOINT and similar statements",
    "A migration runs as one transaction: leave out statements that undo a part of it.",
  );
}

/** What only answers is run as well, for a script may hold it. */
function isRead({ tree }: Statement): boolean {
  const tag = unwrap(tree)?.tag;
  return tag === "SelectStmt" || tag === "ExplainStmt" || tag === "VariableShowStmt";
}

function toReadLevel({ tree }: Statement, level: Level): Level {
  return unwrap(tree)?.tag === "SelectStmt" ? level : "query";
}

interface Wait {
  /** Whether what is to be applied runs without a transaction. */
  readonly alone: boolean;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Waits until nobody else applies a migration to this database. A transaction's lock goes with it, also
 * behind a pooler, which may give every transaction another connection. Asked again and again, it keeps
 * no snapshot meanwhile, for which CREATE INDEX CONCURRENTLY of the holder would wait in turn.
 */
async function takeLock(session: Session, { alone, waitMs, signal }: Wait): Promise<void> {
  const lock = alone ? "pg_try_advisory_lock" : "pg_try_advisory_xact_lock";
  const began = performance.now();
  for (;;) {
    const [row] = await session.all<{ taken: boolean }>(`SELECT pg_catalog.${lock}($1) AS taken`, [
      lockKey,
    ]);
    if (row?.taken === true) return;
    if (performance.now() - began >= waitMs) throw busy(waitMs);
    await sleep(againMs, undefined, { signal });
  }
}

function busy(waitMs: number): PostgresError {
  return new PostgresError(
    `Another migration is being applied to this database, and did not finish within ${waitMs} ms. Nothing was changed.`,
    "Try again when that one has finished.",
    "55P03",
  );
}

interface Recorded {
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

async function runAll(session: Session, statements: readonly Statement[]) {
  const done = [];
  for (const { sql } of statements) {
    const { command, rowCount } = await session.run(sql);
    done.push({ command, row_count: rowCount ?? 0 });
  }
  return done;
}

async function note(session: Session, { name, sha256, sql }: Recorded): Promise<void> {
  const insert = "INSERT INTO fairlead.migrations (name, sha256, sql) VALUES ($1, $2, $3)";
  await session.all(insert, [name, sha256, sql]);
}

async function isApplied(session: Session, { name, sha256 }: Recorded): Promise<boolean> {
  for (const sql of table.split(";")) await session.all(sql);
  const [found] = await session.all<{ sha256: string }>(
    "SELECT m.sha256 FROM fairlead.migrations m WHERE m.name = $1",
    [name],
  );
  if (found === undefined) return false;
  if (found.sha256 === sha256) return true;
  throw new PostgresError(
    `A migration "${name}" with another text has been applied already.`,
    "Give this one a name of its own.",
  );
}
