import { type ConnectedClient, connect, RpcError } from "@fairlead/runtime/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createShop, type Shop } from "../../test/support/shop.ts";
import { server } from "../index.ts";

let shop: Shop;
let client: ConnectedClient;
let hasHypopg: boolean;

beforeAll(async () => {
  shop = await createShop();
  await shop.admin("CREATE DATABASE second");
  await shop.admin("CREATE EXTENSION pg_stat_statements");
  hasHypopg = await shop.has("hypopg");
  if (hasHypopg) await shop.admin("CREATE EXTENSION hypopg");
  const second = shop.postgres.url("second");
  client = await connect(server, {
    config: { databases: [`shop=${shop.url}`, `other=${second}`], allowWrite: true },
    policy: { toolsets: ["all"] },
  });
});
afterAll(async () => {
  await client.close();
  await shop.close();
});

async function call(name: string, args = {}) {
  const { text, isError, structuredContent } = await client.callTool(name, args);
  return { text, isError, output: Object(structuredContent) };
}

test("the default list is query and schema; dba and write are asked for", async () => {
  const plain = await connect(server, { config: { databases: [shop.url] } });
  const names = (await plain.listTools()).map(({ name }) => name);
  await plain.close();
  expect(names).toEqual([
    "query",
    "explain_query",
    "list_schemas",
    "list_objects",
    "get_object_details",
    "search_objects",
    "list_databases",
  ]);
  expect(await client.listTools()).toHaveLength(17);
});

describe("query", () => {
  test("answers in columns and rows, pages by cursor and says what it cannot promise", async () => {
    const sql = "SELECT id, name FROM customers";
    const first = await call("query", { sql, max_rows: 100 });
    expect(first.output).toMatchObject({ row_count: 100, truncated: true });
    expect(first.output.notes.join()).toContain("ORDER BY");
    const cursor = first.output.next_cursor;
    const second = await call("query", { sql, max_rows: 100, cursor });
    expect(second.output).toMatchObject({ row_count: 20, truncated: false });
    expect(new Set([...first.output.rows, ...second.output.rows].map(([id]) => id)).size).toBe(120);
  });

  test("keeps to the budget and goes on at the cursor without a gap", async () => {
    const small = await connect(server, { config: { databases: [shop.url] }, budget: 6_000 });
    const sql = "SELECT g, repeat('y', 200) FROM generate_series(1, 60) g ORDER BY g";
    const seen: unknown[] = [];
    let cursor: unknown;
    for (let pages = 0; pages < 60; pages += 1) {
      const args = { sql, max_rows: 60, ...(cursor !== undefined && { cursor }) };
      const { structuredContent, text, isError } = await small.callTool("query", args);
      expect(isError, text).toBe(false);
      expect(text.length).toBeLessThan(6_400);
      const output = Object(structuredContent);
      seen.push(...output.rows.map(([id]: unknown[]) => id));
      cursor = output.next_cursor;
      if (cursor === undefined) break;
    }
    await small.close();
    expect(seen).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  });

  test("gives duplicate column names both of their values", async () => {
    const { output } = await call("query", { sql: "SELECT 1 AS a, 2 AS a" });
    expect(output).toMatchObject({ columns: [{ name: "a" }, { name: "a" }], rows: [[1, 2]] });
  });

  test("turns the database's errors into advice", async () => {
    const { text, isError } = await call("query", { sql: "SELECT * FROM custommers" });
    expect(isError).toBe(true);
    expect(text).toContain("42P01");
    expect(text).toContain("search_objects");
  });

  test("cuts long cells and says how long they are", async () => {
    const { output } = await call("query", { sql: "SELECT repeat('z', 5000)" });
    expect(output.rows[0][0]).toMatch(/^z{500}… \[5000 characters\]$/);
  });

  test("goes to the database it is told, and knows no other", async () => {
    const sql = "SELECT current_database()";
    expect((await call("query", { sql })).output.rows).toEqual([["postgres"]]);
    expect((await call("query", { sql, database: "other" })).output.rows).toEqual([["second"]]);
    const { text } = await call("query", { sql, database: "third" });
    expect(text).toContain("shop, other");
    expect((await call("list_databases")).output).toEqual({ databases: ["shop", "other"] });
  });
});

