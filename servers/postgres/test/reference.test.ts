import { fileURLToPath } from "node:url";
import { type Session, sessions } from "@fairlead/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { honest } from "./support/honest.ts";
import { createShop, type Shop } from "./support/shop.ts";

// The archived server that this one takes the place of, by the same client on the same database.
const reference = fileURLToPath(
  import.meta.resolve("@modelcontextprotocol/server-postgres/dist/index.js"),
);
const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));

let shop: Shop;
let theirs: Session;
let ours: Session;

beforeAll(async () => {
  shop = await createShop();
  await shop.admin("CREATE TABLE doomed (a integer)");
  const open = sessions["client v1 over stdio"]?.open;
  if (open === undefined) return expect.unreachable();
  theirs = await open({ bin: reference, args: [shop.url] });
  ours = await open({ bin, args: [shop.url] });
});
afterAll(async () => {
  await theirs.close();
  await ours.close();
  await shop.close();
});

type Row = Readonly<Record<string, unknown>>;

async function askThem(sql: string): Promise<readonly Row[]> {
  const { content, isError } = Object(await theirs.call("query", { sql }));
  expect(isError, sql).toBe(false);
  return JSON.parse(content[0].text);
}

async function askUs(sql: string) {
  const answer = Object(await ours.call("query", { sql, max_rows: 1_000 }));
  expect(answer.isError ?? false, JSON.stringify(answer)).toBe(false);
  const { columns, rows } = answer.structuredContent;
  const names: string[] = columns.map(({ name }: { name: string }) => name);
  const types: string[] = columns.map(({ type }: { type: string }) => type);
  // As they have it: by name, of several the last.
  const named: Row[] = rows.map((row: unknown[]) =>
    Object.fromEntries(names.map((name, at) => [name, row[at]])),
  );
  return { types: new Map(names.map((name, at) => [name, types[at]])), rows: named };
}

/** Types both write alike. Others they turn into JavaScript's values, we into PostgreSQL's own text. */
const alike =
  /^(?:smallint|integer|bigint|numeric|text|character varying|boolean|name|uuid|order_status|real|double precision|regclass)$/;

