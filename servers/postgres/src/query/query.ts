import { createHash } from "node:crypto";
import type { Room } from "@fairlead/guard";
import type { Database, Use } from "../connect/database.ts";
import type { RawRow } from "../connect/portal.ts";
import { PostgresError } from "../errors.ts";
import { checkQuery } from "../guard/guard.ts";
import { type Cell, type Column, fitRows, toCells, toColumns } from "./cells.ts";
import { checkParameters, toValues } from "./parameters.ts";

export interface Query extends Use {
  readonly sql: string;
  readonly params: readonly unknown[];
  readonly maxRows: number;
  readonly from: Position | undefined;
  /** What columns and rows may take. */
  readonly room: Room;
}

/** Where the next page begins, and of which statement. */
export interface Position {
  readonly skip: number;
  readonly of: string;
}

export interface Page {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly next: Position | undefined;
  readonly notes: readonly string[];
}

const batch = 200;
const unordered =
  "The next page runs the statement again, and without ORDER BY rows may repeat or be missed.";

/** Runs a query that may only read, and gives one page of its rows. Throws PostgresError. */
export async function runQuery(database: Database, query: Query): Promise<Page> {
  const { sql, params, from, room } = query;
  const checked = await checkQuery(sql);
  checkParameters(checked.usage.parameters, params);
  // Most queries end with their first page, which needs no place for the next.
  const toOf = () => toFingerprint(database.id, sql, params);
  if (from !== undefined && from.of !== toOf()) {
    throw new PostgresError(
      "The cursor belongs to another statement.",
      "Call again with the same sql, params and database, or leave the cursor out.",
    );
  }
  const maxRows = Math.min(query.maxRows, database.limits.maxRows);
  const skip = from?.skip ?? 0;
  const page = await database.read({ ...query, usage: checked.usage }, async (session) => {
    const window = createWindow({ skip, maxRows, characters: room.characters });
    // One row beyond the page tells whether there is another.
    const wanted = Math.min(batch, skip + maxRows + 1);
    const values = await toValues(session, sql, params);
    const fields = await session.stream(sql, values, { batch: wanted, take: window.take });
    const columns = await toColumns(fields, session);
    const all = window.rows.map((row) => toCells(row, fields));
    // The first row goes out in any case: a page without one would lead nowhere.
    const rows = all.slice(0, Math.max(fitRows(columns, all, room).length, 1));
    return { columns, rows, more: window.more() || rows.length < all.length };
  });
  const next = page.more ? { skip: skip + page.rows.length, of: toOf() } : undefined;
  const notes = next !== undefined && !checked.ordered ? [unordered] : [];
  const { columns, rows } = page;
  return { columns, rows, next, notes: [...database.takeNotes(), ...notes] };
}

/** Keeps the rows of one page as they go by, and lets the others go. */
function createWindow(size: { skip: number; maxRows: number; characters: number }) {
  const rows: RawRow[] = [];
  let [seen, used, more] = [0, 0, false];
  return {
    rows,
    more: () => more,
    take(batchRows: readonly RawRow[]): boolean {
      for (const row of batchRows) {
        seen += 1;
        if (seen <= size.skip) continue;
        used += toSize(row);
        if (rows.length >= size.maxRows || (used > size.characters && rows.length > 0)) {
          more = true;
          return false;
        }
        rows.push(row);
      }
      return true;
    },
  };
}

/** About the characters of a row in an answer, where quotes are escaped and long texts are cut. */
function toSize(row: RawRow): number {
  return row.reduce((sum, raw) => sum + Math.min(raw?.length ?? 4, 530) * 1.1 + 4, 2);
}

function toFingerprint(...parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 16);
}
