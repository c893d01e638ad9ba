import type { Room } from "@fairlead/guard";
import type { Database, Use } from "../connect/database.ts";
import type { Session } from "../connect/session.ts";
import { PostgresError, toldFate } from "../errors.ts";
import { parseStatements, type Statement } from "../guard/parse.ts";
import { checkStatement, type Level, type Usage } from "../guard/statement.ts";
import { listOf, unwrap } from "../guard/tree.ts";
import { type Cell, type Column, fitRows, toCells, toColumns } from "../query/cells.ts";
import { checkParameters, toValues } from "../query/parameters.ts";

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
  checkParameters(checkWrite(statement, level).parameters, change.params);
  const run = (session: Session) => runOne(session, statement.sql, change);
  if (!runsAlone(statement.tree)) return database.write(change, run);
  if (!change.dryRun) return database.bare(change, run);
  throw new PostgresError(
    "A statement with CONCURRENTLY cannot be rolled back, so it cannot be tried.",
    "Call again without dry_run, or leave CONCURRENTLY out.",
    "25001",
  );
}

async function runOne(session: Session, sql: string, { params, room }: Change): Promise<Outcome> {
  const result = await session.run(sql, await toValues(session, sql, params));
  const columns = await toColumns(result.fields, session);
  const rows = result.rows.slice(0, mostRows).map((row) => toCells(row, result.fields));
  return {
    command: result.command,
    rowCount: result.rowCount ?? 0,
    columns,
    // An answer that is too large would read as if nothing had been changed.
    rows: fitRows(columns, rows, room),
    returned: result.rows.length,
  };
}

/** Whether a statement cannot run in a transaction: what it does is kept step by step. */
export function runsAlone(tree: unknown): boolean {
  const root = unwrap(tree);
  if (root?.tag === "IndexStmt" || root?.tag === "DropStmt")
    return root.node["concurrent"] === true;
  if (root?.tag !== "AlterTableStmt") return false;
  return listOf(root.node["cmds"]).some((command) => {
    const partition = unwrap(unwrap(command)?.node["def"]);
    return partition?.tag === "PartitionCmd" && partition.node["concurrent"] === true;
  });
}

/** Functions and triggers run with the role's rights: with a mighty role they are not let in. */
export async function findLevel(database: Database, use: Use): Promise<Level> {
  const { powers } = await database.role(use).catch((error: unknown) => {
    throw toldFate(error, "undone");
  });
  database.assertWritable();
  return powers.length === 0 ? "code" : "schema";
}

/** The classes of statements that write: rows, and what tables are made of. */
export function checkWrite({ tree }: Statement, level: Level): Usage {
  const root = unwrap(tree);
  if (root?.tag === "SelectStmt" && !("withClause" in root.node)) {
    throw new PostgresError("This statement only reads.", "Use query for it.");
  }
  if (root?.tag === "ExplainStmt" || root?.tag === "VariableShowStmt") {
    throw new PostgresError("This statement only reads.", "Use explain_query or query for it.");
  }
  try {
    return checkStatement(tree, level);
  } catch (error) {
    if (!(error instanceof PostgresError)) throw error;
    throw new PostgresError(error.message, writeHint);
  }
}

const writeHint =
  "INSERT, UPDATE, DELETE, MERGE and the CREATE, ALTER and DROP of tables, indexes, views, types, sequences and schemas may run, without functions that reach outside the database. Functions, triggers, DO and CALL may run only where the role has no special powers.";

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
