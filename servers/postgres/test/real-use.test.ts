import { type ConnectedClient, connect } from "@fairlead/runtime/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { server } from "../src/index.ts";
import { createShop, type Shop } from "./support/shop.ts";

// What people met who used servers like this one: a minimal input each, and the right answer.
let shop: Shop;
let client: ConnectedClient;

beforeAll(async () => {
  shop = await createShop();
  client = await connect(server, {
    config: { databases: [`shop=${shop.url}`], allowWrite: true },
    policy: { toolsets: ["all"] },
  });
});
afterAll(async () => {
  await client.close();
  await shop.close();
});

async function call(name: string, args: Record<string, unknown>) {
  const { text, isError, structuredContent } = await client.callTool(name, args);
  return { text, isError, output: Object(structuredContent) };
}

describe("search_objects", () => {
  const names = async (args: Record<string, unknown>) => {
    const { output } = await call("search_objects", args);
    return output.objects.map(({ name }: { name: string }) => name);
  };

  test("customer_id: an underscore is a letter unless the pattern has %", async () => {
    await shop.admin("CREATE TABLE apart (customerxid integer)");
    const found = await names({ pattern: "customer_id" });
    expect(found).toContain("orders.customer_id");
    expect(found).not.toContain("apart.customerxid");
    expect(await names({ pattern: "customer_id%" })).toContain("apart.customerxid");
  });

  test("finds what a name with its table, its arguments, a backslash or a type says", async () => {
    await shop.admin('CREATE TABLE "back\\slash" (a integer)');
    expect(await names({ pattern: "orders.customer_id" })).toEqual(["orders.customer_id"]);
    expect(await names({ pattern: "double_price(num" })).toEqual(["double_price(numeric)"]);
    expect(await names({ pattern: "k\\sl" })).toEqual(['"back\\slash"']);
    expect(await names({ pattern: "order_status" })).toContain("order_status");
    expect(await names({ pattern: "pg_class" })).toEqual([]);
  });
});

test("search_objects finds a name with its schema, quoted or not", async () => {
  await shop.admin(`CREATE SCHEMA "Old stock"; CREATE TABLE "Old stock".orders (id integer);
    CREATE TABLE "Old stock".crates (orders integer)`);
  const found = async (pattern: string, type = {}) => {
    const { output } = await call("search_objects", { pattern, ...type });
    return output.objects.map(({ schema, name }: Record<string, string>) => `${schema} ${name}`);
  };
  expect(await found("public.orders", { object_type: "table" })).toEqual(["public orders"]);
  expect(await found("Old stock.orders")).toEqual([
    '"Old stock" orders',
    '"Old stock" crates.orders',
  ]);
  expect(await found('"Old stock".orders.i')).toEqual(['"Old stock" orders.id']);
  expect(await found("public.orders.customer_id")).toEqual(["public orders.customer_id"]);
  expect(await found("orders.customer_id")).toEqual(["public orders.customer_id"]);
  expect(await found("pg_catalog.pg_class")).toEqual([]);
});

test("a long comment or type takes no room from the objects around it", async () => {
  const labels = Array.from({ length: 3_000 }, (_, n) => `'a label of number ${n}'`);
  await shop.admin(`CREATE SCHEMA wordy; CREATE TABLE wordy.a (a integer);
    COMMENT ON TABLE wordy.a IS '${"b".repeat(60_000)}';
    CREATE TABLE wordy.c (${Array.from({ length: 1_600 }, (_, n) => `a_rather_long_name_of_column_${n} int`)});
    CREATE TYPE wordy.d AS ENUM (${labels.join()})`);
  for (const [tool, args, names, shown] of [
    ["list_objects", { schema_name: "wordy" }, ["a", "c", "d"], /b… \[60000 characters\]/],
    [
      "search_objects",
      { pattern: "%", schema_name: "wordy", object_type: "table" },
      ["a", "c"],
      /b… \[60000 characters\]/,
    ],
    [
      "search_objects",
      { pattern: "wordy.c", object_type: "table", detail: "full" },
      ["c"],
      /… \[1600 in all\]/,
    ],
  ] as const) {
    const { output, text, isError } = await call(tool, args);
    expect(isError, text).toBe(false);
    const objects: Record<string, string>[] = output.objects;
    expect(objects.map(({ name }) => name)).toEqual(names);
    expect(text).toMatch(shown);
    expect(output.next_cursor).toBe(undefined);
  }
});

