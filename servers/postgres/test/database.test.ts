import { setTimeout as sleep } from "node:timers/promises";
import { createRoom } from "@fairlead/guard";
import { toSurface } from "@fairlead/runtime";
import { Endpoint, serveHttp } from "@fairlead/runtime/serve";
import { createHop, type Hop } from "@fairlead/testing";
import { Client } from "pg";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
} from "vitest";
import type { Database, Limits } from "../src/connect/database.ts";
import { type Databases, openDatabases } from "../src/databases.ts";
import { PostgresError } from "../src/errors.ts";
import { server } from "../src/index.ts";
import { runQuery } from "../src/query/query.ts";
import { createShop, type Shop } from "./support/shop.ts";

const limits: Limits = {
  poolSize: 2,
  timeoutMs: 20_000,
  maxRows: 1_000,
  requireLeastPrivilege: false,
};
const { signal } = new AbortController();
// A statement that takes long without a function that is refused.
const slow = "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b";

let shop: Shop;
let databases: Databases;
let database: Database;
let hop: Hop;
let warned: string[];

beforeAll(async () => {
  shop = await createShop();
});
afterAll(() => shop.close());

beforeEach(async () => {
  hop = await createHop(Number(new URL(shop.url).port));
  warned = [];
  const url = `shop=postgres://postgres@127.0.0.1:${hop.port}/postgres`;
  databases = open([url]);
  database = databases.get();
});
afterEach(async () => {
  await databases.close();
  await hop.close();
  await expectNothingOpen();
});

function open(urls: readonly string[], more: Partial<Limits> = {}): Databases {
  const options = { ...limits, ...more, databases: urls, demo: false };
  return openDatabases(
    { ...options, allowInsecureTls: false },
    { warn: (message) => warned.push(message) },
  );
}

function query(sql: string, more: Partial<Parameters<typeof runQuery>[1]> = {}) {
  const all = {
    sql,
    params: [],
    maxRows: 100,
    from: undefined,
    room: createRoom(50_000),
    signal,
    ...more,
  };
  return runQuery(database, all);
}

/** Backends of ours that do something, by the server's own word. */
function working() {
  return shop.admin<{ pid: number; query: string; state: string }>(
    `SELECT pid, query, state FROM pg_stat_activity
     WHERE application_name = 'fairlead-server-postgres' AND state <> 'idle'`,
  );
}

/** How often the catalog was asked about the names of a statement. */
async function lookups(): Promise<number> {
  const [row] = await shop.admin<{ calls: number }>(
    "SELECT sum(calls)::int AS calls FROM pg_stat_statements WHERE query LIKE '%WITH RECURSIVE called%'",
  );
  return row?.calls ?? 0;
}

async function expectNothingOpen(): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if ((await working()).length === 0) return;
    await sleep(20);
  }
  expect(await working()).toEqual([]);
}

async function untilWorking(): Promise<number> {
  for (let tries = 0; tries < 500; tries += 1) {
    const found = (await working()).find(({ state, query: text }) => {
      return state === "active" && text.includes("generate_series");
    });
    if (found !== undefined) return found.pid;
    await sleep(10);
  }
  return expect.unreachable("the statement never ran");
}

