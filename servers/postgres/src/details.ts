import type { Database, Use } from "./database.ts";
import { PostgresError } from "./errors.ts";
import type { ObjectType } from "./objects.ts";
import type { Session } from "./session.ts";

export interface ColumnDetail extends Record<string, unknown> {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly default?: string | undefined;
  readonly comment?: string | undefined;
}

export interface Details {
  readonly schema: string;
  readonly name: string;
  readonly type: string;
  readonly columns?: readonly ColumnDetail[] | undefined;
  /** `name: definition` of constraints and indexes. */
  readonly constraints?: readonly string[] | undefined;
  readonly indexes?: readonly string[] | undefined;
  readonly definition?: string | undefined;
  readonly comment?: string | undefined;
}

export interface ObjectName {
  readonly schema: string;
  readonly name: string;
  readonly type: ObjectType;
}

const columnsSql = `
SELECT a.attname::text AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
  NOT a.attnotnull AS nullable, pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS default,
  pg_catalog.col_description(a.attrelid, a.attnum) AS comment
FROM pg_catalog.pg_attribute a
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`;

const constraintsSql = `
SELECT k.conname || ': ' || pg_catalog.pg_get_constraintdef(k.oid) AS text
FROM pg_catalog.pg_constraint k WHERE k.conrelid = $1 AND k.contype <> 'n' ORDER BY k.contype DESC, k.conname`;

const indexesSql = `
SELECT pg_catalog.pg_get_indexdef(i.indexrelid) AS text
FROM pg_catalog.pg_index i WHERE i.indrelid = $1 ORDER BY 1`;

/** All there is to know of one object. Throws PostgresError when there is none of that name. */
export function readDetails(database: Database, object: ObjectName, use: Use): Promise<Details> {
  return database.read(use, (session) => {
    if (object.type === "function") return readFunction(session, object);
    if (object.type === "extension") return readExtension(session, object);
    if (object.type === "sequence") return readSequence(session, object);
    return readRelation(session, object);
  });
}

interface Relation extends Record<string, unknown> {
  readonly oid: number;
  readonly kind: string;
  readonly comment: string | null;
  readonly definition: string | null;
}

async function readRelation(session: Session, object: ObjectName): Promise<Details> {
  const [relation] = await session.all<Relation>(
    `SELECT c.oid, c.relkind::text AS kind, pg_catalog.obj_description(c.oid, 'pg_class') AS comment,
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid, true) END AS definition
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`,
    [object.schema, object.name],
  );
  if (relation === undefined) throw notFound(object);
  const columns = await session.all<Nullable>(columnsSql, [relation.oid]);
  const constraints = await session.all<{ text: string }>(constraintsSql, [relation.oid]);
  const indexes = await session.all<{ text: string }>(indexesSql, [relation.oid]);
  return {
    schema: object.schema,
    name: object.name,
    type: kinds[relation.kind] ?? object.type,
    ...(relation.comment !== null && { comment: relation.comment }),
    columns: columns.map(toColumn),
    ...(constraints.length > 0 && { constraints: constraints.map(({ text }) => text) }),
    ...(indexes.length > 0 && { indexes: indexes.map(({ text }) => text) }),
    ...(relation.definition !== null && { definition: relation.definition }),
  };
}

const kinds: Readonly<Record<string, string>> = {
  r: "table",
  p: "table",
  v: "view",
  m: "materialized_view",
  f: "foreign_table",
};

interface Nullable extends Record<string, unknown> {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | null;
  readonly comment: string | null;
}

function toColumn({ name, type, nullable, default: value, comment }: Nullable): ColumnDetail {
  return {
    name,
    type,
    nullable,
    ...(value !== null && { default: value }),
    ...(comment !== null && { comment }),
  };
}

async function readFunction(session: Session, object: ObjectName): Promise<Details> {
  // An aggregate has no text of its own.
  const rows = await session.all<{ text: string }>(
    `SELECT CASE WHEN p.prokind = 'a' THEN 'aggregate ' || p.oid::regprocedure
         ELSE pg_catalog.pg_get_functiondef(p.oid) END AS text
     FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname = $1 AND (p.proname = $2 OR p.proname || '('
       || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' = $2)
     ORDER BY p.oid LIMIT 20`,
    [object.schema, object.name],
  );
  if (rows.length === 0) throw notFound(object);
  return { ...object, definition: rows.map(({ text }) => text.trimEnd()).join("\n\n") };
}

async function readExtension(session: Session, object: ObjectName): Promise<Details> {
  const [row] = await session.all<{ version: string; comment: string | null }>(
    `SELECT e.extversion AS version, pg_catalog.obj_description(e.oid, 'pg_extension') AS comment
     FROM pg_catalog.pg_extension e WHERE e.extname = $1`,
    [object.name],
  );
  if (row === undefined) throw notFound(object);
  return {
    ...object,
    definition: `version ${row.version}`,
    ...(row.comment !== null && { comment: row.comment }),
  };
}

async function readSequence(session: Session, object: ObjectName): Promise<Details> {
  const [row] = await session.all<{ text: string }>(
    `SELECT s.data_type || ', start ' || s.start_value || ', increment ' || s.increment_by
       || ', last value ' || coalesce(s.last_value::text, 'none') AS text
     FROM pg_catalog.pg_sequences s WHERE s.schemaname = $1 AND s.sequencename = $2`,
    [object.schema, object.name],
  );
  if (row === undefined) throw notFound(object);
  return { ...object, definition: row.text };
}

function notFound({ schema, name, type }: ObjectName): PostgresError {
  return new PostgresError(
    `There is no ${type} "${name}" in schema "${schema}".`,
    "Call search_objects with a part of the name, or list_objects.",
  );
}

/** A table's or a view's columns and rules, short and in the words of SQL. */
export function toText(details: Details): string {
  const { schema, name, type, columns = [], constraints = [], indexes = [] } = details;
  return [
    `${type} ${schema}.${name}${details.comment === undefined ? "" : ` -- ${details.comment}`}`,
    ...columns.map(
      (column) =>
        `  ${column.name} ${column.type}${column.nullable ? "" : " not null"}` +
        (column.default === undefined ? "" : ` default ${column.default}`) +
        (column.comment === undefined ? "" : ` -- ${column.comment}`),
    ),
    ...constraints.map((line) => `  constraint ${line}`),
    ...indexes.map((line) => `  ${line}`),
    ...(details.definition === undefined ? [] : [details.definition]),
  ].join("\n");
}
