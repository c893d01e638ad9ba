import { connect } from "@fairlead/runtime/testing";
import { afterAll, describe, expect, test } from "vitest";
import { serveShop } from "../../test/support/serve.ts";
import { server } from "../index.ts";

const { shop, call, close } = await serveShop();
afterAll(close);

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