describe("names that need double quotes", () => {
  beforeAll(() =>
    shop.admin(`CREATE TABLE "CamelTable" ("Id" integer, "order" text);
      CREATE SCHEMA aside; CREATE TABLE aside.lonely (a integer)`),
  );

  test.for([
    ["SELECT * FROM CamelTable", 'public."CamelTable"'],
    ["SELECT * FROM public.cameltable", 'public."CamelTable"'],
    ["SELECT * FROM lonely", "aside.lonely"],
    ["SELECT * FROM customers JOIN camelTABLE USING (id)", 'public."CamelTable"'],
  ] as const)("%s: the error shows the name that is there", async ([sql, name]) => {
    for (const tool of ["query", "explain_query"]) {
      const { text, isError } = await call(tool, { sql });
      expect(isError).toBe(true);
      expect(text).toContain(`There is ${name}`);
      expect(text).toContain("42P01");
    }
  });

  test("a statement that writes is told the same", async () => {
    const sql = "DELETE FROM cameltable";
    const { text, isError } = await call("execute_sql", { sql, dry_run: true });
    expect(isError).toBe(true);
    expect(text).toContain('There is public."CamelTable"');
  });

  test.for([
    "SELECT * FROM customers JOIN missing ON true",
    "SELECT * FROM customers JOIN public.missing ON true",
    "SELECT customers.id FROM orders",
  ])("%s: nothing is said of a table that is not missing", async (sql) => {
    await shop.admin(`CREATE SCHEMA IF NOT EXISTS archive;
      CREATE TABLE IF NOT EXISTS archive.customers (id integer)`);
    const { text } = await call("query", { sql });
    expect(text).toContain("42P01");
    expect(text).not.toContain("There is archive");
  });

  test("lists show names as SQL needs them, and take them so", async () => {
    for (const [tool, args] of [
      ["list_objects", { schema_name: "public", object_type: "table" }],
      ["search_objects", { pattern: "cameltable", object_type: "table" }],
    ] as const) {
      const { text, output } = await call(tool, args);
      expect(text).toContain('table public."CamelTable"');
      expect(output.objects).toContainEqual(
        expect.objectContaining({ schema: "public", name: '"CamelTable"' }),
      );
    }
    const columns = await call("search_objects", { pattern: "order", object_type: "column" });
    expect(columns.text).toContain('public."CamelTable"."order"');
    for (const object_name of ["CamelTable", '"CamelTable"']) {
      const { text, output } = await call("get_object_details", {
        schema_name: "public",
        object_name,
      });
      expect(text).toContain('  "Id" integer');
      expect(output).toMatchObject({
        name: '"CamelTable"',
        columns: [{ name: '"Id"' }, { name: '"order"' }],
      });
    }
  });
});