describe("schema tools", () => {
  test("find schemas, objects and columns", async () => {
    expect((await call("list_schemas")).output.schemas[0]).toMatchObject({ name: "public" });
    const { output } = await call("list_objects", { schema_name: "public", object_type: "table" });
    expect(output.objects.map(({ name }: { name: string }) => name)).toContain("orders");
    const found = await call("search_objects", { pattern: "placed", object_type: "column" });
    expect(found.output.objects).toMatchObject([{ name: "orders.placed_at", type: "column" }]);
    const full = await call("search_objects", { pattern: "order_items", detail: "full" });
    expect(full.text).toContain("unit_price numeric(10,2)");
    const names = await call("search_objects", { pattern: "customers", detail: "names" });
    expect(names.text).not.toContain("People");
  });

  test.for([
    ["table", "orders", "orders_customer_idx"],
    ["view", "monthly_revenue", "date_trunc"],
    ["sequence", "numbers", "increment 1"],
    ["function", "double_price", "STABLE"],
    ["extension", "plpgsql", "version"],
  ])("tell all of a %s", async ([object_type, object_name, word]) => {
    const args = { schema_name: "public", object_name, object_type };
    const { text, isError } = await call("get_object_details", args);
    expect(isError, text).toBe(false);
    expect(text).toContain(word);
  });

  test("take names as names", async () => {
    const evil = "orders'; DROP TABLE victim; --";
    const args = { schema_name: "public", object_name: evil };
    expect((await call("get_object_details", args)).isError).toBe(true);
    expect((await call("search_objects", { pattern: evil })).output.objects).toEqual([]);
    expect((await call("list_objects", { schema_name: evil })).output.objects).toEqual([]);
  });
});

describe("dba tools", () => {
  test("find what took most", async () => {
    await shop.admin("SELECT count(*) FROM customers WHERE country = 'DE'");
    for (const sort_by of ["total_time", "mean_time", "calls", "rows", "io"]) {
      const { text, isError } = await call("get_top_queries", { limit: 100, sort_by });
      expect(isError, text).toBe(false);
      expect(text).toContain("SELECT count(*) FROM customers WHERE country = $1");
    }
  });

  test("show what other sessions do, but no password they say", async () => {
    const session = new Client({ connectionString: shop.url, application_name: "talkative" });
    await session.connect();
    await session.query("CREATE ROLE spoken LOGIN PASSWORD 'hunter2secret'");
    const shown = "CREATE ROLE [redacted: it speaks of a secret]";
    try {
      for (const [name, args] of [
        ["get_top_queries", { limit: 100 }],
        ["list_connections_activity", {}],
        ["query", { sql: "SELECT query FROM pg_stat_activity" }],
        ["query", { sql: "SELECT query FROM pg_stat_statements" }],
        ["query", { sql: "SELECT * FROM pg_stat_activity" }],
      ] as const) {
        const { text, isError } = await call(name, args);
        expect(text).not.toContain("hunter2");
        if (name === "query") expect(text).toContain("list_connections_activity");
        else expect(text).toContain(shown);
        expect(isError).toBe(name === "query");
      }
      const uri = "postgres://shop/pg_catalog/pg_stat_activity/sample";
      await expect(client.request("resources/read", { uri })).rejects.toThrow("Refused");
    } finally {
      await session.end();
    }
  });

  test("look at the health of all there is", async () => {
    const { output } = await call("analyze_db_health");
    const seen = new Set(output.findings.map(({ check }: { check: string }) => check));
    expect(seen.size).toBe(8);
    expect(JSON.stringify(output)).toContain("Foreign key without an index");
    expect(output.role).toContain("superuser");
  });

  test("try indexes that are not there, and leave none behind", async ({ skip }) => {
    if (!hasHypopg) {
      const what = "NOT RUN: hypothetical indexes. This PostgreSQL comes without hypopg.";
      if (process.env["FAIRLEAD_REQUIRE"] === "all") throw new Error(what);
      process.stderr.write(`${what}\n`);
      return skip(what);
    }
    await shop.admin(
      "CREATE TABLE big AS SELECT g AS a, g % 1000 AS b FROM generate_series(1, 50000) g",
    );
    await shop.admin("ANALYZE big");
    const sql = "SELECT * FROM big WHERE b = 5";
    const { output } = await call("analyze_query_indexes", { queries: [sql] });
    expect(output.advice[0].indexes[0].definition).toBe('"public"."big" (b)');
    const assumed = await call("explain_query", { sql, hypothetical_indexes: ["big (b)"] });
    expect(assumed.text).toContain("btree_big_b");
    for (const _ of [1, 2, 3, 4]) {
      expect((await call("explain_query", { sql })).text).toContain("Seq Scan");
    }
    const evil = { sql, hypothetical_indexes: ["big (b); DROP TABLE victim"] };
    expect((await call("explain_query", evil)).isError).toBe(true);
  });

  test("say which extension is missing where it is", async () => {
    const sql = "SELECT 1";
    const advice = await call("analyze_query_indexes", { queries: [sql], database: "other" });
    expect(advice.text).toContain("CREATE EXTENSION hypopg");
    const given = { sql, hypothetical_indexes: ["pg_class (relname)"], database: "other" };
    expect((await call("explain_query", given)).text).toContain("CREATE EXTENSION hypopg");
    const top = await call("get_top_queries", { database: "other" });
    expect(top.text).toContain("CREATE EXTENSION pg_stat_statements");
  });

  test("say who waits for whom", async () => {
    const [holder, waiter] = [1, 2].map(() => new Client({ connectionString: shop.url }));
    await holder?.connect();
    await waiter?.connect();
    await holder?.query("BEGIN; LOCK TABLE victim; /* password 'hunter2secret' */");
    const waiting = waiter?.query("SELECT * FROM victim");
    try {
      let locks: readonly { relation: string }[] = [];
      for (let tries = 0; tries < 200 && locks.length === 0; tries += 1) {
        locks = (await call("list_locks")).output.locks;
      }
      expect(locks).toMatchObject([{ relation: "victim", blocking_state: "idle in transaction" }]);
      expect(JSON.stringify(locks)).not.toContain("hunter2");
      const idle = await call("list_connections_activity", { state: "idle in transaction" });
      expect(idle.output.connections).toHaveLength(1);
      const blocked = await call("query", { sql: "TABLE victim", timeout_ms: 1_000 });
      expect(blocked.text).toContain("list_locks");
    } finally {
      await holder?.query("ROLLBACK");
      await waiting;
      await Promise.all([holder?.end(), waiter?.end()]);
    }
  });

  test("list tables by size", async () => {
    const { output } = await call("table_stats", { limit: 3 });
    expect(output.tables).toHaveLength(3);
  });
});

