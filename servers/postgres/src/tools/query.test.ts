import { connect } from "@fairlead/runtime/testing";
import { afterAll, describe, expect, test } from "vitest";
import { serveShop } from "../../test/support/serve.ts";
import { server } from "../index.ts";

const { shop, client, call, close } = await serveShop();
afterAll(close);

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
