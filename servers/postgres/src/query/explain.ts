import type { Database, Use } from "../connect/database.ts";
import type { RawResult, Session } from "../connect/session.ts";
import { PostgresError } from "../errors.ts";
import { parseOne } from "../guard/parse.ts";
import { checkStatement } from "../guard/statement.ts";
import { checkParameters, toValues } from "./parameters.ts";

export interface Explanation extends Use {
  readonly sql: string;
  /** None, or one for each parameter; without them the plan is one for any values. */
  readonly params: readonly unknown[];
  readonly analyze: boolean;
  readonly format: "text" | "json";
  /** `table(column, …)` or the definitions of indexes that are not there. */
  readonly hypotheticalIndexes: readonly string[];
}

/** Explains one statement: changes are planned and never run. Throws PostgresError. */
export async function explainQuery(database: Database, request: Explanation): Promise<string> {
  const { sql, analyze, format, hypotheticalIndexes } = request;
  const options = [...(analyze ? ["ANALYZE", "BUFFERS"] : []), `FORMAT ${format.toUpperCase()}`];
  if (analyze && hypotheticalIndexes.length > 0) {
    throw new PostgresError(
      "analyze runs the statement, and hypothetical indexes do not exist.",
      "Leave out analyze, or hypothetical_indexes.",
    );
  }
  await parseOne(sql);
  // The text that runs is the one that is judged, whatever the given text made of the words before.
  const explain = `EXPLAIN (${options.join(", ")})`;
  const usage = checkStatement(await parseOne(`${explain} ${sql}`), "query");
  const { parameters } = usage;
  const isGeneric = request.params.length === 0 && !analyze;
  if (!isGeneric) checkParameters(parameters, request.params);
  return database.read({ ...request, usage }, async (session) => {
    await createHypothetical(session, hypotheticalIndexes);
    if (isGeneric) return explainGeneric(session, { explain, sql, parameters });
    const values = await toValues(session, sql, request.params);
    return toLines(await session.run(`${explain} ${sql}`, values));
  });
}

interface Generic {
  /** EXPLAIN with its options. */
  readonly explain: string;
  readonly sql: string;
  readonly parameters: number;
}

/**
 * The plan that PostgreSQL makes for a prepared statement whose values it does not know yet. The
 * statement has been judged; its connection is cleaned of it like of all else.
 */
export async function explainGeneric(
  session: Session,
  { explain, sql, parameters }: Generic,
): Promise<string> {
  if (parameters === 0) return toLines(await session.run(`${explain} ${sql}`));
  await session.run(`PREPARE fairlead_generic AS ${sql}`);
  await session.all("SELECT pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', true)");
  const nulls = Array.from({ length: parameters }, () => "NULL").join(", ");
  const plan = await session.run(`${explain} EXECUTE fairlead_generic (${nulls})`);
  await session.run("DEALLOCATE fairlead_generic");
  return toLines(plan);
}

function toLines({ rows }: RawResult): string {
  return rows.map(([line]) => line ?? "").join("\n");
}

/** Tells the planner of this session of indexes that are not there. Needs hypopg. */
export async function createHypothetical(
  session: Session,
  definitions: readonly string[],
): Promise<void> {
  if (definitions.length === 0) return;
  const schema = await findHypopg(session);
  if (schema === undefined) {
    throw new PostgresError(
      "Hypothetical indexes need the extension hypopg, which this database does not have.",
      "Leave them out, or have an administrator run CREATE EXTENSION hypopg.",
    );
  }
  // They belong to the session, not to its transaction, and DISCARD does not know them.
  session.spoil();
  for (const definition of definitions) {
    const sql = await toIndex(definition);
    await session.all(`SELECT ${schema}.hypopg_create_index($1)`, [sql]);
  }
}

/** The quoted schema of hypopg; undefined where it is not installed. */
export async function findHypopg(session: Session): Promise<string | undefined> {
  const [row] = await session.all<{ schema: string }>(
    `SELECT pg_catalog.quote_ident(n.nspname) AS schema FROM pg_catalog.pg_extension e
     JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'hypopg'`,
  );
  return row?.schema;
}

/** hypopg parses what it is given, so it is given CREATE INDEX and nothing else. */
async function toIndex(definition: string): Promise<string> {
  const sql = /^\s*create\s/i.test(definition) ? definition : `CREATE INDEX ON ${definition}`;
  const tree = await parseOne(sql);
  const isIndex = typeof tree === "object" && tree !== null && "IndexStmt" in tree;
  if (!isIndex) {
    throw new PostgresError(
      `${JSON.stringify(definition)} is not an index.`,
      'Write "schema.table (column, …)" or a CREATE INDEX statement.',
    );
  }
  checkStatement(tree, "schema");
  return sql;
}
