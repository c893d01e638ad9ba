import type { Database, Use } from "./database.ts";
import type { Session } from "./session.ts";

export const objectTypes = [
  "table",
  "view",
  "materialized_view",
  "foreign_table",
  "sequence",
  "function",
  "extension",
] as const;

export type ObjectType = (typeof objectTypes)[number];

export interface Schema extends Record<string, unknown> {
  readonly name: string;
  readonly owner: string;
  readonly tables: number;
  readonly system: boolean;
}

export interface DatabaseObject extends Record<string, unknown> {
  readonly schema: string;
  readonly name: string;
  readonly type: string;
  /** Estimated rows of a table. */
  readonly rows?: number;
  readonly comment?: string;
  /** `name type` of each column, where they were asked for. */
  readonly columns?: readonly string[];
}

const schemasSql = `
SELECT n.nspname::text AS name, pg_catalog.pg_get_userbyid(n.nspowner)::text AS owner,
  (SELECT count(*)::int FROM pg_catalog.pg_class c
    WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')) AS tables,
  n.nspname ~ '^pg_' OR n.nspname = 'information_schema' AS system
FROM pg_catalog.pg_namespace n
WHERE n.nspname !~ '^pg_(toast|temp)'
ORDER BY 4, 1`;

/** The schemas, those of the system last. */
export function listSchemas(database: Database, use: Use): Promise<readonly Schema[]> {
  return database.read(use, (session) => session.all<Schema>(schemasSql));
}

// Everything that has a name, as one relation. Members of extensions are left out: they are many,
// and nobody's own.
const everything = `
SELECT n.nspname::text AS schema, c.relname::text AS name,
  CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view'
    WHEN 'm' THEN 'materialized_view' WHEN 'f' THEN 'foreign_table' ELSE 'sequence' END AS type,
  CASE WHEN c.relkind IN ('r', 'p', 'm') AND c.reltuples >= 0 THEN c.reltuples::float8 END AS rows,
  pg_catalog.obj_description(c.oid, 'pg_class') AS comment
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (
  SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass
    AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT n.nspname::text, p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid)
  || ')', 'function', NULL, pg_catalog.obj_description(p.oid, 'pg_proc')
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE NOT EXISTS (
  SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass
    AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT n.nspname::text, e.extname::text, 'extension', NULL, 'version ' || e.extversion
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace`;

const ours = `o.schema !~ '^pg_' AND o.schema <> 'information_schema'`;

export interface Selection extends Use {
  readonly schema?: string | undefined;
  readonly type?: ObjectType | undefined;
  readonly skip: number;
  readonly limit: number;
}

export interface Found {
  readonly objects: readonly DatabaseObject[];
  readonly more: boolean;
}

/** Objects of a schema, or of all that are no system's. */
export async function listObjects(database: Database, selection: Selection): Promise<Found> {
  const { schema, type, skip, limit } = selection;
  const sql = `SELECT o.* FROM (${everything}) o
    WHERE (($1::text IS NULL AND ${ours} AND ($2::text IS NOT NULL OR o.type <> 'function'))
      OR o.schema = $1) AND ($2::text IS NULL OR o.type = $2)
    ORDER BY o.schema, o.type IN ('sequence', 'extension', 'function'), o.type, o.name
    OFFSET $3 LIMIT $4`;
  const values = [schema ?? null, type ?? null, skip, limit + 1];
  const rows = await database.read(selection, (session) =>
    session.all<DatabaseObject>(sql, values),
  );
  return toFound(rows, limit);
}

const columns = `
SELECT n.nspname::text AS schema, c.relname || '.' || a.attname AS name, 'column' AS type,
  NULL::float8 AS rows, pg_catalog.format_type(a.atttypid, a.atttypmod) AS comment
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`;

/** Objects and columns whose name is like a pattern, system schemas left out. */
export async function searchObjects(
  database: Database,
  search: Omit<Selection, "type"> & {
    readonly pattern: string;
    readonly type?: ObjectType | "column" | undefined;
    /** Names alone, with what is known of each, or with the columns of tables as well. */
    readonly detail: "names" | "summary" | "full";
  },
): Promise<Found> {
  const { pattern, schema, type, detail, skip, limit } = search;
  const sql = `SELECT o.* FROM (${everything} UNION ALL ${columns}) o
    WHERE ${ours} AND o.name ILIKE $1 AND ($2::text IS NULL OR o.type = $2)
      AND ($3::text IS NULL OR o.schema = $3)
    ORDER BY pg_catalog.length(o.name), o.schema, o.name, o.type OFFSET $4 LIMIT $5`;
  const like = /[%_]/.test(pattern) ? pattern : `%${pattern.replaceAll("\\", "\\\\")}%`;
  const values = [like, type ?? null, schema ?? null, skip, limit + 1];
  return database.read(search, async (session) => {
    const found = toFound(await session.all<DatabaseObject>(sql, values), limit);
    if (detail === "summary") return found;
    if (detail === "full") return { ...found, objects: await addColumns(session, found.objects) };
    const names = found.objects.map(({ schema: of, name, type: kind }) => {
      return { schema: of, name, type: kind };
    });
    return { ...found, objects: names };
  });
}

async function addColumns(
  session: Session,
  objects: readonly DatabaseObject[],
): Promise<readonly DatabaseObject[]> {
  const rows = await session.all<{ schema: string; name: string; columns: string[] }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name, pg_catalog.array_agg(
       a.attname || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum)
       AS columns
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname = ANY ($1::pg_catalog.name[])
     GROUP BY 1, 2`,
    [objects.map(({ name }) => name)],
  );
  return objects.map((object) => {
    const { schema, name } = object;
    const found = rows.find((row) => row.schema === schema && row.name === name);
    return found === undefined ? object : { ...object, columns: found.columns };
  });
}

function toFound(rows: readonly DatabaseObject[], limit: number): Found {
  const objects = rows.slice(0, limit).map(({ schema, name, type, rows: count, comment }) => ({
    schema,
    name,
    type,
    ...(typeof count === "number" && { rows: Math.round(count) }),
    ...(typeof comment === "string" && { comment }),
  }));
  return { objects, more: rows.length > limit };
}

/** Names that begin with what was typed, for completion. */
export async function completeName(
  database: Database,
  typed: string,
  of: { readonly kind: "schema" | "table"; readonly schema?: string | undefined },
  use: Use,
): Promise<readonly string[]> {
  const prefix = `${typed.replace(/[\\%_]/g, "\\$&")}%`;
  const sql =
    of.kind === "schema"
      ? `SELECT s.name FROM (${schemasSql}) s WHERE s.name ILIKE $1 AND $2::text IS NULL`
      : `SELECT DISTINCT o.name FROM (${everything}) o WHERE o.name ILIKE $1
           AND o.type IN ('table', 'view', 'materialized_view', 'foreign_table')
           AND (o.schema = $2 OR ($2::text IS NULL AND ${ours})) ORDER BY 1 LIMIT 100`;
  const values = [prefix, of.kind === "schema" ? null : (of.schema ?? null)];
  const rows = await database.read(use, (session) => session.all<{ name: string }>(sql, values));
  return rows.map(({ name }) => name);
}
