import { PostgresError } from "../errors.ts";

/** Asks the database after the transaction that failed. */
type Ask = <R extends Record<string, unknown>>(
  sql: string,
  values: readonly unknown[],
) => Promise<readonly R[]>;

const sameNames = `
SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE pg_catalog.lower(c.relname) IN (SELECT pg_catalog.lower(g) FROM pg_catalog.unnest($1::text[]) g)
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_'
  AND NOT (pg_catalog.pg_table_is_visible(c.oid) AND c.relname = ANY ($1::text[]))
ORDER BY 1 LIMIT 5`;

/**
 * The error of a relation that is not there, with the relations of the same name that are: in other
 * letters, which need double quotes, or in a schema that has to be named.
 */
export async function addSuggestions(error: unknown, ask: Ask): Promise<unknown> {
  if (!(error instanceof PostgresError) || error.code !== "42P01") return error;
  const missing = findMissing(error.message);
  if (missing.length === 0) return error;
  const rows = await ask<{ name: string }>(sameNames, [missing]).catch(() => []);
  if (rows.length === 0) return error;
  const names = rows.map(({ name }) => name).join(" or ");
  const hint = `There is ${names}: write the name like this, with its schema and double quotes.`;
  return new PostgresError(error.message, hint, error.code);
}

/**
 * What the name may be of the relation that a message says is missing, with its schema or not. Messages
 * have the quotes of the server's language.
 */
function findMissing(message: string): readonly string[] {
  // A table that the statement names elsewhere than in its FROM clause is there.
  if (/\bFROM\b/.test(message)) return [];
  const name = /["«»„“]\s*(.+?)\s*["«»“”]/.exec(message)?.[1];
  return name === undefined ? [] : [...new Set([name, name.slice(name.lastIndexOf(".") + 1)])];
}
