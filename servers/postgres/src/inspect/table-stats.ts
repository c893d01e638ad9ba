import type { Database, Use } from "../connect/database.ts";

/** What PostgreSQL counts of a table. */
interface Counts extends Record<string, unknown> {
  readonly table: string;
  readonly rows: string;
  readonly dead_rows: string;
  readonly size: string;
  readonly index_size: string;
  readonly scans: string;
  readonly index_scans: string;
}

export interface TableStats extends Counts {
  readonly last_vacuum?: string;
  readonly last_analyze?: string;
}

interface Row extends Counts {
  readonly last_vacuum: string | null;
  readonly last_analyze: string | null;
}

/** Sizes, rows and use of the tables, largest first. */
export async function readTableStats(
  database: Database,
  { schema, limit }: { readonly schema: string | undefined; readonly limit: number },
  use: Use,
): Promise<readonly TableStats[]> {
  const rows = await database.read(use, (session) =>
    session.all<Row>(
      `SELECT s.schemaname || '.' || s.relname AS table, s.n_live_tup::text AS rows,
         s.n_dead_tup::text AS dead_rows,
         pg_catalog.pg_size_pretty(pg_catalog.pg_table_size(s.relid)) AS size,
         pg_catalog.pg_size_pretty(pg_catalog.pg_indexes_size(s.relid)) AS index_size,
         s.seq_scan::text AS scans, coalesce(s.idx_scan, 0)::text AS index_scans,
         greatest(s.last_vacuum, s.last_autovacuum)::text AS last_vacuum,
         greatest(s.last_analyze, s.last_autoanalyze)::text AS last_analyze
       FROM pg_catalog.pg_stat_user_tables s WHERE $1::text IS NULL OR s.schemaname = $1
       ORDER BY pg_catalog.pg_total_relation_size(s.relid) DESC, 1 LIMIT $2`,
      [schema ?? null, limit],
    ),
  );
  return rows.map(({ last_vacuum, last_analyze, ...row }) => ({
    ...row,
    ...(last_vacuum !== null && { last_vacuum }),
    ...(last_analyze !== null && { last_analyze }),
  }));
}
