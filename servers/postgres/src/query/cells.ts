import type { Room } from "@fairlead/guard";
import type { Field, RawRow } from "../connect/portal.ts";
import type { Session } from "../connect/session.ts";

/** A value as it stands in an answer. */
export type Cell = string | number | boolean | null;

export interface Column {
  readonly name: string;
  readonly type: string;
}

const longest = 500;

const oids = { bool: 16, bytea: 17, int2: 21, int4: 23, oid: 26, float4: 700, float8: 701 };

const known: ReadonlyMap<number, string> = new Map([
  [16, "boolean"],
  [17, "bytea"],
  [18, '"char"'],
  [19, "name"],
  [20, "bigint"],
  [21, "smallint"],
  [23, "integer"],
  [25, "text"],
  [26, "oid"],
  [114, "json"],
  [700, "real"],
  [701, "double precision"],
  [1042, "character"],
  [1043, "character varying"],
  [1082, "date"],
  [1083, "time without time zone"],
  [1114, "timestamp without time zone"],
  [1184, "timestamp with time zone"],
  [1186, "interval"],
  [1700, "numeric"],
  [2950, "uuid"],
  [3802, "jsonb"],
]);

/** Numbers that a double holds become numbers; bigint and numeric stay the text they are. */
export function toCell(raw: string | null, type: number): Cell {
  if (raw === null) return null;
  if (type === oids.bool) return raw === "t";
  if (type === oids.int2 || type === oids.int4 || type === oids.oid) return Number(raw);
  if (type === oids.float4 || type === oids.float8) {
    const number = Number(raw);
    // JSON has neither infinities nor a zero below zero.
    return Number.isFinite(number) && !Object.is(number, -0) ? number : raw;
  }
  if (type === oids.bytea) return `[${(raw.length - 2) / 2} bytes]`;
  return shorten(raw);
}

/** A long text with what it lost. */
export function shorten(text: string): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest).toWellFormed()}… [${text.length} characters]`;
}

export function toCells(row: RawRow, fields: readonly Field[]): readonly Cell[] {
  return row.map((raw, index) => toCell(raw, fields[index]?.type ?? 0));
}

/** The first rows that fit into an answer, which has them as JSON in both of its forms. */
export function fitRows(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  room: Room,
): readonly (readonly Cell[])[] {
  if (!room.take(JSON.stringify(columns))) return [];
  // Written at once, rows take a few characters more than one by one, and a third of the time.
  if (room.take(JSON.stringify(rows) + "\n".repeat(rows.length))) return rows;
  const misfit = rows.findIndex((row) => !room.take(`${JSON.stringify(row)}\n`));
  return misfit < 0 ? rows : rows.slice(0, misfit);
}

/** The columns with the names of their types, asked of the database where they are its own. */
export async function toColumns(
  fields: readonly Field[],
  session: Session,
): Promise<readonly Column[]> {
  const missing = [...new Set(fields.map(({ type }) => type).filter((type) => !known.has(type)))];
  const rows =
    missing.length === 0
      ? []
      : await session.all<{ oid: number; name: string }>(
          `SELECT t.oid, pg_catalog.format_type(t.oid, NULL) AS name FROM pg_catalog.pg_type t
           WHERE t.oid = ANY ($1::pg_catalog.oid[])`,
          [missing],
        );
  const found = new Map(rows.map(({ oid, name }) => [oid, name]));
  return fields.map(({ name, type }) => ({
    name,
    type: known.get(type) ?? found.get(type) ?? String(type),
  }));
}
