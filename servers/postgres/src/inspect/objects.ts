import type { Database, Use } from "../connect/database.ts";
import type { Session } from "../connect/session.ts";
import { type ObjectType, objectTypes, toObjectsSql } from "./objects-sql.ts";
import { shorten, shortenList } from "./shortening.ts";

/** Characters of one object in a list, of which a single one must not fill the answer. */
const longestComment = 1_000;
const longestColumns = 10_000;

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
SELECT pg_catalog.quote_ident(n.nspname) AS name, pg_catalog.pg_get_userbyid(n.nspowner)::text AS owner,
  (SELECT count(*)::int FROM pg_catalog.pg_class c
    WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')) AS tables,
  n.nspname ~ '^pg_' OR n.nspname = 'information_schema' AS system
FROM pg_catalog.pg_namespace n
WHERE n.nspname !~ '^pg_(toast|temp)'
ORDER BY 4, n.nspname`;

/** The schemas, those of the system last. */
export function listSchemas(database: Database, use: Use): Promise<readonly Schema[]> {
  return database.read(use, (session) => session.all<Schema>(schemasSql));
}

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

/** Schemas that are not the system's, by the number of a namespace. */
const inOwn = (oid: string) => `${oid} IN (SELECT n.oid FROM pg_catalog.pg_namespace n
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')`;
const inNamed = (oid: string, parameter: string) => `${oid} IN (
  SELECT n.oid FROM pg_catalog.pg_namespace n
  WHERE ${parameter}::text IN (n.nspname, pg_catalog.quote_ident(n.nspname)))`;

const toOwnIn = (parameter: string) => (oid: string) =>
  `${inOwn(oid)} AND ${inNamed(oid, parameter)}`;

/** In a name without % an underscore is the letter that it is in most names. */
function toLike(pattern: string): string {
  return pattern.includes("%") ? pattern : `%${pattern.replace(/[\\_]/g, "\\$&")}%`;
}

/** Whether a pattern is of a column with its table, or of a function with its arguments. */
function isWhole(pattern: string): boolean {
  return /[.(]/.test(pattern);
}

/** Objects of a schema, or of all that are not the system's. */
export async function listObjects(database: Database, selection: Selection): Promise<Found> {
  const { schema, type, skip, limit } = selection;
  // Functions and types are many: those of a schema are shown, and those that are asked for.
  const isUsual = (each: ObjectType) => each !== "function" && each !== "type";
  const usual = objectTypes.filter((each) => schema !== undefined || isUsual(each));
  const wanted = {
    types: type === undefined ? usual : [type],
    inSchema: schema === undefined ? inOwn : (oid: string) => inNamed(oid, "$3"),
  };
  const order = `o.nspname, o.type IN ('sequence', 'extension', 'function', 'type'), o.type, o.base,
    o.rest`;
  const sql = toObjectsSql(wanted, order, "OFFSET $1 LIMIT $2");
  const values = [skip, limit + 1, ...(schema === undefined ? [] : [schema])];
  const rows = await database.read(selection, (session) =>
    session.all<DatabaseObject>(sql, values),
  );
  return toFound(rows, limit);
}

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
  const values: unknown[] = [skip, limit + 1];
  const add = (value: string) => `$${values.push(value)}`;
  const inSchema = schema === undefined ? inOwn : toOwnIn(add(schema));
  const like = add(toLike(pattern));
  // What stands before the first dot may be a schema as well as a table.
  const [, before, rest = ""] = /^("(?:[^"]|"")+"|[^".(%]+)\.(.+)$/s.exec(pattern) ?? [];
  const qualified = before && { inSchema: toOwnIn(add(before)), like: add(toLike(rest)), rest };
  const wanted = {
    types: type === undefined ? [...objectTypes, "column" as const] : [type],
    inSchema,
    hasName(name: string, whole: string, oid: string) {
      const match = `${isWhole(pattern) ? whole : name} ILIKE ${like}`;
      if (!qualified) return match;
      const ofSchema = `${isWhole(qualified.rest) ? whole : name} ILIKE ${qualified.like}`;
      return `(${match} OR ${qualified.inSchema(oid)} AND ${ofSchema})`;
    },
  };
  const order = `pg_catalog.length(o.base || coalesce('.' || o.part, '') || o.rest), o.nspname,
    o.base, o.part, o.rest, o.type`;
  const sql = toObjectsSql(wanted, order, "OFFSET $1 LIMIT $2");
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
    `SELECT pg_catalog.quote_ident(n.nspname) AS schema, pg_catalog.quote_ident(c.relname) AS name,
       pg_catalog.array_agg(
       pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum)
       AS columns
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') 
       AND pg_catalog.quote_ident(c.relname) = ANY ($1::text[]) GROUP BY 1, 2`,
    [objects.map(({ name }) => name)],
  );
  return objects.map((object) => {
    const { schema, name } = object;
    const found = rows.find((row) => row.schema === schema && row.name === name);
    return found === undefined
      ? object
      : { ...object, columns: shortenList(found.columns, longestColumns) };
  });
}

function toFound(rows: readonly DatabaseObject[], limit: number): Found {
  const objects = rows.slice(0, limit).map(({ schema, name, type, rows: count, comment }) => ({
    schema,
    name,
    type,
    ...(typeof count === "number" && { rows: Math.round(count) }),
    ...(typeof comment === "string" && { comment: shorten(comment, longestComment) }),
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
  const { schema } = of;
  const tables = `SELECT DISTINCT c.relname::text AS name FROM pg_catalog.pg_class c
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname ILIKE $1
      AND ${schema === undefined ? inOwn("c.relnamespace") : inNamed("c.relnamespace", "$2")}
    ORDER BY 1 LIMIT 100`;
  const schemas = `SELECT n.nspname::text AS name FROM pg_catalog.pg_namespace n
    WHERE n.nspname ILIKE $1 AND n.nspname !~ '^pg_(toast|temp)'
    ORDER BY n.nspname ~ '^pg_' OR n.nspname = 'information_schema', 1`;
  const values = [prefix, ...(of.kind === "table" && schema !== undefined ? [schema] : [])];
  const rows = await database.read(use, (session) =>
    session.all<{ name: string }>(of.kind === "schema" ? schemas : tables, values),
  );
  return rows.map(({ name }) => name);
}

/** A name as it is, of one as SQL needs it. */
export function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