/** What says another thing each time. */
const changing =
  /random|now\(|uuid|clock_|pg_stat|pg_locks|ANALYZE|SHOW ALL|pg_backend_pid|current_|timestamp|BERNOULLI|viewdef|regexp_matches/i;
const comparable = honest.filter((sql) => !changing.test(sql));

describe("query", () => {
  test("is asked enough of both", () => expect(comparable.length).toBeGreaterThan(120));

  test.for(comparable.map((sql) => [sql.slice(0, 120), sql] as const))("%s", async ([, sql]) => {
    const [them, us] = [await askThem(sql), await askUs(sql)];
    expect(us.rows).toHaveLength(them.length);
    const pick = (row: Row) =>
      Object.entries(row).filter(([name]) => alike.test(us.types.get(name) ?? ""));
    expect(us.rows.map(pick)).toEqual(them.map(pick));
    expect(us.rows.map((row) => Object.keys(row))).toEqual(them.map((row) => Object.keys(row)));
  });

  test.for([
    ["SELECT * FROM custommers", 'relation "custommers" does not exist'],
    ["SELECT nme FROM customers", 'column "nme" does not exist'],
    ["SELECT 1 / 0", "division by zero"],
    ["SELECT 'x'::int", 'invalid input syntax for type integer: "x"'],
    ["SELECT foo(1)", "function foo(integer) does not exist"],
    ["SELEC 1", 'syntax error at or near "SELEC"'],
  ] as const)("an error is the same: %s", async ([sql, message]) => {
    // Theirs is an error of the protocol, which many hosts keep from the model; ours it can read.
    await expect(theirs.call("query", { sql })).rejects.toThrow(message);
    expect(await ours.call("query", { sql })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining(message) }],
    });
  });

  // Theirs are JavaScript's values as JSON has them, ours PostgreSQL's own text: what it says is what
  // may be written into the next statement.
  test.for([
    [
      "a date keeps its day",
      "date '2024-01-31'",
      new Date(2024, 0, 31).toISOString(),
      "2024-01-31",
    ],
    ["json", `'{"a": 1}'::jsonb`, { a: 1 }, '{"a": 1}'],
    ["an array", "ARRAY[1, 2]", [1, 2], "{1,2}"],
    [
      "bytes, of which a model reads none",
      "'\\x01'::bytea",
      { type: "Buffer", data: [1] },
      "[1 bytes]",
    ],
    ["an interval", "interval '1 day'", { days: 1 }, "1 day"],
    ["no number", "'NaN'::float8", null, "NaN"],
    ["a long text", "repeat('x', 501)", "x".repeat(501), `${"x".repeat(500)}… [501 characters]`],
  ] as const)("differs in its form: %s", async ([, value, form, text]) => {
    const sql = `SELECT ${value} AS a`;
    expect(await askThem(sql)).toEqual([{ a: form }]);
    expect((await askUs(sql)).rows).toEqual([{ a: text }]);
  });

  test("differs where two columns have one name: they lose the first", async () => {
    const sql = "SELECT 1 AS a, 2 AS a";
    expect(await askThem(sql)).toEqual([{ a: 2 }]);
    expect(await ours.call("query", { sql })).toMatchObject({
      structuredContent: { rows: [[1, 2]] },
    });
  });

  test("differs where there are many rows: they give all at once, we a page", async () => {
    const sql = "SELECT g FROM generate_series(1, 5000) g";
    expect(await askThem(sql)).toHaveLength(5_000);
    expect(await ours.call("query", { sql })).toMatchObject({
      structuredContent: { row_count: 100, truncated: true, next_cursor: expect.any(String) },
    });
  });

  test("differs in what it must not do: they read the server's files", async () => {
    const sql = "SELECT length(pg_read_file('PG_VERSION')) AS n";
    expect(await askThem(sql)).toEqual([{ n: 3 }]);
    expect(await ours.call("query", { sql })).toMatchObject({ isError: true });
  });

  test.for(["COMMIT; INSERT INTO doomed VALUES (1)", "COMMIT; DROP TABLE doomed"])(
    "differs in what it must not do: they run %s",
    async (sql) => {
      const before = await shop.checksum();
      expect(await ours.call("query", { sql })).toMatchObject({ isError: true });
      expect(await shop.checksum()).toBe(before);
      // Several results are none that their answer could hold, but they have run.
      await theirs.call("query", { sql }).catch(() => undefined);
      expect(await shop.checksum()).not.toBe(before);
    },
  );
});

describe("resources", () => {
  interface Column {
    readonly column_name: string;
    readonly data_type: string;
  }

  async function readColumns(session: Session, uri: string): Promise<readonly Column[]> {
    const { contents } = Object(await session.read(uri));
    expect(contents).toMatchObject([{ uri, mimeType: "application/json" }]);
    const columns: Column[] = JSON.parse(contents[0].text);
    return columns.toSorted((a, b) => a.column_name.localeCompare(b.column_name));
  }

  test("are the same tables under the same names, and their addresses stay readable", async () => {
    const all = await ours.listResources();
    const former = await theirs.listResources();
    expect(former.length).toBeGreaterThan(5);
    for (const { name, uri, mimeType } of former) {
      const resource = all.find((each) => each.name === name);
      expect(resource, name).toMatchObject({ mimeType });
      const columns = await readColumns(theirs, String(uri));
      const [here, there] = [String(resource?.["uri"]), String(uri)];
      for (const each of [await readColumns(ours, here), await readColumns(ours, there)]) {
        expect(each.map((column) => column.column_name)).toEqual(
          columns.map((column) => column.column_name),
        );
        expect(each.map(toTheirs)).toEqual(columns);
      }
      // Theirs tell who connects, and to where.
      expect(there).toContain("postgres@127.0.0.1");
      expect(here).toMatch(/^postgres:\/\/postgres\/public\/[a-z_]+\/schema$/);
    }
  });

  /** Ours name a type in full: its length, its own name, what an array is of. */
  function toTheirs({ column_name, data_type }: Column): Column {
    const own = ["order_status", "over_checked", "holder", "coin", "metal"].includes(data_type);
    return { column_name, data_type: own ? "USER-DEFINED" : data_type.replace(/\(.*\)/, "") };
  }
});