describe("each layer alone, past the others", () => {
  // Taken once, because it takes most of the time: nothing here may change anything.
  let before: string;
  beforeAll(async () => {
    before = await shop.checksum();
  });

  test("two: the extended protocol takes no second statement", async () => {
    const sql = "COMMIT; INSERT INTO victim VALUES (3, 'x')";
    await expect(database.read({ signal }, (session) => session.run(sql))).rejects.toMatchObject({
      code: "42601",
    });
    const streamed = database.read({ signal }, (session) =>
      session.stream(sql, [], { batch: 1, take: () => false }),
    );
    await expect(streamed).rejects.toMatchObject({ code: "42601" });
  });

  test.for([
    "INSERT INTO victim VALUES (3, 'x')",
    "SELECT write_row()",
    "SELECT nextval('numbers')",
    "DO $$ BEGIN INSERT INTO victim VALUES (3, 'x'); END $$",
  ])("three: the transaction is read-only: %s", async (sql) => {
    await expect(database.read({ signal }, (session) => session.run(sql))).rejects.toMatchObject({
      code: "25006",
    });
    expect(await shop.checksum()).toBe(before);
  });

  test("three: whatever is set in it is rolled back with it", async () => {
    await database.read({ signal }, async (session) => {
      await session.run("SET LOCAL work_mem = '1GB'");
      // Until 16 a large object may be made in a read-only transaction.
      await session.run("SELECT lo_create(0)").catch(() => undefined);
    });
    const { rows } = await query("SHOW work_mem");
    expect(rows).toEqual([["4MB"]]);
    expect(await shop.checksum()).toBe(before);
  });

  test.for([
    [
      "SELECT pg_advisory_lock(77)",
      "SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory'",
      0,
    ],
    ["PREPARE mine AS SELECT 1", "SELECT count(*)::int FROM pg_prepared_statements", 0],
    ["LISTEN mine", "SELECT count(*)::int FROM pg_listening_channels()", 0],
  ] as const)("four: a connection is clean for the next call: %s", async ([sql, look, left]) => {
    databases = open([shop.url], { poolSize: 1 });
    database = databases.get();
    // `bare` keeps what a lone COMMIT would have kept.
    await database.bare({ signal }, (session) => session.run(sql));
    const { rows } = await database.read({ signal }, (session) => session.run(look));
    expect(Number(rows[0]?.[0])).toBe(left);
  });

  test("backslashes mean to the server what they mean to the parser", async () => {
    const url = new URL(shop.url);
    url.searchParams.set("options", "-c standard_conforming_strings=off");
    databases = open([url.href]);
    database = databases.get();
    // With the setting off the quote after the backslash would not end the text.
    const { rows } = await query("SELECT 'a\\', ', 5 --'");
    expect(rows).toEqual([["a\\", ", 5 --"]]);
  });
});

describe("a cancelled call", () => {
  test("cancels its statement in the database", async () => {
    const controller = new AbortController();
    const call = query(slow, { signal: controller.signal });
    const pid = await untilWorking();
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: "57014" });
    // The call ends with the request to cancel; the backend follows when it next looks.
    await expect
      .poll(async () => (await working()).filter((backend) => backend.pid === pid), {
        timeout: 20_000,
      })
      .toEqual([]);
  });

  test("does so where every connection of the pool is in use", async () => {
    const controller = new AbortController();
    const calls = [1, 2].map(() => query(slow, { signal: controller.signal }));
    await untilWorking();
    controller.abort();
    for (const result of await Promise.allSettled(calls)) {
      expect(result).toMatchObject({ status: "rejected", reason: { code: "57014" } });
    }
    expect((await query("SELECT 1")).rows).toEqual([[1]]);
  });

  test("lets the calls next to it live", async () => {
    const controller = new AbortController();
    const cancelled = query(slow, { signal: controller.signal });
    await untilWorking();
    const beside = query("SELECT count(*)::int FROM generate_series(1, 3000000)");
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ code: "57014" });
    expect((await beside).rows).toEqual([[3_000_000]]);
  });

  test("that was cancelled before it began does nothing", async () => {
    await expect(query("SELECT 1", { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "57014",
    });
  });
});

