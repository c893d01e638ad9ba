import { type ConnectedClient, connect } from "@fairlead/runtime/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { server } from "../src/index.ts";
import { createShop, type Shop } from "./support/shop.ts";

// `connect` rejects every answer of which some host would show its model a part only.
let shop: Shop;
let client: ConnectedClient;

beforeAll(async () => {
  shop = await createShop();
  client = await connect(server, {
    config: { databases: [shop.url], allowWrite: true, maxRows: 20_000 },
    policy: { toolsets: ["all"] },
  });
});
afterAll(async () => {
  await client.close();
  await shop.close();
});

/** Calls a tool until it gives no cursor any more. */
async function walk(name: string, args: object) {
  const pages: Record<string, unknown>[] = [];
  for (let cursor: unknown; pages.length < 200; ) {
    const given = { ...args, ...(cursor !== undefined && { cursor }) };
    const { structuredContent, text, isError } = await client.callTool(name, given);
    expect(isError, text).toBe(false);
    const page = { ...Object(structuredContent) };
    pages.push(page);
    cursor = page.next_cursor;
    if (cursor === undefined) return pages;
    expect(text).toContain(String(cursor));
  }
  throw new Error(`${name} did not come to an end.`);
}

function listRows(pages: readonly Record<string, unknown>[]): readonly unknown[][] {
  return pages.flatMap(({ rows }) => (Array.isArray(rows) ? rows : []));
}

describe("query", () => {
  test.for([
    ["quotes", `repeat('"', 400)`],
    ["backslashes and line ends", `repeat(E'\\\\\\r\\n', 130)`],
    ["control characters", "repeat(E'\\x01', 400)"],
    ["Chinese", "repeat('漢', 400)"],
    ["emoji", "repeat('🦊', 200)"],
    ["long cells", "repeat('漢', 5000)"],
    [
      "nested JSON",
      `jsonb_build_object('a', jsonb_build_array(1, null, '"x"'), 'b', repeat('y', 300))`,
    ],
    ["nulls", "NULL::text"],
  ])("walks rows of %s without a gap", async ([, value]) => {
    const sql = `SELECT g, ${value} AS value FROM generate_series(1, 300) g ORDER BY g`;
    const pages = await walk("query", { sql, max_rows: 300 });
    const rows = listRows(pages);
    expect(rows.map(([id]) => id)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    const [expected] = await shop.admin<{ value: string }>(
      `SELECT left((${value})::text, 500) AS value`,
    );
    for (const [, cell] of rows) {
      expect(String(cell).startsWith(String(expected?.value))).toBe(true);
    }
    for (const page of pages) {
      expect(page).toMatchObject({ row_count: listRows([page]).length });
      expect(page["truncated"]).toBe(page["next_cursor"] !== undefined);
    }
  });

  test("walks thousands of short rows", async () => {
    const pages = await walk("query", {
      sql: "SELECT g FROM generate_series(1, 5000) g ORDER BY g",
      max_rows: 5_000,
    });
    expect(pages.length).toBeGreaterThan(1);
    expect(listRows(pages).flat()).toEqual(Array.from({ length: 5_000 }, (_, index) => index + 1));
  });
});

describe("get_object_details", () => {
  const details = (object_name: string, object_type: string) =>
    walk("get_object_details", { schema_name: "public", object_name, object_type });

  test("is whole in both forms for an object of every type", async () => {
    await shop.admin(`CREATE MATERIALIZED VIEW "odd ""view""" AS SELECT 1 AS "a ""b"""`);
    await shop.admin("COMMENT ON TABLE victim IS E'two\\nlines with \"quotes\"'");
    await shop.admin("CREATE EXTENSION postgres_fdw");
    await shop.admin("CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw");
    await shop.admin("CREATE FOREIGN TABLE far_table (a integer) SERVER far");
    for (const [name, type, word] of [
      ["victim", "table", "two\\nlines"],
      ["monthly_revenue", "view", "date_trunc"],
      ['odd "view"', "materialized_view", 'a \\"\\"b'],
      ["far_table", "foreign_table", "integer"],
      ["numbers", "sequence", "increment 1"],
      ["worse", "function", "nextval"],
      ["sneaky", "function", "aggregate"],
      ["plpgsql", "extension", "version"],
    ] as const) {
      const pages = await details(name, type);
      expect(pages, name).toHaveLength(1);
      expect(JSON.stringify(pages), name).toContain(word);
    }
  });

  test("goes on where a table has more columns than one answer holds", async () => {
    const names = Array.from({ length: 1_500 }, (_, index) => `column_${index}`);
    await shop.admin(`CREATE TABLE wide (${names.map((name) => `${name} integer`).join()})`);
    const pages = await details("wide", "table");
    expect(pages.length).toBeGreaterThan(1);
    const found = pages.flatMap(({ columns }) => Object.values(Object(columns)));
    expect(found.map((column) => Object(column).name)).toEqual(names);
  });

  test.for([
    ["many short lines", "--\n".repeat(3_000)],
    ["Chinese", `-- ${"漢".repeat(30_000)}\n`],
    ["one long line of emoji", `-- ${"🦊".repeat(20_000)}\n`],
  ])("goes on in a definition of %s", async ([name, comment]) => {
    const body = `\n${comment}SELECT 1`;
    const called = `long_${name?.length}`;
    await shop.admin(`CREATE FUNCTION ${called}() RETURNS integer LANGUAGE sql AS $$${body}$$`);
    const pages = await details(called, "function");
    expect(pages.length).toBeGreaterThan(1);
    const definition = pages.map((page) => page["definition"]).join("");
    expect(definition).toContain(`$function$${body}$function$`);
  });
});

describe("a change", () => {
  test("that returns more than an answer holds is still told as done", async () => {
    const sql =
      "INSERT INTO victim SELECT g, repeat('漢', 450) FROM generate_series(100, 299) g RETURNING *";
    const { structuredContent, text, isError } = await client.callTool("execute_sql", { sql });
    expect(isError, text).toBe(false);
    const { rows, note } = Object(structuredContent);
    expect(structuredContent).toMatchObject({ command: "INSERT", row_count: 200 });
    expect(note).toBe(`The first ${rows.length} of the 200 returned rows are shown.`);
    expect(text).toContain(note);
    expect(rows.length).toBeLessThan(200);
    expect(await shop.admin("SELECT FROM victim WHERE id >= 100")).toHaveLength(200);
  });

  test("of a thousand statements is still told as done", async () => {
    const sql = Array.from(
      { length: 1_500 },
      (_, index) => `INSERT INTO victim VALUES (${1_000 + index})`,
    ).join(";");
    const { text, isError, structuredContent } = await client.callTool("apply_migration", {
      name: "many",
      confirm: true,
      sql,
    });
    expect(isError, text).toBe(false);
    expect(structuredContent).toMatchObject({ status: "applied" });
    expect(Object(structuredContent).notice).toContain("of 1,500 statements shown");
    expect(await shop.admin("SELECT FROM victim WHERE id >= 1000")).toHaveLength(1_500);
  });
});
