import { setTimeout as sleep } from "node:timers/promises";
import type { Database, Use } from "../connect/database.ts";
import type { Session } from "../connect/session.ts";
import { PostgresError } from "../errors.ts";

interface Target extends Record<string, unknown> {
  readonly role: string;
  readonly state: string | null;
  readonly own: boolean;
  /** Its transaction and its text: when it began changes between the messages of one statement. */
  readonly statement: string;
}

const tries = 50;
const againMs = 200;

/**
 * Has a backend of this database end its statement. Asked again until it has, for ten seconds: a
 * request that arrives between two messages of the protocol is lost, and none is heard while a
 * statement is being compiled. Throws PostgresError for any other process.
 */
export async function cancelQuery(database: Database, pid: number, use: Use): Promise<string> {
  return database.bare(use, async (session) => {
    const first = await look(session, pid);
    if (first === undefined || first.own) {
      throw new PostgresError(
        `No connection of this database has process id ${pid}.`,
        "Call list_connections_activity to see the connections.",
      );
    }
    if (first.state !== "active") {
      const hint =
        "Call list_connections_activity with state active to see the running statements.";
      throw new PostgresError(`Process ${pid} runs no statement now.`, hint);
    }
    for (let tried = 0; tried < tries; tried += 1) {
      await session.all("SELECT pg_catalog.pg_cancel_backend($1)", [pid]);
      await sleep(againMs, undefined, { signal: use.signal });
      const now = await look(session, pid);
      if (now?.state !== "active" || now.statement !== first.statement) {
        return `Process ${pid} of ${first.role} ended its statement.`;
      }
    }
    return `Asked process ${pid} of ${first.role} to stop. It has not stopped yet.`;
  });
}

async function look(session: Session, pid: number): Promise<Target | undefined> {
  const [target] = await session.all<Target>(
    `SELECT a.usename::text AS role, a.state, a.pid = pg_catalog.pg_backend_pid() AS own,
       pg_catalog.concat(a.xact_start, ' ', a.query) AS statement
     FROM pg_catalog.pg_stat_activity a WHERE a.pid = $1 AND a.backend_type = 'client backend'
       AND a.datname = pg_catalog.current_database()`,
    [pid],
  );
  return target;
}