describe("/readyz", () => {
  async function serve(url: string) {
    const config = server.config.parse({ databases: [url], poolSize: 1 });
    const endpoint = new Endpoint({
      surface: toSurface(server),
      load: async () => ({ server, config }),
      sink: () => undefined,
    });
    const service = await serveHttp({
      ...{ host: "127.0.0.1", port: 0, maxCalls: 8 },
      endpoints: new Map([["/mcp", endpoint]]),
      readiness: { timeoutMs: 700, keepMs: 0 },
    });
    onTestFinished(async () => {
      await service.close(0);
      await endpoint.close();
    });
    const ask = async (path: string) => {
      const response = await fetch(`${service.url}${path}`);
      return `${response.status} ${(await response.text()).trim()}`;
    };
    return { service, ready: () => ask("/readyz"), live: () => ask("/livez") };
  }
  const ours = () => `shop=postgres://postgres@127.0.0.1:${hop.port}/postgres`;

  test("says no while the database is paused, and yes when it goes on", async () => {
    const { ready, live } = await serve(ours());
    await expect.poll(ready, { timeout: 20_000 }).toBe("200 ready");
    hop.freeze();
    expect(await ready()).toBe("503 timeout");
    expect(await live()).toBe("200 ok");
    hop.thaw();
    await expect.poll(ready, { timeout: 20_000 }).toBe("200 ready");
    hop.cut();
    await expect.poll(ready, { timeout: 20_000 }).toBe("200 ready");
  });

  test("says no where nobody listens, and nothing of where that is", async () => {
    const { ready } = await serve("gone=postgres://postgres:a-password@127.0.0.1:1/postgres");
    expect(await ready()).toBe("503 backend");
  });

  test("says yes while all connections for calls are in use", async () => {
    databases = open([ours()], { poolSize: 1 });
    database = databases.get();
    const controller = new AbortController();
    const call = query(slow, { signal: controller.signal }).catch((error: Error) => error.message);
    await untilWorking();
    await databases.ping(signal);
    controller.abort();
    expect(await call).toContain("cancelled");
  });

  test("one database of several is enough", async () => {
    databases = open(["gone=postgres://postgres@127.0.0.1:1/postgres", ours()]);
    await databases.ping(signal);
    await databases.close();
    databases = open(["gone=postgres://postgres@127.0.0.1:1/postgres"]);
    await expect(databases.ping(signal)).rejects.toThrow(PostgresError);
  });
});

describe("a query whose names are known goes out with its transaction's beginning", () => {
  const quick = slow.replaceAll("100000", "2");

  test("and is still judged anew once somebody has made such a name", async () => {
    const sql = "SELECT upper('a'), 5::integer";
    for (const _ of [1, 2]) expect((await query(sql)).rows).toEqual([["A", 5]]);
    await shop.admin(
      "CREATE FUNCTION upper(integer) RETURNS integer LANGUAGE sql VOLATILE AS 'SELECT 1'",
    );
    for (const _ of [1, 2]) await expect(query(sql)).rejects.toThrow(/upper is volatile/);
    await shop.admin("ALTER FUNCTION upper(integer) STABLE");
    expect((await query(sql)).rows).toEqual([["A", 5]]);
    await shop.admin("DROP FUNCTION upper(integer)");
    for (const _ of [1, 2]) expect((await query(sql)).rows).toEqual([["A", 5]]);
  });

  test("runs one with names of somebody's own without asking again until something changes", async () => {
    const sql = "SELECT mine(1)";
    const other = new Client({ connectionString: shop.url });
    await other.connect();
    await other.query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
    await other.query(
      "CREATE FUNCTION mine(integer) RETURNS integer LANGUAGE sql STABLE AS 'SELECT 7'",
    );
    try {
      for (const _ of [1, 2, 3]) expect((await query(sql)).rows).toEqual([[7]]);
      const before = await lookups();
      for (const _ of [1, 2, 3]) expect((await query(sql)).rows).toEqual([[7]]);
      expect(await lookups()).toBe(before);
      await other.query("BEGIN; ALTER FUNCTION mine(integer) VOLATILE");
      // One that began later and is over: the last transaction is the same before and after the COMMIT.
      await shop.admin("SELECT txid_current()");
      for (const _ of [1, 2, 3]) expect((await query(sql)).rows).toEqual([[7]]);
      await other.query("COMMIT");
      for (const _ of [1, 2, 3]) await expect(query(sql)).rejects.toThrow(/mine is volatile/);
      await other.query("ALTER FUNCTION mine(integer) STABLE");
      for (const _ of [1, 2, 3]) expect((await query(sql)).rows).toEqual([[7]]);
      expect(await lookups()).toBeGreaterThan(before);
    } finally {
      await other.query("ROLLBACK; DROP FUNCTION mine(integer)");
      await other.end();
    }
  });

  test("is read-only and rolled back, with its time limit and its own errors", async () => {
    const zero = "SELECT 1 / (g - 1) FROM generate_series(1, 3) g";
    for (const _ of [1, 2]) await expect(query(zero)).rejects.toMatchObject({ code: "22012" });
    for (const _ of [1, 2]) {
      const { rows } = await query("SHOW transaction_read_only");
      expect(rows).toEqual([["on"]]);
    }
    await query(quick);
    await expect(query(slow, { timeoutMs: 200 })).rejects.toMatchObject({ code: "57014" });
  });

  test("goes on page by page and batch by batch", async () => {
    const sql = "SELECT g FROM generate_series(1, 1000) g ORDER BY g";
    for (const _ of [1, 2]) {
      const { rows } = await query(sql, { maxRows: 1_000 });
      expect(rows).toEqual(Array.from({ length: 1_000 }, (_each, index) => [index + 1]));
    }
  });

  test("is cancelled like any other", async () => {
    await query(quick);
    const controller = new AbortController();
    const call = query(slow, { signal: controller.signal });
    const pid = await untilWorking();
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: "57014" });
    const isWorking = async () => (await working()).some((backend) => backend.pid === pid);
    await expect.poll(isWorking, { timeout: 20_000 }).toBe(false);
    expect((await query("SELECT 1")).rows).toEqual([[1]]);
  });
});

