// A real PostgreSQL that is paused, killed, cut off and slow, under steady calls of official clients.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Connection,
  connectTo,
  createHop,
  createPostgresContainer,
  FaultLoad,
  freePort,
  type Hop,
  type HttpProcess,
  run,
  type Session,
  serveHttp,
  sessionClients,
  toAnswer,
  toFaultTable,
  type Work,
} from "@fairlead/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const fairlead = fileURLToPath(new URL("../../../cli/dist/main.js", import.meta.url));
const heard = "postgres://shop/public/kept/sample";
const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
const postgres = await createPostgresContainer();
const folder = mkdtempSync(join(tmpdir(), "fairlead-faults-"));
const auditFile = join(folder, "audit.jsonl");
const policyFile = join(folder, "policy.json");
const limits = [
  { per: ["principal"], rate: { perSecond: 10_000, burst: 10_000 }, concurrency: 50 },
];
writeFileSync(policyFile, JSON.stringify({ rules: [{ match: {}, limits }] }));

/** What docs/faults.md promises: of a database that is silent, and of one that is gone. */
const silent = /does not answer|was lost|connections of this server are in use/;
const gone = /cannot be reached|was lost|57P0/;

let hop: Hop;
let server: HttpProcess;
let metrics = "";
let load: FaultLoad;
let legacy: Connection;
let modern: Session;
/** Numbers of rows by what was said of them. */
const written: number[] = [];
const undone: number[] = [];
let sent = 0;