describe("parameters", () => {
  test("where id = $1 without a value: explain_query shows a generic plan", async () => {
    const sql = "SELECT * FROM customers WHERE id = $1 AND name = $2";
    const { text, isError } = await call("explain_query", { sql });
    expect(isError, text).toBe(false);
    expect(text).toContain("(id = $1)");
    const json = await call("explain_query", { sql, format: "json" });
    expect(json.text).toContain("(id = $1)");
    const update = "UPDATE customers SET name = $1 WHERE id = $2";
    expect((await call("explain_query", { sql: update })).text).toContain("Update on customers");
    const given = await call("explain_query", { sql, params: [7, "x"], analyze: true });
    expect(given.text).toContain("actual");
    expect(given.text).toContain("(id = 7)");
  });

  test.for([
    ["query", { sql: "SELECT $1::int + $2::int", params: [1] }, "Give 2 values in params"],
    ["query", { sql: "SELECT $1::int" }, "Give 1 value in params"],
    ["query", { sql: "SELECT 1", params: [1] }, "Leave params out"],
    ["explain_query", { sql: "SELECT $1::int", params: [1, 2] }, "Give 1 value in params"],
    ["explain_query", { sql: "SELECT $1::int", analyze: true }, "Give 1 value in params"],
    [
      "execute_sql",
      { sql: "UPDATE victim SET secret = $2 WHERE id = $1", params: [1] },
      "Give 2 values in params",
    ],
  ] as const)("a wrong number of them: %s %o", async ([name, args, advice]) => {
    const { text, isError } = await call(name, args);
    expect(isError).toBe(true);
    expect(text).toContain(advice);
    expect(text).not.toContain("down");
  });

  test("one whose type nobody can tell: the error says how to write it", async () => {
    const { text } = await call("query", { sql: "SELECT $2::int", params: [1, 2] });
    expect(text).toContain("$1::integer");
  });

  test.for([
    ["jsonb", "[1,2]", "[1, 2]"],
    ["json", '{"a":[1]}', '{"a":[1]}'],
    ["integer[]", "[1,2]", "{1,2}"],
    ["integer[]", "{1,2}", "{1,2}"],
    ["integer[]", "[0:1]={1,2}", "[0:1]={1,2}"],
    ["integer[]", "[[1,2],[3,4]]", "{{1,2},{3,4}}"],
    ["text[]", '["a,b","c\\"d",null]', '{"a,b","c\\"d",NULL}'],
    ["jsonb[]", '[{"a":1},[2]]', '{"{\\"a\\": 1}",[2]}'],
    ["text", "[1,2]", "[1,2]"],
    ["int4range", "[1,2]", "[1,3)"],
    ["memo_plain", "[1,2]", "[1,2]"],
  ] as const)("text of a list for %s: %s", async ([type, given, expected]) => {
    if (type === "memo_plain") await shop.admin("CREATE DOMAIN memo_plain AS json");
    const { output, text } = await call("query", { sql: `SELECT $1::${type}`, params: [given] });
    expect(output.rows, text).toEqual([[expected]]);
  });
});

describe("a role's own way of writing values", () => {
  test("datestyle 'SQL, DMY', bytea_output = escape and others: ISO whatever the role says", async () => {
    await shop.admin(`CREATE ROLE stylish LOGIN; ALTER ROLE stylish SET datestyle = 'SQL, DMY';
      ALTER ROLE stylish SET bytea_output = 'escape'; ALTER ROLE stylish SET extra_float_digits = 0;
      ALTER ROLE stylish SET intervalstyle = 'sql_standard'`);
    const url = new URL(shop.url);
    url.username = "stylish";
    const theirs = await connect(server, { config: { databases: [url.href] } });
    const sql = `SELECT '2024-02-01'::date AS day, '\\x00ff41'::bytea AS bytes, 0.1::float8 + 0.2 AS sum,
      '1 day 2 hours'::interval AS span, '03/02/2024'::date AS read`;
    const { structuredContent } = await theirs.callTool("query", { sql });
    await theirs.close();
    expect(Object(structuredContent).rows).toEqual([
      ["2024-02-01", "[3 bytes]", 0.1 + 0.2, "1 day 02:00:00", "2024-02-03"],
    ]);
  });
});

test("no plan is compiled, which hears no cancelling and takes longer than what is asked", async () => {
  await shop.admin("ALTER DATABASE postgres SET jit = on");
  const theirs = await connect(server, { config: { databases: [shop.url] } });
  for (const sql of ["SHOW jit", "SELECT current_setting('jit')"]) {
    // The second time the statement goes along with what begins its transaction.
    for (const _ of ["first", "again"]) {
      const { structuredContent, text } = await theirs.callTool("query", { sql });
      expect(Object(structuredContent).rows, text).toEqual([["off"]]);
    }
  }
  await theirs.close();
});

describe("statements of newer versions", () => {
  test("MERGE ... RETURNING merge_action() runs (17 and later)", async ({ skip }) => {
    const [version] = await shop.admin<{ number: number }>(
      "SELECT current_setting('server_version_num')::int AS number",
    );
    if (Number(version?.number) < 170_000) {
      const what = "NOT RUN: MERGE ... RETURNING. This PostgreSQL is older than 17.";
      process.stderr.write(`${what}\n`);
      return skip(what);
    }
    const sql = `MERGE INTO victim v USING (VALUES (1, 'x'), (50, 'y')) s(id, secret) ON v.id = s.id
      WHEN MATCHED THEN UPDATE SET secret = s.secret
      WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.secret) RETURNING merge_action(), v.id`;
    const { output, text } = await call("execute_sql", { sql, dry_run: true, confirm: true });
    expect(output.rows, text).toEqual([
      ["UPDATE", 1],
      ["INSERT", 50],
    ]);
  });
});