test("a JSON value for a json parameter: a list is JSON there and an array elsewhere", async () => {
  const sql = "SELECT $1::jsonb, $2::int[], $3::json, $4::jsonb[]";
  const { rows } = await query(sql, { params: [[1, 2], [1, 2], { a: [1] }, [{ a: 1 }, [2]]] });
  expect(rows).toEqual([["[1, 2]", "{1,2}", '{"a":[1]}', '{"{\\"a\\": 1}",[2]}']]);
});

test("parameters of a URL that change nothing are told once, when the server starts", async () => {
  databases = open([`${shop.url}?pgbouncer=true&schema=aside&connect_timeout=30`]);
  database = databases.get();
  expect(warned).toEqual([expect.stringContaining("pgbouncer, which this server ignores")]);
  expect((await query("SHOW search_path")).rows).toEqual([['"aside"']]);
});

test("a statement that takes longer than it may ends, with advice", async () => {
  await expect(query(slow, { timeoutMs: 200 })).rejects.toMatchObject({
    code: "57014",
    hint: expect.stringContaining("timeout_ms"),
  });
});

test("a backend killed in the middle of a statement: the call says so, the next one works", async () => {
  const call = query(slow);
  const failed = expect(call).rejects.toMatchObject({ hint: expect.stringContaining("again") });
  const pid = await untilWorking();
  await shop.admin("SELECT pg_terminate_backend($1)", [pid]);
  await failed;
  expect((await query("SELECT 1")).rows).toEqual([[1]]);
});

