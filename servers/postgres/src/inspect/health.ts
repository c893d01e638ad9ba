import type { Database, Use } from "../connect/database.ts";
import type { Session } from "../connect/session.ts";

export const checks = [
  "connections",
  "cache",
  "vacuum",
  "indexes",
  "constraints",
  "sequences",
  "replication",
  "transactions",
] as const;

export type Check = (typeof checks)[number];

export interface Finding {
  readonly check: string;
  readonly level: "ok" | "warning";
  readonly message: string;
}

/** What a check asks for: the lines that are not as they should be, or one that tells all is. */
interface Question {
  readonly sql: string;
  readonly fine: string;
}

interface Row extends Record<string, unknown> {
  readonly bad: boolean;
  readonly message: string;
}

const questions: Readonly<Record<Check, Question>> = {
  connections: {
    fine: "This role sees no connection.",
    sql: `SELECT count(*) > 0.8 * m.most AS bad, count(*) || ' of ' || m.most || ' connections, '
        || count(*) FILTER (WHERE a.state = 'active') || ' active, '
        || count(*) FILTER (WHERE a.state ~ '^idle in transaction') || ' idle in transaction'
        AS message
      FROM pg_catalog.pg_stat_activity a,
        (SELECT pg_catalog.current_setting('max_connections')::int AS most) m
      WHERE a.backend_type = 'client backend' GROUP BY m.most`,
  },
  cache: {
    fine: "Nothing was read yet.",
    sql: `SELECT 100.0 * d.blks_hit / (d.blks_hit + d.blks_read) < 90 AS bad,
        'Cache hit rate ' || pg_catalog.round(100.0 * d.blks_hit / (d.blks_hit + d.blks_read), 1)
        || ' %' AS message
      FROM pg_catalog.pg_stat_database d
      WHERE d.datname = pg_catalog.current_database() AND d.blks_hit + d.blks_read > 0`,
  },
  vacuum: {
    fine: "No table has many dead rows, and no transaction id is near its end.",
    sql: `(SELECT true AS bad, t.schemaname || '.' || t.relname || ': ' || t.n_dead_tup
        || ' dead rows next to ' || t.n_live_tup || ' live ones' AS message
      FROM pg_catalog.pg_stat_user_tables t
      WHERE t.n_dead_tup > 10000 AND t.n_dead_tup > 0.2 * t.n_live_tup
      ORDER BY t.n_dead_tup DESC LIMIT 10)
      UNION ALL SELECT true, 'Database ' || d.datname || ' is ' || age(d.datfrozenxid)
        || ' transactions old: it must be vacuumed before 2 billion'
      FROM pg_catalog.pg_database d WHERE age(d.datfrozenxid) > 1000000000`,
  },
  indexes: {
    fine: "No index is invalid, unused or duplicated.",
    sql: `(SELECT true AS bad, 'Invalid index ' || i.indexrelid::regclass AS message
        FROM pg_catalog.pg_index i WHERE NOT i.indisvalid LIMIT 10)
      UNION ALL (SELECT true, 'Never used: ' || s.indexrelid::regclass || ' on '
        || s.relid::regclass || ', '
        || pg_catalog.pg_size_pretty(pg_catalog.pg_relation_size(s.indexrelid))
      FROM pg_catalog.pg_stat_user_indexes s
      JOIN pg_catalog.pg_index i ON i.indexrelid = s.indexrelid
      WHERE s.idx_scan = 0 AND NOT i.indisunique
        AND pg_catalog.pg_relation_size(s.indexrelid) > 1000000
      ORDER BY pg_catalog.pg_relation_size(s.indexrelid) DESC LIMIT 10)
      UNION ALL (SELECT true, 'The same index twice: '
        || pg_catalog.string_agg(i.indexrelid::regclass::text, ', ' ORDER BY i.indexrelid)
      FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
      WHERE c.relnamespace <> 'pg_catalog'::regnamespace
      GROUP BY i.indrelid, i.indkey::text, i.indclass::text, c.relam,
        i.indexprs::text, i.indpred::text
      HAVING count(*) > 1 LIMIT 10)`,
  },
  constraints: {
    fine: "Every constraint is validated, and every foreign key has an index.",
    sql: `(SELECT true AS bad, 'Not validated: ' || k.conname || ' on ' || k.conrelid::regclass
        AS message FROM pg_catalog.pg_constraint k WHERE NOT k.convalidated LIMIT 10)
      UNION ALL (SELECT true, 'Foreign key without an index: ' || k.conrelid::regclass || ' '
        || k.conname FROM pg_catalog.pg_constraint k
      WHERE k.contype = 'f' AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i
        WHERE i.indrelid = k.conrelid AND i.indkey[0] = ANY (k.conkey)) LIMIT 10)`,
  },
  sequences: {
    fine: "No sequence is near its end.",
    sql: `SELECT true AS bad, s.schemaname || '.' || s.sequencename || ' has used '
        || pg_catalog.round(100.0 * s.last_value / s.max_value, 1) || ' % of its values' AS message
      FROM pg_catalog.pg_sequences s
      WHERE s.last_value > 0.75 * s.max_value AND s.increment_by > 0 LIMIT 10`,
  },
  replication: {
    fine: "No replica is connected and no slot is kept.",
    sql: `SELECT coalesce(r.replay_lag > interval '1 minute', false) AS bad,
        'Replica ' || coalesce(r.application_name, '?') || ' is ' || coalesce(r.state, '?')
        || ', behind by ' || coalesce(r.replay_lag::text, 'nothing') AS message
      FROM pg_catalog.pg_stat_replication r
      UNION ALL SELECT NOT s.active, 'Slot ' || s.slot_name || CASE WHEN s.active
        THEN ' is in use' ELSE ' is not in use and keeps WAL' END
      FROM pg_catalog.pg_replication_slots s
      UNION ALL SELECT l.lag > interval '1 minute', 'This server is a hot standby, which can be read '
        || 'only; its last change was made ' || coalesce(l.lag::text || ' ago', 'at an unknown time')
      FROM (SELECT pg_catalog.now() - pg_catalog.pg_last_xact_replay_timestamp() AS lag) l
      WHERE pg_catalog.pg_is_in_recovery()`,
  },
  transactions: {
    fine: "No transaction has been open for more than five minutes.",
    sql: `SELECT true AS bad, 'Process ' || a.pid || ' (' || coalesce(a.application_name, '')
        || ') has been in a transaction since ' || a.xact_start || ', now ' || a.state AS message
      FROM pg_catalog.pg_stat_activity a
      WHERE a.xact_start < pg_catalog.now() - interval '5 minutes'
        AND a.backend_type = 'client backend' ORDER BY a.xact_start LIMIT 10`,
  },
};

/** Looks at what most often goes wrong, all of it or one part. */
export function analyzeHealth(
  database: Database,
  wanted: Check | undefined,
  use: Use,
): Promise<readonly Finding[]> {
  const names = wanted === undefined ? checks : [wanted];
  return database.read(use, async (session) => {
    const findings: Finding[] = [];
    for (const check of names) findings.push(...(await look(session, check)));
    return findings;
  });
}

async function look(session: Session, check: Check): Promise<readonly Finding[]> {
  const { sql, fine } = questions[check];
  const rows = await session.all<Row>(sql);
  if (rows.length === 0) return [{ check, level: "ok", message: fine }];
  return rows.map(({ bad, message }) => ({ check, level: bad ? "warning" : "ok", message }));
}
