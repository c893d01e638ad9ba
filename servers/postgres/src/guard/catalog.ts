import { PostgresError } from "../errors.ts";
import { isDenied, isHarmless } from "./names.ts";
import { type Called, refusal, type Usage } from "./statement.ts";

/** Asks the database in the very transaction the statement is going to run in. */
interface Asking {
  all<R extends Record<string, unknown>>(
    sql: string,
    values: readonly unknown[],
  ): Promise<readonly R[]>;
}

interface Row extends Record<string, unknown> {
  readonly kind: "function" | "operator" | "type";
  readonly schema: string;
  readonly name: string;
  readonly volatile: boolean;
  readonly shipped: boolean;
  /** Whether it takes one argument, and whether that may be a whole row. */
  readonly single: boolean;
  readonly row: boolean;
}

/** Operators that are used without being written: by sorting, IN, BETWEEN, LIKE and joins. */
const implied = ["=", "<>", "<", ">", "<=", ">=", "~~", "!~~", "~~*", "!~~*", "~"];

// An aggregate is immutable by decree, so the functions behind it are looked at. A name is looked
// up in every schema: which one a call would reach depends on the search path and on types.
const lookup = `
SELECT 'function' AS kind, n.nspname AS schema, p.proname AS name,
  p.provolatile = 'v' OR EXISTS (
    SELECT FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc s ON s.oid IN (
      a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn,
      a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn)
    WHERE a.aggfnoid = p.oid AND s.provolatile = 'v') AS volatile,
  n.nspname = 'pg_catalog' OR EXISTS (
    SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
      AND d.objid = p.oid AND d.deptype = 'e') AS shipped,
  p.pronargs > 0 AND p.pronargs - p.pronargdefaults <= 1
    AND NOT 'pg_catalog.internal'::pg_catalog.regtype = ANY (p.proargtypes::pg_catalog.oid[])
    AS single,
  EXISTS (SELECT FROM pg_catalog.pg_type t
    WHERE t.oid = p.proargtypes[0] AND t.typtype IN ('p', 'c')) AS row
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.proname = ANY ($1::pg_catalog.name[])
UNION ALL
SELECT DISTINCT 'operator', '', o.oprname, true, false, false, false
FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode
WHERE o.oprname = ANY ($2::pg_catalog.name[]) AND p.provolatile = 'v'
UNION ALL
SELECT DISTINCT 'type', '', t.typname, true, false, false, false FROM pg_catalog.pg_type t
WHERE t.typname = ANY ($3::pg_catalog.name[]) AND (
  EXISTS (SELECT FROM pg_catalog.pg_cast c JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
    WHERE c.casttarget = t.oid AND p.provolatile = 'v')
  OR EXISTS (SELECT FROM pg_catalog.pg_constraint c
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
      AND d.objid = c.oid AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    JOIN pg_catalog.pg_proc p ON p.oid = d.refobjid
    WHERE c.contypid = t.oid AND p.provolatile = 'v'))`;

// What PostgreSQL came with has a number below this one and does not change, so it is asked for once.
const own = 16384;

/** By function, operator and type: whether somebody made one of these names, or a cast to one. */
const areOwn: readonly ((names: string) => string)[] = [
  (names) => `SELECT FROM pg_catalog.pg_proc p
    WHERE p.proname = ANY (${names}) AND p.oid >= ${own}`,
  (names) => `SELECT FROM pg_catalog.pg_operator o
    WHERE o.oid >= ${own} AND o.oprname = ANY (${names}) AND 'v' = (
      SELECT p.provolatile FROM pg_catalog.pg_proc p WHERE p.oid = o.oprcode)`,
  (names) => `SELECT FROM pg_catalog.pg_type t
    WHERE t.typname = ANY (${names}) AND (t.oid >= ${own} OR EXISTS (
      SELECT FROM pg_catalog.pg_cast c WHERE c.casttarget = t.oid AND c.oid >= ${own}))`,
];

/** Names that need no quoting of their own between quotes; all others are only sent as values. */
const plain = /^(?:\w+|[-+*/<>=~!@#%^&|`?]+)$/;

const mostKnown = 1_000;

/** What a database's catalog says of functions, operators and types. */
export class Catalog {
  readonly #known = new Map<string, readonly Row[]>();

  /**
   * Refuses what is volatile: functions called as such or in the form of a column, and those behind
   * operators, casts and domains. `isOwn` is what `toProbe` found. Throws PostgresError.
   */
  async check(usage: Usage, isOwn: boolean, session: Asking): Promise<void> {
    const names = toNameLists(usage);
    if (isOwn) return judge(usage, await session.all<Row>(lookup, names));
    const key = JSON.stringify(names);
    const known = this.#known.get(key) ?? (await session.all<Row>(lookup, names));
    if (this.#known.size >= mostKnown) this.#known.clear();
    this.#known.set(key, known);
    judge(usage, known);
  }
}

/** An expression that tells whether any name of a statement is one that somebody made, or may be. */
export function toProbe(usage: Usage): string {
  const lists = toNameLists(usage);
  if (!lists.flat().every((name) => plain.test(name))) return "true";
  // Planning is what costs, so what there is nothing of is not asked for.
  const asked = areOwn.flatMap((toSql, kind) => {
    const names = lists[kind] ?? [];
    const list = names.map((name) => `'${name}'`).join(", ");
    return names.length === 0 ? [] : [`EXISTS (${toSql(`ARRAY[${list}]::pg_catalog.name[]`)})`];
  });
  return asked.join(" OR ");
}

function toNameLists(usage: Usage): readonly (readonly string[])[] {
  const names = [...usage.functions.map(({ name }) => name), ...usage.attributes];
  return [[...new Set(names)], [...new Set([...usage.operators, ...implied])], usage.types];
}

function judge({ functions, attributes, sessionTexts }: Usage, rows: readonly Row[]): void {
  for (const row of rows) {
    if (row.kind === "operator") throw volatile(`the operator ${row.name}`);
    if (row.kind === "type") throw volatile(`the type ${row.name}, whose check or cast`);
    const isAttribute = row.single && attributes.includes(row.name);
    if (isAttribute && row.row && sessionTexts === "near") {
      throw refusal(`.${row.name}, which may show the statements of other sessions,`);
    }
    if (!isRisky(row)) continue;
    if (functions.some((called) => isCalled(called, row))) {
      throw volatile(`the function ${row.schema}.${row.name}`);
    }
    if (isAttribute) throw volatile(`.${row.name}, which is also a function and`);
  }
}

/** The same names in every extension and release, so they are known to do no more than they say. */
function isRisky({ name, volatile, shipped }: Row): boolean {
  return isDenied(name) || (volatile && !(shipped && isHarmless(name)));
}

function isCalled({ schema, name }: Called, row: Row): boolean {
  return name === row.name && (schema === undefined || schema === row.schema);
}

function volatile(what: string): PostgresError {
  return new PostgresError(
    `Refused: ${what} is volatile: it may do more than read.`,
    "If it only reads, its owner can declare it so: ALTER FUNCTION … STABLE. Where another function of the same name is meant, write its schema before it; a column is written without what stands before its dot, or given an alias.",
  );
}
