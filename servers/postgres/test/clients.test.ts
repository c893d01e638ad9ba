import { fileURLToPath } from "node:url";
import { createInspector, findSessions, type Session } from "@fairlead/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createShop, type Shop } from "./support/shop.ts";

const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
const sessions = await findSessions("postgres", bin);
const network = "host";

let shop: Shop;
beforeAll(async () => {
  shop = await createShop();
});
afterAll(() => shop.close());

/** A person's question: what is there, how is it joined, what is the answer. */
describe.for(Object.entries(sessions))("the official %s", ([, { open }]) => {
  let session: Session;
  // To start a container takes longer than what is asked of it.
  beforeAll(async () => {
    session = await open({ env: { DATABASE_URL: `shop=${shop.url}` }, network });
  });
  afterAll(() => session.close());

  test("finds tables, reads, pages and explains", async () => {
    expect((await session.listTools()).map(({ name }) => name)).toContain("query");
    expect(await session.call("search_objects", { pattern: "review" })).toMatchObject({
      structuredContent: { objects: expect.arrayContaining([expect.anything()]) },
    });
    const sql = "SELECT country, count(*) AS n FROM customers GROUP BY 1 ORDER BY 1";
    expect(await session.call("query", { sql, max_rows: 2 })).toMatchObject({
      structuredContent: {
        columns: [
          { name: "country", type: "text" },
          { name: "n", type: "bigint" },
        ],
        rows: [
          ["DE", "20"],
          ["ES", "20"],
        ],
        truncated: true,
        next_cursor: expect.any(String),
      },
    });
    expect(await session.call("explain_query", { sql })).toMatchObject({
      content: [{ text: expect.stringContaining("Aggregate") }],
    });
  });

  test("refuses what writes and says why", async () => {
    const sql = "COMMIT; DROP TABLE victim";
    expect(await session.call("query", { sql })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining("one statement") }],
    });
    expect(await shop.admin("SELECT count(*)::int AS n FROM victim")).toEqual([{ n: 2 }]);
  });

  test("a call that is cancelled is cancelled in the database", async () => {
    const patient = await open({ env: { DATABASE_URL: shop.url }, network });
    onTestFinished(() => patient.close());
    const controller = new AbortController();
    const slow = "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000)";
    const call = patient.call("query", { sql: slow }, { signal: controller.signal });
    const gone = call.catch(() => "cancelled");
    const running = () =>
      shop.admin("SELECT 1 FROM pg_stat_activity WHERE query = $1 AND state = 'active'", [slow]);
    while ((await running()).length === 0);
    controller.abort();
    expect(await gone).toBe("cancelled");
    while ((await running()).length > 0);
  });

  test("serves tables as resources, completes names and fills prompts", async () => {
    const uri = "postgres://shop/public/customers/schema";
    expect(await session.read(uri)).toMatchObject({
      contents: [{ uri, text: expect.stringContaining("joined_on") }],
    });
    const template = "postgres://{db}/{schema}/{table}/schema";
    const given = { db: "shop", schema: "public" };
    const ref = { type: "ref/resource", uri: template } as const;
    expect(await session.complete(ref, "table", "cust", given)).toMatchObject({
      completion: { values: ["customers"] },
    });
    expect(await session.prompt("write_query", { question: "Who?" })).toMatchObject({
      messages: [{ role: "user" }, { content: { text: expect.stringContaining("customers") } }],
    });
  });
});

describe("the Inspector", () => {
  const inspector = createInspector();
  afterAll(() => inspector.close());

  test("lists and queries over stdio", async () => {
    const call = ["--method", "tools/call", "--tool-name", "query"];
    const args = ["--tool-args-json", JSON.stringify({ sql: "SELECT 42 AS answer" })];
    const target = [process.execPath, bin, shop.url];
    const { code, stdout, stderr } = await inspector.run([...target, "--quiet", ...call, ...args]);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toContain("42");
  });
});
