import { join } from "node:path";
import { Pool, type PoolClient, type QueryConfig } from "pg";
import { type Call, legacy, toCall } from "../load/frames.ts";
import { startServer } from "../load/server-process.ts";
import { openStdioClient, type StdioClient } from "../load/stdio-client.ts";
import type { Contender } from "../rounds.ts";
import { timeEach } from "../time-each.ts";

export const postgresBin = join(import.meta.dirname, "../../servers/postgres/dist/main.cjs");

/** A database, and for how long a contender is under load. */
export interface Target {
  readonly url: string;
  readonly milliseconds: number;
}

/** The guarded transaction by pg itself: read-only, with limits, rolled back and cleaned up after. */
export function toGuarded(name: string, target: Target, sql: string): Contender {
  const limits = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"];
  const settings = limits.map((limit) => `set_config('${limit}', '30000', true)`).join(", ");
  return toPooled(name, target, async (client) => {
    await client.query("BEGIN TRANSACTION READ ONLY");
    await client.query(`SELECT ${settings}`);
    await runOnly(client, { text: sql });
    await client.query("ROLLBACK");
    client.query("DISCARD ALL").then(
      () => client.release(),
      () => client.release(true),
    );
  });
}

/** A read-only transaction by pg itself and no more. */
export function toReadOnly(
  name: string,
  target: Target,
  sql: string,
  values: readonly unknown[] = [],
): Contender {
  return toPooled(name, target, async (client) => {
    await client.query("BEGIN TRANSACTION READ ONLY");
    await runOnly(client, { text: sql, values: [...values] });
    await client.query("ROLLBACK");
    client.release();
  });
}

async function runOnly(client: PoolClient, query: QueryConfig): Promise<void> {
  const statement = { ...query, rowMode: "array", queryMode: "extended" };
  const { rows } = await client.query(statement);
  if (rows.length === 0) throw new Error("No rows.");
}

function toPooled(
  name: string,
  { url, milliseconds }: Target,
  use: (client: PoolClient) => Promise<void>,
): Contender {
  return {
    name,
    async open() {
      const pool = new Pool({ connectionString: url, max: 4 });
      const once = async () => use(await pool.connect());
      await timeEach(once, milliseconds);
      return { measure: () => timeEach(once, milliseconds), close: () => pool.end() };
    },
  };
}

/** One call after another to a server of such databases. */
export function onStdio(
  name: string,
  args: readonly string[],
  { url, milliseconds }: Target,
  call: Call,
): Contender {
  // The reference server knows no later revision.
  const frame = toCall(legacy, 1, call);
  return {
    name,
    async open() {
      const server = startServer({ args: [...args, url] });
      try {
        const client = await openStdioClient(server, legacy);
        const query = () => ask(client, frame, call.marker);
        await timeEach(query, milliseconds);
        return {
          measure: async () => ({
            ...(await timeEach(query, milliseconds)),
            peakMiB: server.peakMiB(),
          }),
          close: () => server.stop(),
        };
      } catch (error) {
        await server.stop();
        throw error;
      }
    },
  };
}

async function ask(client: StdioClient, frame: string, marker: string): Promise<void> {
  const { line } = await client.ask(frame);
  if (line.includes('"isError":true') || !line.includes(marker)) {
    throw new Error(`Not an answer: ${line.toString().slice(0, 300)}`);
  }
}
