import { createPostgres } from "@fairlead/testing";
import { Client } from "pg";
import { costsAtMost } from "../checks.ts";
import { onStdio, postgresBin, toReadOnly } from "../contenders/postgres.ts";
import { columns } from "../contenders/work.ts";
import type { Call } from "../load/frames.ts";
import type { Row, Series } from "../result.ts";
import { interleave } from "../rounds.ts";
import { subject } from "../variants.ts";

const bare = "the same SQL";
const tables = 5_000;
/** So many at a time: one transaction holds a lock for each. */
const batch = 500;

interface Pair {
  readonly title: string;
  readonly call: Call;
  readonly sql: string;
}

const own = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
const like = "ILIKE '%table\\_0123%'";
const namesOfTables = `SELECT n.nspname, c.relname AS name, c.relkind::text AS kind
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${own} AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relname ${like}`;

const pairs: readonly Pair[] = [
  {
    title: "list_objects",
    call: { tool: "list_objects", arguments: {}, marker: "table_00000" },
    sql: `SELECT n.nspname, c.relname, c.relkind, c.reltuples, obj_description(c.oid, 'pg_class')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${own} AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') ORDER BY 1, 2 LIMIT 201`,
  },
  {
    title: "search_objects for tables",
    call: {
      tool: "search_objects",
      arguments: { pattern: "table_0123", object_type: "table" },
      marker: "table_01230",
    },
    sql: `${namesOfTables} ORDER BY length(c.relname), 1, 2 LIMIT 201`,
  },
  {
    title: "search_objects for everything",
    call: {
      tool: "search_objects",
      arguments: { pattern: "table_0123" },
      marker: "table_01230",
    },
    sql: `${namesOfTables}
      UNION ALL SELECT n.nspname, p.proname, 'function' FROM pg_proc p
      JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${own} AND p.proname ${like}
      UNION ALL SELECT n.nspname, t.typname, 'type' FROM pg_type t
      JOIN pg_namespace n ON n.oid = t.typnamespace WHERE ${own} AND t.typrelid = 0
        AND t.typcategory <> 'A' AND t.typname ${like}
      UNION ALL SELECT n.nspname, a.attname, 'column' FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${own} AND a.attnum > 0 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND a.attname ${like}
      ORDER BY 1, 2 LIMIT 201`,
  },
];

export const postgresObjects: Row = {
  name: "postgres-objects",
  title:
    "The PostgreSQL server: listing and searching 5,000 tables, compared with the same SQL sent by pg",
  async run({ rounds, milliseconds }) {
    const postgres = await createPostgres();
    try {
      await createTables(postgres.url());
      const target = { url: postgres.url(), milliseconds };
      const series: Series[] = [];
      for (const { title, call, sql } of pairs) {
        series.push({
          title,
          measure: "p50",
          better: "less",
          baseline: bare,
          columns: [columns.p50, columns.calls],
          standings: await interleave(
            [toReadOnly(bare, target, sql), onStdio(subject, [postgresBin], target, call)],
            rounds,
          ),
        });
      }
      return {
        series,
        checks: series.map((each) => costsAtMost(each, bare, 2.5)),
        notes: [
          "The same SQL is what a person would write, in a read-only transaction by pg in the bench's own process; everything is tables, views, sequences, functions, types and columns.",
        ],
      };
    } finally {
      await postgres.close();
    }
  },
};

async function createTables(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  for (let from = 0; from < tables; from += batch) {
    const names = Array.from(
      { length: batch },
      (_, at) => `table_${`${from + at}`.padStart(5, "0")}`,
    );
    const made = names.map(
      (name) => `CREATE TABLE ${name} (id integer PRIMARY KEY, name text, placed timestamptz)`,
    );
    await client.query(made.join(";"));
  }
  await client.query("ANALYZE");
  await client.end();
}
