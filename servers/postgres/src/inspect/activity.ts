import type { Database, Use } from "../connect/database.ts";
import { shorten } from "../query/cells.ts";
import { scrub } from "./scrub.ts";

export interface Lock extends Record<string, unknown> {
  readonly waiting_pid: number;
  readonly waiting_query: string;
  readonly waiting_seconds: number;
  readonly blocking_pid: number;
  readonly blocking_query: string;
  readonly blocking_state: string;
  readonly relation?: string;
  readonly mode: string;
}

interface LockRow extends Record<string, unknown> {
  readonly waiting_pid: number;
  readonly waiting_query: string | null;
  readonly waiting_seconds: number | null;
  readonly blocking_pid: number;
  readonly blocking_query: string | null;
  readonly blocking_state: string | null;
  readonly relation: string | null;
  readonly mode: string;
}

/** Who waits for whom. */
export async function listLocks(database: Database, use: Use): Promise<readonly Lock[]> {
  const rows = await database.read(use, (session) =>
    session.all<LockRow>(`
SELECT w.pid AS waiting_pid, w.query AS waiting_query,
  EXTRACT(epoch FROM pg_catalog.clock_timestamp() - w.query_start)::float8 AS waiting_seconds,
  b.pid AS blocking_pid, b.query AS blocking_query,
  b.state AS blocking_state, l.relation::regclass::text AS relation, l.mode
FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity w ON w.pid = l.pid
JOIN LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(l.pid)) AS blocker(pid) ON true
JOIN pg_catalog.pg_stat_activity b ON b.pid = blocker.pid
WHERE NOT l.granted ORDER BY 3 DESC LIMIT 100`),
  );
  return rows.map((row) => ({
    waiting_pid: row.waiting_pid,
    waiting_query: shorten(scrub(row.waiting_query ?? "")),
    waiting_seconds: toSeconds(row.waiting_seconds),
    blocking_pid: row.blocking_pid,
    blocking_query: shorten(scrub(row.blocking_query ?? "")),
    blocking_state: row.blocking_state ?? "",
    ...(row.relation !== null && { relation: row.relation }),
    mode: row.mode,
  }));
}

export interface Connection extends Record<string, unknown> {
  readonly pid: number;
  readonly role: string;
  readonly application: string;
  readonly state: string;
  readonly seconds: number;
  readonly wait?: string;
  readonly query: string;
}

interface ConnectionRow extends Record<string, unknown> {
  readonly pid: number;
  readonly role: string | null;
  readonly application: string | null;
  readonly state: string | null;
  readonly seconds: number | null;
  readonly wait: string | null;
  readonly query: string | null;
}

/** The other connections of this database, those that work longest first. */
export async function listActivity(
  database: Database,
  state: string | undefined,
  use: Use,
): Promise<readonly Connection[]> {
  const rows = await database.read(use, (session) =>
    session.all<ConnectionRow>(
      `
SELECT a.pid, a.usename::text AS role, a.application_name AS application, a.state,
  EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.state_change)::float8 AS seconds,
  a.wait_event_type || ': ' || a.wait_event AS wait, a.query AS query
FROM pg_catalog.pg_stat_activity a
WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
  AND ($1::text IS NULL OR a.state = $1)
ORDER BY a.state = 'active' DESC, 5 DESC LIMIT 200`,
      [state ?? null],
    ),
  );
  return rows.map((row) => ({
    pid: row.pid,
    role: row.role ?? "",
    application: row.application ?? "",
    state: row.state ?? "",
    seconds: toSeconds(row.seconds),
    ...(row.wait !== null && { wait: row.wait }),
    query: shorten(scrub(row.query ?? "")),
  }));
}

function toSeconds(value: number | null): number {
  return Math.round((value ?? 0) * 10) / 10;
}
