import { cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { toKind } from "../query/kinds.ts";
import { cancelQuery } from "../write/cancelling.ts";
import { applyMigration } from "../write/migration.ts";
import { executeSql, vacuumTable } from "../write/writing.ts";
import { formatColumns } from "./columns.ts";
import { database, params } from "./fields.ts";

const dryRun = z
  .boolean()
  .default(false)
  .describe("Only try it: roll everything back at the end; false by default.");
const timeoutMs = 660_000;
/** Characters kept free for what is said about the rows. */
const reserve = 500;

const execute = defineTool({
  name: "execute_sql",
  title: "Execute SQL",
  description:
    "Insert, update or delete rows in a table, or create and change tables, with one SQL statement. Try it with dry_run first: the statement is rolled back and the answer says how many rows it would have changed.",
  effect: {
    least: "write",
    most: "destroy",
    of: ({ sql, dry_run }) => (dry_run || toKind(sql) !== "destroys" ? "write" : "destroy"),
  },
  timeoutMs,
  task: "optional",
  input: z.object({
    sql: z
      .string()
      .describe("One statement: INSERT, UPDATE, DELETE, MERGE, CREATE, ALTER, DROP, ..."),
    params,
    dry_run: dryRun,
    database,
  }),
  output: z.object({
    command: z.string(),
    row_count: z.int(),
    dry_run: z.boolean(),
    columns: z.array(z.object({ name: z.string(), type: z.string() })),
    rows: z.array(z.array(z.unknown())),
    note: z.string().optional(),
  }),
  async run({ sql, params = [], dry_run, database: id }, { databases, signal, room }) {
    const change = { sql, params, dryRun: dry_run, room: room(reserve), signal };
    const done = await executeSql(databases.get(id), change);
    const { command, rowCount, columns, rows, returned } = done;
    const note = `The first ${rows.length} of the ${returned} returned rows are shown.`;
    return {
      command,
      row_count: rowCount,
      dry_run,
      columns,
      rows,
      ...(rows.length < returned && { note }),
    };
  },
  render: ({ command, row_count, dry_run, columns, rows, note }) =>
    [
      `${command}: ${row_count} rows${dry_run ? ", rolled back" : ""}.`,
      ...(columns.length > 0 ? [formatColumns(columns)] : []),
      ...rows.map((row) => JSON.stringify(row)),
      ...(note === undefined ? [] : [note]),
    ].join("\n"),
});

const migrate = defineTool({
  name: "apply_migration",
  title: "Apply migration",
  description:
    "Apply a migration: run several SQL statements as one transaction. Each name runs once and is recorded in the table fairlead.migrations.",
  effect: {
    least: "write",
    most: "destroy",
    of: ({ dry_run }) => (dry_run ? "write" : "destroy"),
  },
  idempotent: true,
  timeoutMs,
  task: "optional",
  input: z.object({
    name: z
      .string()
      .min(1)
      .max(200)
      .describe("Unique name of the migration, such as `0007_add_index`."),
    sql: z.string().describe("SQL statements, separated by semicolons."),
    dry_run: dryRun,
    database,
  }),
  output: z.object({
    status: z.string(),
    statements: cuttable(z.array(z.object({ command: z.string(), row_count: z.int() }))),
  }),
  async run({ name, sql, dry_run, database: id }, { databases, signal }) {
    const migration = { name, sql, dryRun: dry_run, signal };
    return applyMigration(databases.get(id), migration);
  },
});

const cancel = defineTool({
  name: "cancel_query",
  title: "Cancel query",
  description: "Cancel a running query: asks one connection of the database to end its statement.",
  effect: "write",
  input: z.object({
    pid: z.int().describe("Process id of the connection, as list_connections_activity shows it."),
    database,
  }),
  output: z.string(),
  run: ({ pid, database: id }, { databases, signal }) =>
    cancelQuery(databases.get(id), pid, { signal }),
});

const vacuum = defineTool({
  name: "vacuum_analyze",
  title: "Vacuum and analyze",
  description:
    "Vacuum one table: frees the space of dead rows and refreshes the statistics of the planner.",
  effect: "write",
  additive: true,
  idempotent: true,
  timeoutMs,
  task: "optional",
  input: z.object({
    table: z.string().describe("Table with its schema, such as `public.orders`."),
    analyze_only: z
      .boolean()
      .default(false)
      .describe("Only refresh the statistics, without a vacuum; false by default."),
    database,
  }),
  output: z.string(),
  async run({ table, analyze_only, database: id }, { databases, signal }) {
    await vacuumTable(databases.get(id), { table, analyzeOnly: analyze_only }, { signal });
    return `${analyze_only ? "Analyzed" : "Vacuumed and analyzed"} ${table}.`;
  },
});

export const write = defineToolset({
  name: "write",
  title: "Write",
  description: "Change rows and tables, apply migrations, cancel statements.",
  optional: true,
  tools: [execute, migrate, cancel, vacuum],
});
