import type { Database, Use } from "../connect/database.ts";
import { PostgresError } from "../errors.ts";
import { shorten } from "../query/cells.ts";
import { scrub } from "./scrub.ts";

export const sortings = ["total_time", "mean_time", "calls", "rows", "io"] as const;

export interface TopQuery extends Record<string, unknown> {
  readonly query: string;
  readonly calls: string;
  readonly total_ms: number;
  readonly mean_ms: number;
  readonly rows: string;
  readonly hit_percent?: number;
}

interface Row extends Record<string, unknown> {
  readonly query: string;
  readonly calls: string;
  readonly total_ms: number;
  readonly mean_ms: number;
  readonly rows: string;
  readonly hit_percent: number | null;
}

const orders: Readonly<Record<(typeof sortings)[number], string>> = {
  total_time: "s.total_exec_time",
  mean_time: "s.mean_exec_time",
  calls: "s.calls",
  rows: "s.rows",
  io: "s.shared_blks_read + s.shared_blks_written",
};

/** What pg_stat_statements saw most of. Throws PostgresError where the extension is not there. */
export async function readTopQueries(
  database: Database,
  { sortBy, limit }: { readonly sortBy: (typeof sortings)[number]; readonly limit: number },
  use: Use,
): Promise<readonly TopQuery[]> {
  const rows = await database.read(use, async (session) => {
    const [place] = await session.all<{ schema: string }>(
      `SELECT pg_catalog.quote_ident(n.nspname) AS schema FROM pg_catalog.pg_extension e
       JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
       WHERE e.extname = 'pg_stat_statements'`,
    );
    if (place === undefined) throw missing();
    return session.all<Row>(
      `SELECT s.query query, s.calls::text AS calls,
         pg_catalog.round(s.total_exec_time::numeric, 1)::float8 AS total_ms,
         pg_catalog.round(s.mean_exec_time::numeric, 2)::float8 AS mean_ms, s.rows::text AS rows,
         pg_catalog.round(100.0 * s.shared_blks_hit
           / NULLIF(s.shared_blks_hit + s.shared_blks_read, 0), 1)::float8 AS hit_percent
       FROM ${place.schema}.pg_stat_statements s
       WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database d
         WHERE d.datname = pg_catalog.current_database())
       ORDER BY ${orders[sortBy]} DESC LIMIT $1`,
      [limit],
    );
  });
  return rows.map(({ hit_percent, query, ...row }) => ({
    query: shorten(scrub(query)),
    ...row,
    ...(hit_percent !== null && { hit_percent }),
  }));
}

function missing(): PostgresError {
  return new PostgresError(
    "This database does not have the extension pg_stat_statements.",
    "An administrator adds it to shared_preload_libraries, restarts, and runs CREATE EXTENSION pg_stat_statements.",
  );
}
