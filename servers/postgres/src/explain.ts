import type { Database, Use } from "./database.ts";
import { PostgresError } from "./errors.ts";
import { parseOne } from "./guard/parse.ts";
import { checkStatement } from "./guard/statement.ts";
import type { Session } from "./session.ts";

export interface Explanation extends Use {
  readonly sql: string;
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
      "Indexes that are not there cannot be run.",
      "Leave out analyze, or hypothetical_indexes.",
    );
  }
  await parseOne(sql);
  // The text that runs is the one that is judged, whatever the given text made of the words before.
  const text = `EXPLAIN (${options.join(", ")}) ${sql}`;
  const usage = checkStatement(await parseOne(text), "query");
  return database.read({ ...request, usage }, async (session) => {
    await createHypothetical(session, hypotheticalIndexes);
    const { rows } = await session.run(text);
    return rows.map(([line]) => line ?? "").join("\n");
  });
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