test("idle connections killed between calls are replaced", async () => {
  await query("SELECT 1");
  await expectNothingOpen();
  await shop.admin(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'fairlead-server-postgres'`,
  );
  const results = await Promise.allSettled([query("SELECT 1"), query("SELECT 1")]);
  // One may still have been handed the dead connection; then it says that trying again helps.
  for (const result of results) {
    if (result.status === "rejected") expect(result.reason.hint).toContain("again");
  }
  expect((await query("SELECT 1")).rows).toEqual([[1]]);
});

test("the network drops in the middle of a statement: the call says so, the next one works", async () => {
  const call = query(slow);
  const failed = expect(call).rejects.toMatchObject({ code: "08006" });
  const pid = await untilWorking();
  hop.cut();
  await failed;
  expect((await query("SELECT 1")).rows).toEqual([[1]]);
  await shop.admin("SELECT pg_terminate_backend($1)", [pid]);
});

test("the network swallows everything: the call ends all the same, the next one works", async () => {
  const controller = new AbortController();
  const call = query(slow, { signal: controller.signal });
  const failed = expect(call).rejects.toMatchObject({ hint: expect.any(String) });
  const pid = await untilWorking();
  hop.freeze();
  controller.abort();
  await failed;
  hop.thaw();
  expect((await query("SELECT 1")).rows).toEqual([[1]]);
  await shop.admin("SELECT pg_terminate_backend($1)", [pid]);
});

test("more calls than connections wait their turn", async () => {
  const calls = Array.from({ length: 30 }, (_, n) => query(`SELECT ${n}`));
  const rows = (await Promise.all(calls)).map((page) => page.rows[0]?.[0]);
  expect(rows).toEqual(Array.from({ length: 30 }, (_, n) => n));
});

test("a pool without connections left says so, and is used again when it has some", async () => {
  databases = open([`${shop.url}?connect_timeout=3`]);
  database = databases.get();
  const controller = new AbortController();
  const calls = [1, 2].map(() => query(slow, { signal: controller.signal }));
  await untilWorking();
  await expect(query("SELECT 1")).rejects.toMatchObject({
    code: "53300",
    hint: expect.stringContaining("--pool-size"),
  });
  controller.abort();
  await Promise.allSettled(calls);
  expect((await query("SELECT 1")).rows).toEqual([[1]]);
});

test("a server whose every connection is taken is said to be full, and used again", async () => {
  await shop.admin("CREATE ROLE crowd LOGIN");
  const url = new URL(shop.url);
  url.username = "crowd";
  const crowd: Client[] = [];
  for (let full = false; !full; ) {
    const client = new Client({ connectionString: url.href });
    client.on("error", () => undefined);
    full = await client.connect().then(
      () => crowd.push(client) > 500,
      () => true,
    );
  }
  databases = open([url.href]);
  database = databases.get();
  await expect(query("SELECT 1")).rejects.toMatchObject({ code: "53300" });
  await Promise.all(crowd.map((client) => client.end()));
  await expect
    .poll(() =>
      query("SELECT 1").then(
        ({ rows }) => rows,
        () => [],
      ),
    )
    .toEqual([[1]]);
});

test("a role without connections left is said to be so, and used again when it has some", async () => {
  await shop.admin("CREATE ROLE narrow LOGIN CONNECTION LIMIT 0");
  const url = new URL(shop.url);
  url.username = "narrow";
  databases = open([url.href]);
  database = databases.get();
  await expect(query("SELECT 1")).rejects.toMatchObject({
    code: "53300",
    hint: expect.stringContaining("later"),
  });
  await shop.admin("ALTER ROLE narrow CONNECTION LIMIT 5");
  expect((await query("SELECT 1")).rows).toEqual([[1]]);
});

describe("the role", () => {
  test("is warned of once, at the first connection, where it is mighty", async () => {
    expect(warned).toEqual([]);
    await Promise.all([query("SELECT 1"), query("SELECT 2"), query("SELECT 3")]);
    expect(warned).toEqual([expect.stringMatching(/"postgres" of database "shop" is a superuser/)]);
    expect(warned.join()).toContain("CREATE ROLE");
  });

  test("is refused with --require-least-privilege where it is mighty, every time", async () => {
    databases = open([shop.url], { requireLeastPrivilege: true });
    database = databases.get();
    for (const _ of [1, 2]) {
      await expect(query("SELECT 1")).rejects.toMatchObject({
        message: expect.stringContaining("superuser"),
        hint: expect.stringContaining("CREATE ROLE"),
      });
    }
    expect(warned).toEqual([]);
  });

  test.for([
    ["files", "GRANT pg_read_server_files TO files", "pg_read_server_files"],
    ["programs", "GRANT pg_execute_server_program TO programs", "pg_execute_server_program"],
    ["bypasser", "ALTER ROLE bypasser BYPASSRLS", "BYPASSRLS"],
  ] as const)("is refused too as %s", async ([name, grant, word]) => {
    await shop.admin(`CREATE ROLE ${name} LOGIN`);
    await shop.admin(grant);
    const url = new URL(shop.url);
    url.username = name;
    databases = open([url.href], { requireLeastPrivilege: true });
    database = databases.get();
    await expect(query("SELECT 1")).rejects.toMatchObject({
      message: expect.stringContaining(word),
    });
  });

  test("is let in where it has no special powers", async () => {
    await shop.admin("CREATE ROLE humble LOGIN");
    const url = new URL(shop.url);
    url.username = "humble";
    databases = open([url.href], { requireLeastPrivilege: true });
    database = databases.get();
    expect(await query("SELECT 1")).toMatchObject({ rows: [[1]] });
    expect(warned).toEqual([]);
    await expect(query("SELECT * FROM customers")).rejects.toMatchObject({ code: "42501" });
  });
});

describe("rows", () => {
  test("are read no further than the page goes", async () => {
    const endless = "SELECT generate_series(1, 1000000000)";
    const { rows, next } = await query(endless, { maxRows: 3 });
    expect(rows).toEqual([[1], [2], [3]]);
    expect(next).toMatchObject({ skip: 3 });
  });

  test("of a page far in are reached past all those before", async () => {
    const sql = "SELECT g FROM generate_series(1, 100000) g ORDER BY g";
    const { next } = await query(sql, { maxRows: 1 });
    const from = next && { ...next, skip: 99_998 };
    const last = await query(sql, { maxRows: 5, from });
    expect(last).toMatchObject({ rows: [[99_999], [100_000]], next: undefined });
  });

  test("take lists and objects as parameters too", async () => {
    const odd = ['a"b', "c\\d", "e,{f}", "NULL", null];
    const params = [
      odd,
      { k: "v" },
      [
        [1, 2],
        [3, 4],
      ],
      true,
      1.5,
      null,
    ];
    const sql = `SELECT array_to_json($1::text[]), $2::jsonb->>'k', ($3::int[])[2][1], $4::bool,
      $5::numeric, $6::int`;
    const { rows } = await query(sql, { params });
    expect(rows).toEqual([[JSON.stringify(odd), "v", 3, true, "1.5", null]]);
  });

  test("stop where the answer is full, and go on from there", async () => {
    const sql = "SELECT g, repeat('x', 400) FROM generate_series(1, 1000) g ORDER BY g";
    const first = await query(sql, { maxRows: 1_000, room: createRoom(10_000) });
    expect(first.rows.length).toBeLessThan(30);
    const second = await query(sql, { maxRows: 1_000, room: createRoom(10_000), from: first.next });
    expect(second.rows[0]?.[0]).toBe(first.rows.length + 1);
    expect(second.notes).toEqual([]);
  });

  test("of which one is huge cost the connection and not the process", async () => {
    await expect(query("SELECT repeat('x', 200000000)")).rejects.toMatchObject({
      message: expect.stringContaining("64 MB"),
    });
    expect((await query("SELECT 1")).rows).toEqual([[1]]);
  });

  test("keep what a double would lose, duplicate names and nulls", async () => {
    const sql = `SELECT 9007199254740993::bigint AS a, 1.10::numeric AS a, 'NaN'::float8 AS c,
      true AS d, NULL AS e, '\\x0102'::bytea AS f, '{"k": 1}'::jsonb AS g, '{1,2}'::int[] AS h`;
    const { columns, rows } = await query(sql);
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "a bigint",
      "a numeric",
      "c double precision",
      "d boolean",
      "e text",
      "f bytea",
      "g jsonb",
      "h integer[]",
    ]);
    const bytes = "[2 bytes]";
    expect(rows).toEqual([
      ["9007199254740993", "1.10", "NaN", true, null, bytes, '{"k": 1}', "{1,2}"],
    ]);
  });

  test("of a page that belongs to another statement are refused", async () => {
    const { next } = await query("SELECT g FROM generate_series(1, 9) g", { maxRows: 1 });
    await expect(query("SELECT 2", { from: next })).rejects.toThrow(/another statement/);
  });

  test("take parameters, which are values and never SQL", async () => {
    const sql = "SELECT count(*)::int FROM victim WHERE secret = $1 AND id = ANY ($2)";
    const { rows } = await query(sql, { params: ["untouched' OR true --", [1, 2]] });
    expect(rows).toEqual([[0]]);
    expect((await query(sql, { params: ["untouched", [1, 2]] })).rows).toEqual([[2]]);
  });
});