describe("write tools", () => {
  const victims = () => shop.admin("SELECT * FROM victim ORDER BY id");

  test("try a change, tell its rows and take it back", async () => {
    const before = await victims();
    const sql = "UPDATE victim SET secret = 'changed' RETURNING id";
    const { output } = await call("execute_sql", { sql, dry_run: true });
    expect(output).toMatchObject({ command: "UPDATE", row_count: 2, dry_run: true });
    expect(await victims()).toEqual(before);
  });

  test("change rows for good, with parameters", async () => {
    const sql = "INSERT INTO victim VALUES ($1, $2)";
    await call("execute_sql", { sql, params: [10, "ten"] });
    expect(await victims()).toContainEqual({ id: 10, secret: "ten" });
    const gone = await call("execute_sql", { sql: "DELETE FROM victim WHERE id = 10" });
    expect(gone.output.row_count).toBe(1);
  });

  test.for(["DELETE FROM victim", "UPDATE victim SET secret = 'x'", "DROP TABLE victim"])(
    "ask before what cannot be undone: %s",
    async (sql) => {
      const { text, isError } = await call("execute_sql", { sql });
      expect(isError).toBe(true);
      expect(text).toContain("confirm: true");
      expect(await victims()).toHaveLength(2);
    },
  );

  test.for([
    "COPY victim TO PROGRAM 'id'",
    "INSERT INTO victim SELECT 3, pg_read_file('/etc/passwd')",
    "CREATE VIEW stolen AS SELECT pg_read_file('/etc/passwd')",
    "CREATE TABLE stolen (a text DEFAULT pg_read_file('/etc/passwd'))",
    "CREATE TABLE stolen AS SELECT * FROM pg_authid",
    "ALTER SYSTEM SET work_mem = '1GB'",
    "CREATE ROLE mighty SUPERUSER",
    "GRANT pg_execute_server_program TO postgres",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DO $$ BEGIN COPY victim TO PROGRAM 'id'; END $$",
    "CREATE EXTENSION dblink",
    "SET ROLE postgres",
    "COMMIT",
    "INSERT INTO victim VALUES (5, 'a'); DROP TABLE victim",
    "SELECT 1",
  ])("refuse what reaches further than tables: %s", async (sql) => {
    const before = await shop.checksum();
    const { text, isError } = await call("execute_sql", { sql, confirm: true });
    expect(isError, text).toBe(true);
    expect(await shop.checksum()).toBe(before);
  });

  test("apply a migration once, and all of it or nothing", async () => {
    const sql = `CREATE TABLE notes (id int PRIMARY KEY, body text);
      INSERT INTO notes VALUES (1, 'a; b'), (2, 'ü');
      CREATE INDEX ON notes (body)`;
    const name = "0001_notes";
    const tried = await call("apply_migration", { name, sql, dry_run: true });
    expect(tried.output).toMatchObject({ status: "dry_run" });
    expect(await shop.admin("SELECT to_regclass('notes') AS t")).toEqual([{ t: null }]);
    const asked = await call("apply_migration", { name, sql });
    expect(asked.text).toContain("confirm: true");
    const applied = await call("apply_migration", { name, sql, confirm: true });
    expect(applied.output).toMatchObject({
      status: "applied",
      statements: [
        { command: "CREATE" },
        { command: "INSERT", row_count: 2 },
        { command: "CREATE" },
      ],
    });
    const again = await call("apply_migration", { name, sql, confirm: true });
    expect(again.output.status).toBe("already_applied");
    const other = await call("apply_migration", { name, sql: "DROP TABLE notes", confirm: true });
    expect(other.text).toContain("another text");
    const broken = "CREATE TABLE half (a int); INSERT INTO nowhere VALUES (1)";
    await call("apply_migration", { name: "0002", sql: broken, confirm: true });
    expect(await shop.admin("SELECT to_regclass('half') AS t")).toEqual([{ t: null }]);
  });

  test("vacuum a table, cancel a statement, and know what is none", async () => {
    expect((await call("vacuum_analyze", { table: "public.orders" })).text).toContain("Vacuumed");
    const evil = await call("vacuum_analyze", { table: "orders; DROP TABLE victim" });
    expect(evil.isError).toBe(true);
    const slow = "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000)";
    const running = call("query", { sql: slow });
    let pid: number | undefined;
    for (let tries = 0; tries < 500 && pid === undefined; tries += 1) {
      const { output } = await call("list_connections_activity", { state: "active" });
      pid = output.connections.find(({ query }: { query: string }) => query.startsWith(slow))?.pid;
    }
    expect((await call("cancel_query", { pid })).text).toContain("ended its statement");
    // Not by the time limit, which would end it as well.
    expect((await running).text).toContain("user request");
    expect((await call("cancel_query", { pid: 1 })).isError).toBe(true);
  });

  test("are hidden and refused with --read-only", async () => {
    const reader = await connect(server, {
      config: { databases: [shop.url], allowWrite: true },
      policy: { toolsets: ["all"], readOnly: true },
    });
    expect(await reader.listTools()).toHaveLength(13);
    const { text } = await reader.callTool("execute_sql", { sql: "SELECT 1", dry_run: true });
    expect(text).toContain("--read-only");
    await reader.close();
  });
});

