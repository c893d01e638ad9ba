import { Client } from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { serveShop } from "../../test/support/serve.ts";

const { shop, client, hasHypopg, call, close } = await serveShop();
afterAll(close);

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
      // A connection of the server's own may be about to leave its transaction.
      const readIdle = async () =>
        (await call("list_connections_activity", { state: "idle in transaction" })).output;
      await expect.poll(readIdle).toMatchObject({ connections: [expect.anything()] });
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