async function admin<R>(sql: string): Promise<readonly R[]> {
  const client = new Client({ connectionString: postgres?.url() });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function probe(path: string): Promise<number> {
  return (await fetch(new URL(path, server.url))).status;
}

let stop = async (): Promise<unknown> => undefined;
/** Some faults end a subscription, as they should. */
async function listenAgain(): Promise<void> {
  await stop().catch(() => undefined);
  stop = await modern.listen(heard);
}

function toWorks(call: Session["call"]): readonly Work[] {
  const query = (kind: string, sql: string, database: string): Work => ({
    kind,
    right: /n/,
    call: async () => toAnswer(await call("query", { sql, database })),
  });
  return [
    query("query", "SELECT count(*) AS n FROM kept", "shop"),
    query("long query", "SELECT count(*) AS n FROM generate_series(1, 100000)", "shop"),
    query("query, other way", "SELECT count(*) AS n FROM kept", "direct"),
    {
      kind: "INSERT",
      right: /INSERT: 1 rows/,
      async call() {
        sent += 1;
        const n = sent;
        const sql = `INSERT INTO kept (n) VALUES (${n})`;
        const answer = toAnswer(await call("execute_sql", { sql, database: "shop" }));
        if (!answer.isError) written.push(n);
        else if (answer.text.includes("Nothing was changed.")) undone.push(n);
        return answer;
      },
    },
  ];
}

beforeAll(async () => {
  if (postgres === undefined) return;
  hop = await createHop(Number(new URL(postgres.url()).port));
  await admin("CREATE TABLE kept (n integer)");
  // Its COMMIT takes a second.
  await admin(`CREATE TABLE checked (n integer);
    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER late AFTER INSERT ON checked DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION dawdle()`);
  const port = await freePort();
  metrics = `http://127.0.0.1:${port}/metrics`;
  const url = new URL(postgres.url());
  url.port = String(hop.port);
  server = await serveHttp(bin, [
    ...[`shop=${url}`, `direct=${postgres.url()}`, "--allow-write", "--timeout-ms", "1500"],
    ...["--audit-file", auditFile, "--policy-file", policyFile, "--metrics", String(port)],
  ]);
  modern = await connectTo(server.url);
  legacy = sessionClients.v1(server.url);
  await legacy.connect();
  const lists: Work = {
    kind: "list of tools",
    right: /query/,
    call: async () => ({ text: JSON.stringify(await modern.listTools()), isError: false }),
  };
  load = new FaultLoad([
    ...toWorks((name, args) => modern.call(name, args)),
    ...toWorks((name, args = {}) => legacy.call(name, args)),
    lists,
  ]);
});
afterAll(async () => {
  await load?.close();
  process.stderr.write(`Faults of PostgreSQL:\n${toFaultTable(load?.tallies ?? [])}`);
  await modern?.close();
  await legacy?.close();
  await server?.close();
  await hop?.close();
  await postgres?.close();
  rmSync(folder, { recursive: true });
});

describe.skipIf(postgres === undefined)("PostgreSQL", () => {
  /** Besides the reason, whether the change was made. */
  const doubt = ({ source }: RegExp) =>
    new RegExp(`(?:${source})[^]*(?:Nothing was changed\\.|It is not known)|in use`);
  const viaHop = (said: RegExp) => ({ query: said, "long query": said, INSERT: doubt(said) });
  const all = (said: RegExp) => ({ ...viaHop(said), "query, other way": said });

  test.for([
    {
      name: "PostgreSQL is paused",
      begin: () => postgres?.pause(),
      end: () => postgres?.resume(),
      hits: all(silent),
      ready: 503,
    },
    {
      name: "PostgreSQL is killed and restarted",
      begin: () => postgres?.kill(),
      end: () => postgres?.start(),
      hits: all(gone),
      ready: 503,
    },
    {
      name: "PostgreSQL is cut off (connections reset)",
      begin: () => hop.sever(),
      end: () => hop.mend(),
      hits: viaHop(gone),
      ready: 200,
    },
    {
      name: "PostgreSQL is cut off (packets lost)",
      begin: () => hop.freeze(),
      async end() {
        // A listener is not left deaf: its subscription ends, and it may listen again.
        await expect.poll(() => server.stderr()).toMatch(/watching postgres:.*was (lost|closed)/);
        hop.cut();
        hop.thaw();
      },
      hits: viaHop(silent),
      ready: 200,
    },
    {
      name: "PostgreSQL is slow (300 ms each way)",
      begin: () => hop.slow(300),
      end: () => hop.slow(0),
      hits: {},
      ready: 200,
    },
  ])("$name: clear answers, and back without a restart", async ({ ready, ...plan }) => {
    const begin = async () => {
      await plan.begin();
      await expect.poll(() => probe("/readyz")).toBe(ready);
    };
    await listenAgain();
    const tallies = await load.meet({ ...plan, begin });
    for (const { kind, unclear, hung, clear } of tallies) {
      expect([unclear, hung, clear > 0], kind).toEqual([0, 0, kind in plan.hits]);
    }
    await expect.poll(() => probe("/readyz")).toBe(200);
    expect(await probe("/livez")).toBe(200);
  });

  test("a change is there once or not at all, as the answers said", async () => {
    await load.close();
    const rows = await admin<{ n: number; times: number }>(
      "SELECT n, count(*)::int AS times FROM kept GROUP BY n",
    );
    const times = new Map(rows.map(({ n, times }) => [n, times]));
    expect(written.length).toBeGreaterThan(10);
    expect(undone.length).toBeGreaterThan(10);
    expect(written.filter((n) => times.get(n) !== 1)).toEqual([]);
    expect(undone.filter((n) => times.has(n))).toEqual([]);
    expect(rows.filter(({ times }) => times > 1)).toEqual([]);
  });

  test.for([
    ["cut", () => hop.cut(), /was lost\./],
    ["silenced", () => hop.freeze(), /was lost\./],
  ] as const)("a change whose COMMIT is %s is told to be in doubt", async ([, interrupt, lost]) => {
    const committing = "SELECT 1 FROM pg_stat_activity WHERE query = 'COMMIT' AND state = 'active'";
    await expect.poll(() => admin(committing)).toHaveLength(0);
    const call = modern.call("execute_sql", { sql: "INSERT INTO checked VALUES (1)" });
    await expect.poll(() => admin(committing)).toHaveLength(1);
    interrupt();
    const { text, isError } = toAnswer(await call);
    hop.cut();
    hop.thaw();
    expect(isError).toBe(true);
    expect(text).toMatch(lost);
    expect(text).toContain("It is not known whether the change was made: read the data");
  });

  test("a client that listens again hears of changes", async () => {
    await listenAgain();
    await expect
      .poll(async () => {
        await admin(`NOTIFY "public.kept"`);
        return modern.changes.includes(heard);
      })
      .toBe(true);
  });

  test("the audit log is whole, has every call, and the process never ended", async () => {
    const text = await (await fetch(metrics)).text();
    expect(text).toMatch(/tools\/call/);
    expect(server.stderr()).not.toMatch(/unhandled|uncaught/i);
    expect(await server.close()).toBe(0);
    const lines = readFileSync(auditFile, "utf8").trimEnd().split("\n");
    const inserts = lines.filter((line) => /"kind":"intent"/.test(line)).length;
    expect(inserts).toBe(sent + 2);
    const { code, stdout } = await run(fairlead, ["audit", "verify", auditFile]);
    expect({ code, stdout }).toMatchObject({ code: 0 });
  });
});
