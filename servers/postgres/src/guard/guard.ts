import { BoundedMap, isRecord } from "@fairlead/guard";
import { parseOne } from "./parse.ts";
import { checkStatement, type Usage } from "./statement.ts";
import { listOf, unwrap } from "./tree.ts";

/** A query that its tree lets run; the catalog has yet to be asked. */
export interface Checked {
  readonly sql: string;
  readonly usage: Usage;
  /** Whether its rows come in an order of their own. */
  readonly ordered: boolean;
}

/** Verdicts by text: a page asks its statement again, and nothing but the text decides. */
const verdicts = new BoundedMap<string, Checked>(100);
const longestKept = 10_000;

/**
 * The first layer: one statement, of which every node is known to read. The catalog has its say in
 * the transaction. Throws PostgresError.
 */
export async function checkQuery(sql: string): Promise<Checked> {
  const known = verdicts.get(sql);
  if (known !== undefined) return known;
  const tree = await parseOne(sql);
  const usage = checkStatement(tree, "query");
  const verdict = { sql, usage, ordered: isOrdered(tree) };
  if (sql.length <= longestKept) verdicts.set(sql, verdict);
  return verdict;
}

function isOrdered(tree: unknown): boolean {
  const root = unwrap(tree);
  if (root?.tag !== "SelectStmt") return root?.tag !== undefined;
  const { sortClause, valuesLists, fromClause, larg } = root.node;
  const constant = listOf(fromClause).length === 0 && !isRecord(larg);
  return listOf(sortClause).length > 0 || listOf(valuesLists).length > 0 || constant;
}