describe("resources and prompts", () => {
  test("name tables by id, never by user or host, and read former addresses", async () => {
    const listed = JSON.stringify(await client.request("resources/list"));
    expect(listed).toContain("postgres://shop/public/orders/schema");
    expect(listed).not.toContain("127.0.0.1");
    const expected = { column_name: "customer_id", data_type: "integer" };
    const former = new URL("orders/schema", shop.url).href;
    const short = "postgres://shop/orders/schema";
    for (const uri of ["postgres://shop/public/orders/schema", short, former]) {
      const { contents } = await client.request("resources/read", { uri });
      const [{ text }] = Object(contents);
      expect(JSON.parse(text)).toContainEqual(expected);
    }
    const sample = await client.request("resources/read", {
      uri: "postgres://shop/public/customers/sample",
    });
    expect(JSON.stringify(sample)).toContain("example.com");
    const overview = await client.request("resources/read", { uri: "pg://schema" });
    expect(JSON.stringify(overview)).toContain("People who have an account.");
  });

  test.for([
    "postgres://shop/public/nothing/schema",
    "postgres://nowhere/public/orders/schema",
    "postgres://postgres@db.example.com/orders/schema",
  ])("say what is not there: %s", async (uri) => {
    await expect(client.request("resources/read", { uri })).rejects.toThrow(RpcError);
  });

  test("complete ids, schemas and tables", async () => {
    const complete = async (name: string, value: string, given: Record<string, string>) => {
      const { completion } = await client.request("completion/complete", {
        ref: { type: "ref/resource", uri: "postgres://{db}/{schema}/{table}/schema" },
        argument: { name, value },
        context: { arguments: given },
      });
      return Object(completion).values;
    };
    expect(await complete("db", "o", {})).toEqual(["other"]);
    expect(await complete("schema", "pub", { db: "shop" })).toEqual(["public"]);
    const table = await complete("table", "order_", { db: "shop", schema: "public" });
    expect(table).toEqual(["order_items"]);
  });

  test.for([
    ["explore_schema", { schema: "public" }, "table orders"],
    ["optimize_query", { sql: "SELECT 7" }, "SELECT 7"],
    ["write_query", { question: "Who buys most?" }, "customer_id"],
  ] as const)("fill the prompt %s", async ([name, args, word]) => {
    const prompt = await client.request("prompts/get", { name, arguments: args });
    expect(JSON.stringify(prompt)).toContain(word);
  });
});
