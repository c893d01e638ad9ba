import { BoundedMap } from "@fairlead/guard";
import { PostgresError } from "../errors.ts";
import { areOwn, levels, lookup, stampSql } from "./catalog-sql.ts";
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
  readonly kind: "function" | "operator" | "type" | "cast";
  readonly schema: string;
  readonly name: string;
  readonly volatile: boolean;
  readonly shipped: boolean;
  /** Whether it takes one argument, and whether that may be a whole row. */
  readonly single: boolean;
  readonly row: boolean;
}

/** Names that need no quoting of their own between quotes; all others are only sent as values. */
const plain = /^(?:\w+|[-+*/<>=~!@#%^&|`?]+)$/;

const mostKnown = 1_000;

/** What a transaction found when it began. */
export interface Found {
  /** Whether names in use may be somebody's own, and not what PostgreSQL came with. */
  readonly own: boolean;
  /** What stays the same while no transaction has changed anything; empty where that cannot be told. */
  readonly stamp: string;
}

/** Verdicts on statements that may run, each with what was found when it was given. */
export class Catalog {
  readonly #known = new BoundedMap<string, Found>(mostKnown);
  #last = "";
  #steady = "";

  /**
   * Refuses what is volatile: functions called as such or in the form of a column, and those behind
   * operators, casts, domains and defaults. `found` is what `toProbe` said. Throws PostgresError.
   */
  async check(usage: Usage, found: Found, session: Asking): Promise<void> {
    const known = this.#known.get(toKey(usage));
    if (known === undefined || known.own || found.own) {
      this.#known.delete(toKey(usage));
      judge(usage, await ask(session, usage));
    }
    this.#keep(usage, found);
  }

  /**
   * What must be true for an earlier verdict to hold, as an expression; undefined where there is
   * none. That nothing has changed costs less to ask than the names, but in a busy database it is
   * seldom true, so it is asked only where it was true the last time.
   */
  toPremise(usage: Usage): string | undefined {
    const known = this.#known.get(toKey(usage));
    if (known === undefined) return undefined;
    if (this.#steady !== "" && known.stamp === this.#steady)
      return `${stampSql} = '${known.stamp}'`;
    return known.own ? undefined : `NOT (${toProbe(usage)})`;
  }

  /** Takes note of a transaction in which the premise of a statement was true. */
  confirm(usage: Usage, stamp: string): void {
    const known = this.#known.get(toKey(usage));
    if (known !== undefined) this.#keep(usage, { own: known.own, stamp });
  }

  /** Takes note of the stamp that any transaction began with. */
  see(stamp: string): void {
    this.#steady = stamp === this.#last ? stamp : "";
    this.#last = stamp;
  }

  #keep(usage: Usage, found: Found): void {
    this.#known.set(toKey(usage), found);
  }
}

/** Everything besides the catalog that a verdict depends on. */
function toKey(usage: Usage): string {
  return JSON.stringify(usage);
}

function ask(session: Asking, usage: Usage): Promise<readonly Row[]> {
  return session.all<Row>(lookup, [...toNameLists(usage), levelOfRows(usage)]);
}

/** Functions that fill the row they are given convert each value to the type of its field. */
function levelOfRows({ functions, operators }: Usage): number {
  const fills = functions.some(({ name }) => /populate_record/.test(name));
  return fills || operators.includes("#=") ? levels.made : levels.near;
}

/** An expression that tells whether any name of a statement is one that somebody made, or may be. */
export function toProbe(usage: Usage): string {
  const lists = toNameLists(usage);
  const [functions, operators] = lists;
  // What has no name at all is made of literals.
  if (lists.every((names) => names.length === 0)) return "false";
  if (![...functions, ...operators].every((name) => plain.test(name))) return "true";
  // Planning is what costs, so what there is nothing of is not asked for.
  const asked = [
    ...(functions.length === 0 ? [] : [areOwn.functions(toArray(functions))]),
    ...(operators.length === 0 ? [] : [areOwn.operators(toArray(operators))]),
    areOwn.types,
  ];
  return asked.map((sql) => `EXISTS (${sql})`).join(" OR ");
}

function toArray(names: readonly string[]): string {
  return `ARRAY[${names.map((name) => `'${name}'`).join(", ")}]::pg_catalog.name[]`;
}

/** Names of functions, operators, types and relations. */
type NameLists = readonly [
  readonly string[],
  readonly string[],
  readonly string[],
  readonly string[],
];

function toNameLists({ functions, attributes, operators, types, relations }: Usage): NameLists {
  const names = new Set([...functions.map(({ name }) => name), ...attributes]);
  return [[...names], operators, types, relations];
}

function judge({ functions, attributes, sessionTexts }: Usage, rows: readonly Row[]): void {
  for (const row of rows) {
    if (row.kind === "operator") throw volatile(`the operator ${row.name}`);
    if (row.kind === "type") throw volatile(`the type ${row.name}, whose check or cast`);
    if (row.kind === "cast")
      throw volatile(`the cast from ${row.name}, which the statement may use,`);
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
    "If it only reads, its owner can declare that with ALTER FUNCTION … STABLE. If you mean another function of this name, write its schema before it. If you mean a column, leave out what stands before its dot, or use an alias.",
  );
}
