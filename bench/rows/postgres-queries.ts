import { fileURLToPath } from "node:url";
import { createPostgres } from "@fairlead/testing";
import { Client } from "pg";
import { costsAtMost } from "../checks.ts";
import { postgresBin as bin, onStdio, toGuarded, toReadOnly } from "../contenders/postgres.ts";
import { columns } from "../contenders/work.ts";
import type { Call } from "../load/frames.ts";
import type { Row, Series } from "../result.ts";
import { interleave } from "../rounds.ts";
import { subject } from "../variants.ts";

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
  "SELECT 1": toQuery("SELECT 1 AS one", "one"),
  "a page of 100 rows": toQuery(
    "SELECT * FROM orders WHERE customer < 20 ORDER BY id LIMIT 100",
    "order 1",
  ),
  "an aggregate over 50,000 rows": toQuery(
    "SELECT customer, count(*), sum(price), avg(price) FROM orders GROUP BY customer ORDER BY customer",
    "1250",
  ),
};

const readOnly = "read-only alone";

const many = "SELECT g, repeat('x', 400) AS text FROM generate_series(1, 100000) g";

/** A query, and a text that is in every right answer. */
function toQuery(sql: string, marker: string, more: Call["arguments"] = {}): Call {
  return { tool: "query", arguments: { sql, ...more }, marker };
}

export const postgresQueries: Row = {
  name: "postgres-queries",
  title:
    "The PostgreSQL server: a query compared with pg and the reference server, one after another",
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
              toGuarded("bare", target, String(call.arguments["sql"])),
              toReadOnly(readOnly, target, String(call.arguments["sql"])),
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
            each.title === "SELECT 1"
              ? costsAtMost(each, readOnly, 2.5)
              : costsAtMost(each, "bare", 1.2),
            costsAtMost(each, "reference", 1.2),
          ]),
          costsAtMost(streamed, "100 rows", 1.25),
        ],
        notes: [
          "Bare is pg in the bench's own process, running the same guarded transaction without the check of the statement; fairlead and the reference server are called over stdio.",
          "Read-only alone is BEGIN TRANSACTION READ ONLY, the statement and ROLLBACK by pg, without limits and without a clean connection for the next call.",
          "The reference server guards by BEGIN TRANSACTION READ ONLY alone.",
        ],
      };
    } finally {
      await postgres.close();
    }
  },
};
