import { cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { listActivity, listLocks } from "../activity.ts";
import { defineTool } from "../context.ts";
import { analyzeHealth, checks } from "../health.ts";
import { adviseIndexes } from "../index-advice.ts";
import { readTableStats } from "../table-stats.ts";
import { readTopQueries, sortings } from "../top-queries.ts";

const database = z.string().optional().describe("Database id.");
const rows = cuttable(z.array(z.record(z.string(), z.unknown())));

function toLines(list: readonly object[]): string {
  return list.map((item) => JSON.stringify(item)).join("\n") || "There are none.";
}

const topQueries = defineTool({
  name: "get_top_queries",
  title: "Get top queries",
  description: "Lists the statements that took most, by pg_stat_statements.",
  effect: "read",
  input: z.object({
    sort_by: z.enum(sortings).default("total_time").describe("Order."),
    limit: z.int().min(1).max(100).default(10).describe("How many."),
    database,
  }),
  output: z.object({ queries: rows }),
  async run({ sort_by, limit, database: id }, { databases, signal }) {
    const options = { sortBy: sort_by, limit };
    return { queries: [...(await readTopQueries(databases.get(id), options, { signal }))] };
  },
  render: ({ queries }) => toLines(queries),
});

const health = defineTool({
  name: "analyze_db_health",
  title: "Analyze health",
  description:
    "Checks connections, cache, vacuum, indexes, constraints, sequences, replication and transactions.",
  effect: "read",
  input: z.object({
    health_type: z
      .enum(["all", ...checks])
      .default("all")
      .describe("What to check."),
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
    return { findings: [...findings], role };
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
  description: "Tries which indexes would make queries cheaper, without making any; needs hypopg.",
  effect: "read",
  timeoutMs: 300_000,
  input: z.object({
    queries: z.array(z.string()).min(1).max(10).describe("Up to ten queries."),
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
  description: "Lists who waits for a lock and who holds it.",
  effect: "read",
  input: z.object({ database }),
  output: z.object({ locks: rows }),
  async run({ database: id }, { databases, signal }) {
    return { locks: [...(await listLocks(databases.get(id), { signal }))] };
  },
  render: ({ locks: all }) => toLines(all),
});

const activity = defineTool({
  name: "list_connections_activity",
  title: "List activity",
  description: "Lists the other connections of the database and what they do.",
  effect: "read",
  input: z.object({
    state: z
      .enum(["active", "idle", "idle in transaction"])
      .optional()
      .describe("Only those in it."),
    database,
  }),
  output: z.object({ connections: rows }),
  async run({ state, database: id }, { databases, signal }) {
    return { connections: [...(await listActivity(databases.get(id), state, { signal }))] };
  },
  render: ({ connections }) => toLines(connections),
});

const tableStats = defineTool({
  name: "table_stats",
  title: "Table statistics",
  description: "Lists tables by size, with rows, dead rows, scans and last vacuum.",
  effect: "read",
  input: z.object({
    schema_name: z.string().optional().describe("Only there."),
    limit: z.int().min(1).max(500).default(50).describe("How many."),
    database,
  }),
  output: z.object({ tables: rows }),
  async run({ schema_name, limit, database: id }, { databases, signal }) {
    const options = { schema: schema_name, limit };
    return { tables: [...(await readTableStats(databases.get(id), options, { signal }))] };
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
