import { type ConnectedClient, connect } from "@fairlead/runtime/testing";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { server } from "../src/index.ts";
import { createPooler } from "./support/pooler.ts";
import { createShop, type Shop } from "./support/shop.ts";

let shop: Shop;
let client: ConnectedClient;

const open = (more: object = {}) =>
  connect(server, {
    config: { databases: [shop.url], allowWrite: true, ...more },
    policy: { toolsets: ["all"], confirm: "never" },
  });

/** Holds a lock on a new table, and says who waits for it. */
async function holdTable(name: string) {
  await shop.admin(`CREATE TABLE ${name} (a integer)`);
  const holder = new Client({ connectionString: shop.url });
  await holder.connect();
  await holder.query(`BEGIN; LOCK TABLE ${name}`);
  const sql = `SELECT pid FROM pg_locks WHERE NOT granted AND relation = '${name}'::regclass`;
  return {
    waiter: async () => {
      await expect.poll(() => shop.admin(sql), { timeout: 10_000 }).toHaveLength(1);
      return (await shop.admin(sql))[0]?.["pid"];
    },
    async release() {
      await holder.query("COMMIT");
      await holder.end();
    },
  };
}

beforeAll(async () => {
  shop = await createShop();
});
beforeEach(async () => {
  await shop.admin("DROP SCHEMA IF EXISTS fairlead CASCADE");
  client = await open();
  return () => client.close();
});
afterAll(() => shop.close());

async function apply(name: string, sql: string, more: object = {}, by = client) {
  const { text, isError, structuredContent } = await by.callTool("apply_migration", {
    name,
    sql,
    ...more,
  });
  return { text, isError, output: Object(structuredContent) };
}

test("two servers' first apply_migration: one waits, then says it is applied", async () => {
  const others = await Promise.all([open(), open(), open()]);
  for (let round = 0; round < 5; round += 1) {
    await shop.admin("DROP SCHEMA IF EXISTS fairlead CASCADE");
    const sql = `CREATE TABLE raced_${round} (a integer)`;
    const all = await Promise.all(
      [client, ...others].map((each) => apply(`race ${round}`, sql, {}, each)),
    );
    expect(all.map(({ isError, text }) => isError && text)).toEqual([false, false, false, false]);
    const statuses = all.map(({ output }) => output.status).toSorted();
    expect(statuses).toEqual(["already_applied", "already_applied", "already_applied", "applied"]);
  }
  await Promise.all(others.map((each) => each.close()));
});

test("one waits for another that takes longer than a lock may, and whatever isolation the role likes", async () => {
  await shop.admin(`CREATE ROLE strict LOGIN SUPERUSER;
    ALTER ROLE strict SET default_transaction_isolation = 'serializable'`);
  const url = new URL(shop.url);
  url.username = "strict";
  const strict = await open({ databases: [url.href], timeoutMs: 20_000 });
  // Of this many milliseconds a lock may take half.
  const brief = await open({ timeoutMs: 4_000 });
  await brief.callTool("list_schemas");
  // The first one is held up by a lock of somebody else's on its table.
  const { waiter, release } = await holdTable("busy");
  const sql = "ALTER TABLE busy ADD b integer";
  const first = apply("held", sql, {}, strict);
  await waiter();
  const second = apply("held", sql, {}, brief);
  const waiting = `SELECT FROM pg_stat_activity WHERE query LIKE '%pg_try_advisory_xact_lock%'
    AND pid <> pg_backend_pid() AND clock_timestamp() - xact_start > '2.2 s'`;
  await expect.poll(() => shop.admin(waiting), { timeout: 10_000 }).toHaveLength(1);
  await release();
  const [one, other] = [await first, await second];
  expect([one.text, other.text].join()).not.toContain("55P03");
  expect([one.output.status, other.output.status]).toEqual(["applied", "already_applied"]);
  await Promise.all([strict, brief].map((each) => each.close()));
});

test("behind a pooler that changes connections the lock is that of the transaction", async () => {
  const url = new URL(shop.url);
  const pooler = await createPooler(Number(url.port));
  url.port = String(pooler.port);
  const pooled = await open({ databases: [url.href] });
  const { waiter, release } = await holdTable("pooled");
  const locks = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted";
  const applied = apply("pooled", "ALTER TABLE pooled ADD b integer", {}, pooled);
  const pid = await waiter();
  expect(await shop.admin(locks)).toEqual([{ pid }]);
  await release();
  expect((await applied).output.status).toBe("applied");
  expect(await shop.admin(locks)).toEqual([]);
  await pooled.close();
  await pooler.close();
});

