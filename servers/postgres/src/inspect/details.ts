import type { Database, Use } from "../connect/database.ts";
import type { Session } from "../connect/session.ts";
import { PostgresError } from "../errors.ts";
import {
  columnsSql,
  constraintsSql,
  indexesSql,
  propertiesSql,
  sequenceSql,
  typeSql,
} from "./details-sql.ts";
import type { ObjectType } from "./objects-sql.ts";

export interface ColumnDetail extends Record<string, unknown> {
  /** As SQL needs it: in double quotes where it must be. */
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly default?: string | undefined;
  /** `always` or `by default`. */
  readonly identity?: string | undefined;
  /** The expression of a generated column, and whether it is stored. */
  readonly generated?: string | undefined;
  readonly collation?: string | undefined;
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
  /** Partitions, policies, triggers, types and what else there is to a relation, a line each. */
  readonly properties?: readonly string[] | undefined;
  readonly definition?: string | undefined;
  readonly comment?: string | undefined;
}

export interface ObjectName {
  readonly schema: string;
  readonly name: string;
  readonly type: ObjectType;
}

/** All there is to know of one object. Throws PostgresError when there is none of that name. */
export function readDetails(database: Database, object: ObjectName, use: Use): Promise<Details> {
  return database.read(use, (session) => {
    if (object.type === "function") return readFunction(session, object);
    if (object.type === "extension") return readExtension(session, object);
    if (object.type === "sequence") return readDefinition(session, object, sequenceSql);
    if (object.type === "type") return readDefinition(session, object, typeSql);
    return readRelation(session, object);
  });
}

interface Relation extends Record<string, unknown> {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly comment: string | null;
  readonly definition: string | null;
}

async function readRelation(session: Session, object: ObjectName): Promise<Details> {
  const [relation] = await session.all<Relation>(
    `SELECT c.oid, pg_catalog.quote_ident(n.nspname) AS schema,
       pg_catalog.quote_ident(c.relname) AS name, c.relkind::text AS kind, pg_catalog.obj_description(c.oid, 'pg_class') AS comment,
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid, true) END AS definition
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE $1::text IN (n.nspname, pg_catalog.quote_ident(n.nspname))
       AND $2::text IN (c.relname, pg_catalog.quote_ident(c.relname))
       AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`,
    [object.schema, object.name],
  );
  if (relation === undefined) throw notFound(object);
  const lines = async (sql: string) => {
    const rows = await session.all<{ text: string }>(sql, [relation.oid]);
    return rows.length === 0 ? undefined : rows.map(({ text }) => text);
  };
  const columns = await session.all<Nullable>(columnsSql, [relation.oid]);
  return {
    schema: relation.schema,
    name: relation.name,
    type: kinds[relation.kind] ?? object.type,
    comment: relation.comment ?? undefined,
    columns: columns.map(toColumn),
    constraints: await lines(constraintsSql),
    indexes: await lines(indexesSql),
    properties: await lines(propertiesSql),
    definition: relation.definition ?? undefined,
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
  readonly identity: string | null;
  readonly generated: string | null;
  readonly collation: string | null;
  readonly comment: string | null;
}

function toColumn({ name, type, nullable, ...facts }: Nullable): ColumnDetail {
  const told = Object.entries(facts).filter(([, fact]) => fact !== null);
  return { name, type, nullable, ...Object.fromEntries(told) };
}

async function readFunction(session: Session, object: ObjectName): Promise<Details> {
  // An aggregate has no text of its own.
  const rows = await session.all<{ text: string }>(
    `SELECT CASE WHEN p.prokind = 'a' THEN 'aggregate ' || p.oid::regprocedure
         ELSE pg_catalog.pg_get_functiondef(p.oid) END AS text
     FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
     WHERE $1::text IN (n.nspname, pg_catalog.quote_ident(n.nspname)) AND $2::text IN (
       p.proname, pg_catalog.quote_ident(p.proname),
       p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')',
       pg_catalog.quote_ident(p.proname) || '('
         || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')')
     ORDER BY p.oid LIMIT 20`,
    [object.schema, object.name],
  );
  if (rows.length === 0) throw notFound(object);
  return { ...object, definition: rows.map(({ text }) => text.trimEnd()).join("\n\n") };
}

async function readExtension(session: Session, object: ObjectName): Promise<Details> {
  const [row] = await session.all<{ version: string; comment: string | null }>(
    `SELECT e.extversion AS version, pg_catalog.obj_description(e.oid, 'pg_extension') AS comment
     FROM pg_catalog.pg_extension e WHERE $1::text IN (e.extname, pg_catalog.quote_ident(e.extname))`,
    [object.name],
  );
  if (row === undefined) throw notFound(object);
  return {
    ...object,
    definition: `version ${row.version}`,
    ...(row.comment !== null && { comment: row.comment }),
  };
}

async function readDefinition(session: Session, object: ObjectName, sql: string): Promise<Details> {
  const [row] = await session.all<{ text: string; comment: string | null }>(sql, [
    object.schema,
    object.name,
  ]);
  if (row === undefined) throw notFound(object);
  return { ...object, definition: row.text, ...(row.comment !== null && { comment: row.comment }) };
}

function notFound({ schema, name, type }: ObjectName): PostgresError {
  return new PostgresError(
    `There is no ${type} "${name}" in schema "${schema}".`,
    "Call search_objects with a part of the name, or list_objects.",
  );
}
