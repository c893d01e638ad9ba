import { createHash } from "node:crypto";
import type { Room } from "@fairlead/runtime/guard";
import { type Cell, type Column, fitRows, toCells, toColumns } from "./cells.ts";
import type { Database, Use } from "./database.ts";
import { PostgresError } from "./errors.ts";
import { parseStatements, type Statement } from "./guard/parse.ts";
import { checkStatement, type Level, refusal } from "./guard/statement.ts";
import { unwrap } from "./guard/tree.ts";
import type { Session } from "./session.ts";

export interface Change extends Use {
  readonly sql: string;
  readonly params: readonly unknown[];
  readonly dryRun: boolean;
  /** What the rows that it returns may take. */
  readonly room: Room;
}

export interface Outcome {
  readonly command: string;
  readonly rowCount: number;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** How many rows the statement returned, of which `rows` may be the first only. */
  readonly returned: number;
}

const mostRows = 200;

/**
 * Runs one statement that changes rows or tables, in a transaction that is kept, or rolled back where
 * it is only tried. Throws PostgresError.
 */
export async function executeSql(database: Database, change: Change): Promise<Outcome> {
  const statements = await parseStatements(change.sql);
  const [statement, ...others] = statements;
  if (statement === undefined || others.length > 0) {
    throw new PostgresError(
      `There are ${statements.length} statements.`,
      "Give one at a time, or use apply_migration for several.",
      "42601",
    );
  }
  const level = await findLevel(database, change);
  checkWrite(statement, level);
  return database.write(change, async (session) => {
    const result = await session.run(statement.sql, change.params);
    const shown = result.rows.slice(0, mostRows);
    const columns = await toColumns(result.fields, session);
    const rows = shown.map((row) => toCells(row, result.fields));
    return {
      command: result.command,
      rowCount: result.rowCount ?? 0,
      columns,
      // An answer that is too large would read as if nothing had been changed.
      rows: fitRows(columns, rows, change.room),
      returned: result.rows.length,
    };
  });
}

/** Functions and triggers run with the role's rights: with a mighty role they are not let in. */
async function findLevel(database: Database, use: Use): Promise<Level> {
  const { powers } = await database.role(use);
  return powers.length === 0 ? "code" : "schema";
}

/** The classes of statements that write: rows, and what tables are made of. */
function checkWrite({ tree }: Statement, level: Level): void {
  const root = unwrap(tree);
  if (root?.tag === "SelectStmt" && !("withClause" in root.node)) {
    throw new PostgresError("This only reads.", "Use query for it.");
  }
  if (root?.tag === "ExplainStmt" || root?.tag === "VariableShowStmt") {
    throw new PostgresError("This only reads.", "Use explain_query or query for it.");
  }
  try {
    checkStatement(tree, level);
  } catch (error) {
    if (!(error instanceof PostgresError)) throw error;
    throw new PostgresError(error.message, writeHint);
  }
}

const writeHint =
  "INSERT, UPDATE, DELETE, MERGE and the CREATE, ALTER and DROP of tables, indexes, views, types, sequences and schemas may run, without functions that reach outside the database. Functions, triggers, DO and CALL may run only where the role has no special powers.";

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

/**
 * Applies several statements as one, once: all of them or none, recorded in fairlead.migrations.
 * Throws PostgresError, also where another text was applied under the same name.
 */
export async function applyMigration(database: Database, migration: Migration): Promise<Applied> {
  const statements = await parseStatements(migration.sql);
  if (statements.length === 0) throw refusal("an empty migration");
  const level = await findLevel(database, migration);
  for (const statement of statements) checkWrite(statement, level);
  const sha256 = createHash("sha256").update(migration.sql).digest("hex");
  return database.write(migration, async (session) => {
    if (await isApplied(session, migration.name, sha256)) {
      return { status: "already_applied", statements: [] };
    }
    const done = [];
    for (const { sql } of statements) {
      const { command, rowCount } = await session.run(sql);
      done.push({ command, row_count: rowCount ?? 0 });
    }
    await session.all("INSERT INTO fairlead.migrations (name, sha256, sql) VALUES ($1, $2, $3)", [
      migration.name,
      sha256,
      migration.sql,
    ]);
    return { status: migration.dryRun ? "dry_run" : "applied", statements: done };
  });
}

async function isApplied(session: Session, name: string, sha256: string): Promise<boolean> {
  for (const sql of table.split(";")) await session.all(sql);
  // Two that apply at once must not both find nothing.
  await session.all("LOCK TABLE fairlead.migrations IN SHARE ROW EXCLUSIVE MODE");
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

/** Refreshes a table's statistics and, unless told otherwise, frees its dead rows. */
export async function vacuumTable(
  database: Database,
  { table: name, analyzeOnly }: { readonly table: string; readonly analyzeOnly: boolean },
  use: Use,
): Promise<void> {
  await database.bare(use, async (session) => {
    const [found] = await session.all<{ name: string }>(
      `SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind IN ('r', 'p', 'm')`,
      [name],
    );
    if (found === undefined) {
      throw new PostgresError(
        `There is no table ${name}.`,
        "Call list_objects to see which exist.",
      );
    }
    await session.all(`${analyzeOnly ? "ANALYZE" : "VACUUM (ANALYZE)"} ${found.name}`);
  });
}
