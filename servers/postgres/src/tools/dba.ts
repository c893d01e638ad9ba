import { cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { listActivity, listLocks } from "../inspect/activity.ts";
import { analyzeHealth, checks } from "../inspect/health.ts";
import { adviseIndexes } from "../inspect/index-advice.ts";
import { readTableStats } from "../inspect/table-stats.ts";
import { readTopQueries, sortings } from "../inspect/top-queries.ts";
import { database } from "./fields.ts";

const rows = cuttable(z.array(z.record(z.string(), z.unknown())));

function toLines(list: readonly object[]): string {
  return list.map((item) => JSON.stringify(item)).join("\n") || "There are none.";
}

const topQueries = defineTool({
  name: "get_top_queries",
  title: "Get top queries",
  description:
    "List the slowest queries: those that took the most time, calls or rows, from pg_stat_statements.",
  effect: "read",
  input: z.object({
    sort_by: z
      .enum(sortings)
      .default("total_time")
      .describe(
        "What to sort by, largest first: `total_time` (the default), `mean_time` of a call, number of `calls`, `rows` returned, or `io` (blocks read and written).",
      ),
    limit: z.int().min(1).max(100).default(10).describe("Queries to list; 10 by default."),
    database,
  }),
  output: z.object({ queries: rows }),
  async run({ sort_by, limit, database: id }, { databases, signal }) {
    const options = { sortBy: sort_by, limit };
    return { queries: await readTopQueries(databases.get(id), options, { signal }) };
  },
  render: ({ queries }) => toLines(queries),
});

const health = defineTool({
  name: "analyze_db_health",
  title: "Analyze health",
  description:
    "Check whether the database is healthy: connections, cache, vacuum, indexes, constraints, sequences, replication and transactions.",
  effect: "read",
  input: z.object({
    health_type: z
      .enum(["all", ...checks])
      .default("all")
      .describe("Which check to run; `all` by default."),
    database,
  }),
  output: z.object({
    findings: z.array(z.object({ check: z.string(), level: z.string(), message: z.string() })),
    role: z.string(),
  }),
  async run({ health_type, database: id }, { databases, signal }) {
    const chosen = databases.get(id);
    const wanted = health_type === "all" ? undefined : health_type;
    const findings = await analyzeHealth(chosen, wanted, { signal });
    const { name, powers } = await chosen.role({ signal });
    const role =
      powers.length === 0 ? `${name} has no special powers` : `${name} ${powers.join(", ")}`;
    return { findings, role };
  },
  render: ({ findings, role }) =>
    [
      ...findings.map(({ check, level, message }) => `${level} ${check}: ${message}`),
      `role: ${role}`,
    ].join("\n"),
});

const adviseAll = defineTool({
  name: "analyze_query_indexes",
  title: "Analyze query indexes",
  description:
    "Advise which indexes to add for slow queries, without creating any; needs the hypopg extension.",
  effect: "read",
  timeoutMs: 300_000,
  task: "optional",
  input: z.object({
    queries: z
      .array(z.string())
      .min(1)
      .max(10)
      .describe("SELECT statements to find indexes for, 1 to 10."),
    database,
  }),
  output: z.object({ advice: rows }),
  async run({ queries, database: id }, { databases, signal }) {
    const advice = await adviseIndexes(databases.get(id), queries, { signal });
    return { advice: advice.map((each) => ({ ...each })) };
  },
  render: ({ advice }) => toLines(advice),
});

const locks = defineTool({
  name: "list_locks",
  title: "List locks",
  description: "List locks: which connections wait for a lock, and which one holds it.",
  effect: "read",
  input: z.object({ database }),
  output: z.object({ locks: rows }),
  async run({ database: id }, { databases, signal }) {
    return { locks: await listLocks(databases.get(id), { signal }) };
  },
  render: ({ locks: all }) => toLines(all),
});

const activity = defineTool({
  name: "list_connections_activity",
  title: "List activity",
  description:
    "Show who is connected to the database right now and which statement each connection runs.",
  effect: "read",
  input: z.object({
    state: z
      .enum(["active", "idle", "idle in transaction"])
      .optional()
      .describe("Only connections in this state; all by default."),
    database,
  }),
  output: z.object({ connections: rows }),
  async run({ state, database: id }, { databases, signal }) {
    return { connections: await listActivity(databases.get(id), state, { signal }) };
  },
  render: ({ connections }) => toLines(connections),
});

const tableStats = defineTool({
  name: "table_stats",
  title: "Table statistics",
  description:
    "Show the size of tables, largest first, with rows, dead rows, scans and the last vacuum.",
  effect: "read",
  input: z.object({
    schema_name: z.string().optional().describe("Only tables of this schema; all by default."),
    limit: z.int().min(1).max(500).default(50).describe("Tables to list; 50 by default."),
    database,
  }),
  output: z.object({ tables: rows }),
  async run({ schema_name, limit, database: id }, { databases, signal }) {
    const options = { schema: schema_name, limit };
    return { tables: await readTableStats(databases.get(id), options, { signal }) };
  },
  render: ({ tables }) => toLines(tables),
});

export const dba = defineToolset({
  name: "dba",
  title: "Administration",
  description: "Look at health, load, locks and indexes.",
  optional: true,
  tools: [topQueries, health, adviseAll, locks, activity, tableStats],
});