test.for(["CREATE TABLE late (a integer)", "CREATE INDEX CONCURRENTLY late ON customers (name)"])(
  "one that waits for another for too long says so: %s",
  async (sql) => {
    const hurried = await open({ timeoutMs: 1_000 });
    const holder = new Client({ connectionString: shop.url });
    await holder.connect();
    await holder.query("SELECT pg_advisory_lock(32475323)");
    const { text, isError } = await apply("late", sql, {}, hurried);
    await holder.end();
    expect(isError).toBe(true);
    expect(text).toContain("Another migration is being applied");
    expect(text).not.toContain("timeout_ms");
    await hurried.close();
  },
);

test("a migration that takes too long is not told of an argument there is not", async () => {
  const hurried = await open({ timeoutMs: 500 });
  const sql = "SELECT count(*) FROM generate_series(1, 100000000)";
  const { text, isError } = await apply("slow", sql, {}, hurried);
  expect(isError).toBe(true);
  expect(text).toContain("--timeout-ms");
  await hurried.close();
});

test.for([
  ["BEGIN and COMMIT", "BEGIN; CREATE TABLE $T (a integer); COMMIT;", ["CREATE"]],
  ["START TRANSACTION and END", "START TRANSACTION; CREATE TABLE $T (a int); END", ["CREATE"]],
  [
    "two transactions, which become one",
    "BEGIN; CREATE TABLE $T (a integer); COMMIT; BEGIN; INSERT INTO $T VALUES (1); COMMIT",
    ["CREATE", "INSERT"],
  ],
  [
    "a SELECT, SHOW and EXPLAIN",
    "CREATE TABLE $T (a integer); SELECT count(*) FROM $T; SHOW work_mem; EXPLAIN SELECT 1",
    ["CREATE", "SELECT", "SHOW", "EXPLAIN"],
  ],
] as const)("a script with %s runs as one transaction", async ([name, sql, commands]) => {
  const table = `made_${name.replace(/\W/g, "_").toLowerCase()}`;
  const { output, text } = await apply(name, sql.replaceAll("$T", table));
  expect(output.status, text).toBe("applied");
  expect(output.statements.map(({ command }: { command: string }) => command)).toEqual(commands);
  expect(await shop.admin(`SELECT to_regclass('${table}') IS NOT NULL AS made`)).toEqual([
    { made: true },
  ]);
});

test("a script that fails after its COMMIT leaves nothing behind", async () => {
  const sql = "BEGIN; CREATE TABLE half (a integer); COMMIT; INSERT INTO nowhere VALUES (1)";
  expect((await apply("half", sql)).isError).toBe(true);
  expect(await shop.admin("SELECT to_regclass('half') AS t")).toEqual([{ t: null }]);
  const again = await apply("half", "CREATE TABLE half (a integer)");
  expect(again.output.status).toBe("applied");
});

test.for([
  "CREATE TABLE a (b int); ROLLBACK",
  "SAVEPOINT a; CREATE TABLE a (b int)",
  "CREATE TABLE a (b int); PREPARE TRANSACTION 'a'",
  "BEGIN; CREATE TABLE a (b int); COMMIT AND CHAIN",
  "BEGIN; COMMIT",
  "SELECT pg_read_file('/etc/passwd')",
  "EXPLAIN ANALYZE DELETE FROM victim",
])("is refused: %s", async (sql) => {
  const { text, isError } = await apply("refused", sql);
  expect(isError).toBe(true);
  expect(text).toContain("Refused");
});

test("CREATE INDEX CONCURRENTLY is applied by itself, once, and refused together with others", async () => {
  const sql = "CREATE INDEX CONCURRENTLY swift ON customers (name)";
  const mixed = await apply("mixed", `CREATE TABLE beside (a integer); ${sql}`);
  expect(mixed.text).toContain("migration of its own");
  expect((await apply("tried", sql, { dry_run: true })).text).toContain("without dry_run");
  // One that waits must not be what the other waits for.
  const other = await open();
  const both = await Promise.all([apply("swift", sql), apply("swift", sql, {}, other)]);
  await other.close();
  const statuses = both.map(({ output }) => output.status).toSorted();
  expect(statuses).toEqual(["already_applied", "applied"]);
  const valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'swift'::regclass";
  expect(await shop.admin(valid)).toEqual([{ indisvalid: true }]);
  const dropped = await client.callTool("execute_sql", { sql: "DROP INDEX CONCURRENTLY swift" });
  expect(dropped.isError, dropped.text).toBe(false);
});
