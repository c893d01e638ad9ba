import { typeDefinition } from "./details-sql.ts";

export const objectTypes = [
  "table",
  "view",
  "materialized_view",
  "foreign_table",
  "sequence",
  "function",
  "type",
  "extension",
] as const;

export type ObjectType = (typeof objectTypes)[number];

/** Which objects a list holds. What a client gave stands in it as parameters alone. */
export interface Wanted {
  readonly types: readonly (ObjectType | "column")[];
  /** A condition on the number of a namespace. */
  readonly inSchema: (oid: string) => string;
  /** A condition on a name, the longer form of one, such as `table.column`, and its namespace; none for all. */
  readonly hasName?: ((name: string, whole: string, schema: string) => string) | undefined;
}

/** A catalog of objects, as columns of one relation. */
interface Catalog {
  readonly types: readonly (ObjectType | "column")[];
  readonly name: string;
  /** The number of an object and of its namespace. */
  readonly oid: string;
  readonly schema: string;
  /** What a name is made of: `base.part` or `base(arguments)`. */
  readonly base: string;
  readonly part?: string;
  readonly rest?: string;
  readonly type: string;
  readonly rows?: string;
  readonly from: string;
  readonly condition: (types: readonly string[]) => string;
}

const relationKinds = {
  table: "rp",
  view: "v",
  materialized_view: "m",
  foreign_table: "f",
  sequence: "S",
};

const catalogs: readonly Catalog[] = [
  {
    types: ["table", "view", "materialized_view", "foreign_table", "sequence"],
    name: "pg_class",
    oid: "c.oid",
    schema: "c.relnamespace",
    base: "c.relname",
    type: `CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view'
      WHEN 'f' THEN 'foreign_table' WHEN 'S' THEN 'sequence' ELSE 'table' END`,
    rows: `CASE WHEN c.relkind IN ('r', 'p', 'm') AND c.reltuples >= 0 THEN c.reltuples::float8 END`,
    from: "pg_catalog.pg_class c",
    condition(types) {
      const wanted = Object.entries(relationKinds).filter(([type]) => types.includes(type));
      const letters = wanted.flatMap(([, kinds]) => [...kinds]).map((kind) => `'${kind}'`);
      return `c.relkind IN (${letters.join(", ")})`;
    },
  },
  {
    types: ["function"],
    name: "pg_proc",
    oid: "p.oid",
    schema: "p.pronamespace",
    base: "p.proname",
    rest: "'(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')'",
    type: "'function'",
    from: "pg_catalog.pg_proc p",
    condition: () => "true",
  },
  {
    types: ["type"],
    name: "pg_type",
    oid: "t.oid",
    schema: "t.typnamespace",
    base: "t.typname",
    type: "'type'",
    from: "pg_catalog.pg_type t",
    // Arrays and the row types of tables go with what they are of.
    condition: () => `(t.typtype IN ('e', 'd', 'r') OR t.typtype = 'b' AND t.typcategory <> 'A'
      OR t.typtype = 'c' AND EXISTS (SELECT FROM pg_catalog.pg_class c
        WHERE c.oid = t.typrelid AND c.relkind = 'c'))`,
  },
  {
    types: ["extension"],
    name: "pg_extension",
    oid: "e.oid",
    schema: "e.extnamespace",
    base: "e.extname",
    type: "'extension'",
    from: "pg_catalog.pg_extension e",
    condition: () => "true",
  },
  {
    types: ["column"],
    name: "pg_attribute",
    oid: "a.attrelid",
    schema: "c.relnamespace",
    base: "c.relname",
    part: "a.attname",
    type: "'column'",
    from: "pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid",
    condition: () =>
      "a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')",
  },
];

function toSelect(catalog: Catalog, { types, inSchema, hasName }: Wanted): string {
  const { oid, schema, base, part, rest = "''", type, rows = "NULL::float8", from } = catalog;
  const whole = part === undefined ? `${base} || ${rest}` : `${base} || '.' || ${part}`;
  // Members of extensions are left out: they are many, and nobody's own.
  const isOwn = `${oid} NOT IN (SELECT d.objid FROM pg_catalog.pg_depend d
    WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e'
      AND d.classid = 'pg_catalog.${catalog.name}'::pg_catalog.regclass)`;
  const conditions = `${catalog.condition(types)} AND ${inSchema(schema)} AND ${isOwn}`;
  const name = hasName?.(part ?? base, whole, schema) ?? "true";
  // In this order: to compare a name costs more than all else, and most where a function's arguments
  // are a part of it. Columns are too many to be joined with their tables first.
  const where =
    name === "true" || part !== undefined
      ? `${conditions} AND ${name}`
      : `CASE WHEN ${conditions} THEN ${name} END`;
  return `SELECT ${oid} AS oid, '${catalog.name}' AS catalog, ${schema} AS schema, ${base} AS base,
    ${part ?? "NULL::pg_catalog.name"} AS part, ${rest} AS rest, ${type} AS type, ${rows} AS rows
  FROM ${from} WHERE ${where}`;
}

/** What is said of an object besides its name. */
const comments: Readonly<Record<string, string>> = {
  extension: `SELECT 'version ' || e.extversion FROM pg_catalog.pg_extension e WHERE e.oid = o.oid`,
  column: `SELECT pg_catalog.format_type(a.atttypid, a.atttypmod) FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = o.oid AND a.attname = o.part`,
  type: `SELECT ${typeDefinition} FROM pg_catalog.pg_type t WHERE t.oid = o.oid`,
};

/**
 * Objects of several catalogs as one relation, o, in this order. Names are as SQL needs them, in
 * double quotes where they must be. Comments are looked up for those alone that the limit leaves.
 */
export function toObjectsSql(wanted: Wanted, order: string, limit: string): string {
  const chosen = catalogs.filter(({ types }) => types.some((type) => wanted.types.includes(type)));
  const special = wanted.types.filter((type) => type in comments);
  const cases = special.map((type) => `WHEN '${type}' THEN (${comments[type]})`).join("\n  ");
  const usual = "pg_catalog.obj_description(o.oid, o.catalog)";
  return `
SELECT pg_catalog.quote_ident(o.nspname) AS schema, pg_catalog.quote_ident(o.base)
    || coalesce('.' || pg_catalog.quote_ident(o.part), '') || o.rest AS name, o.type, o.rows,
  ${cases === "" ? usual : `CASE o.type ${cases} ELSE ${usual} END`} AS comment
FROM (
  SELECT o.* FROM (
    SELECT u.*, s.nspname FROM (${chosen.map((each) => toSelect(each, wanted)).join("\n  UNION ALL ")}) u
    JOIN pg_catalog.pg_namespace s ON s.oid = u.schema
  ) o ORDER BY ${order} ${limit}
) o ORDER BY ${order}`;
}
