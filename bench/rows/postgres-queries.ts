import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createPostgres } from "@fairlead/testing";
import { Client, Pool } from "pg";
import { costsAtMost } from "../checks.ts";
import { columns } from "../contenders/work.ts";
import { type Call, legacy, toCall } from "../load/frames.ts";
import { startServer } from "../load/server-process.ts";
import { openStdioClient, type StdioClient } from "../load/stdio-client.ts";
import type { Row, Series } from "../result.ts";
import { type Contender, interleave } from "../rounds.ts";
import { timeEach } from "../time-each.ts";
import { subject } from "../variants.ts";

const bin = join(import.meta.dirname, "../../servers/postgres/dist/main.js");
const peer = fileURLToPath(
  import.meta.resolve("@modelcontextprotocol/server-postgres/dist/index.js"),
);

const setUp = `
CREATE TABLE orders AS SELECT g AS id, g % 40 AS customer, (g * 7 % 1000) / 10.0 AS price,
  'order ' || g AS note, timestamp '2024-01-01' + g * interval '1 hour' AS placed
FROM generate_series(1, 50000) g;
ALTER TABLE orders ADD PRIMARY KEY (id);
ANALYZE orders`;

const statements = {
  "a page of 100 rows": toQuery(
    "SELECT * FROM orders WHERE customer < 20 ORDER BY id LIMIT 100",
    "order 1",
  ),
  "an aggregate over 50,000 rows": toQuery(
    "SELECT customer, count(*), sum(price), avg(price) FROM orders GROUP BY customer ORDER BY customer",
    "1250",
  ),
};

const many = "SELECT g, repeat('x', 400) AS text FROM generate_series(1, 100000) g";

/** A query, and a text that is in every right answer. */
function toQuery(sql: string, marker: string, more: Call["arguments"] = {}): Call {
  return { tool: "query", arguments: { sql, ...more }, marker };
}

export const postgresQueries: Row = {
  name: "postgres-queries",
  title: "The PostgreSQL server: a query beside pg and the reference server, one after another",
  async run({ rounds, milliseconds }) {
    const postgres = await createPostgres();
    try {
      const client = new Client({ connectionString: postgres.url() });
      await client.connect();
      await client.query(setUp);
      await client.end();
      const target = { url: postgres.url(), milliseconds };
      const latencies: Series[] = [];
      for (const [title, call] of Object.entries(statements)) {
        latencies.push({
          title,
          measure: "p50",
          better: "less",
          columns: [columns.p50, columns.calls],
          standings: await interleave(
            [
              toBare(target, String(call.arguments["sql"])),
              onStdio(subject, [bin], target, call),
              onStdio("reference", [peer], target, call),
            ],
            rounds,
          ),
        });
      }
      const all = toQuery(many, "xxxx", { max_rows: 100_000 });
      const args = [bin, "--max-rows", "100000"];
      const streamed: Series = {
        title: "100,000 rows of 400 characters, asked for in one call",
        measure: "peakMiB",
        better: "less",
        baseline: "100 rows",
        columns: [columns.peak, columns.p50],
        standings: await interleave(
          [
            onStdio("100 rows", args, target, toQuery(`${many} LIMIT 100`, "xxxx")),
            onStdio(subject, args, target, all),
            onStdio("reference", [peer], target, all),
          ],
          Math.min(rounds, 3),
        ),
      };
      return {
        series: [...latencies, streamed],
        checks: [
          ...latencies.flatMap((each) => [
            costsAtMost(each, "bare", 1.5),
            costsAtMost(each, "reference", 1.2),
          ]),
          costsAtMost(streamed, "100 rows", 1.25),
        ],
        notes: [
          "Bare is pg in the bench's own process, running the same guarded transaction without the check of the statement; the others are calls over stdio.",
          "The reference server guards by BEGIN TRANSACTION READ ONLY alone.",
        ],
      };
    } finally {
      await postgres.close();
    }
  },
};

interface Target {
  readonly url: string;
  readonly milliseconds: number;
}

/** The guarded transaction by pg itself: read-only, with limits, rolled back and cleaned up after. */
function toBare({ url, milliseconds }: Target, sql: string): Contender {
  return {
    name: "bare",
    async open() {
      const pool = new Pool({ connectionString: url, max: 4 });
      const limits = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"];
      const settings = limits.map((name) => `set_config('${name}', '30000', true)`).join(", ");
      const statement = { text: sql, rowMode: "array", queryMode: "extended" };
      const query = async () => {
        const client = await pool.connect();
        await client.query("BEGIN TRANSACTION READ ONLY");
        await client.query(`SELECT ${settings}`);
        const { rows } = await client.query(statement);
        if (rows.length === 0) throw new Error("No rows.");
        await client.query("ROLLBACK");
        client.query("DISCARD ALL").then(
          () => client.release(),
          () => client.release(true),
        );
      };
      await timeEach(query, milliseconds);
      return { measure: () => timeEach(query, milliseconds), close: () => pool.end() };
    },
  };
}

function onStdio(
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
