import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "@fairlead/runtime/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { server } from "../src/index.ts";
import { createShop, type Shop } from "./support/shop.ts";

let shop: Shop;

// With this file in its directory a server that starts, here after a crash, follows instead of leading.
beforeAll(async () => {
  shop = await createShop();
  const program = "touch standby.signal && kill -9 $PPID";
  await shop.admin(`CHECKPOINT; COPY (SELECT 1) TO PROGRAM '${program}'`).catch(() => undefined);
  const ask = () => shop.admin<{ standby: boolean }>("SELECT pg_is_in_recovery() AS standby");
  for (let tries = 0; tries < 500; tries += 1) {
    const [row] = await ask().catch(() => []);
    if (row?.standby === true) return;
    await sleep(100);
  }
  throw new Error("The server did not become a standby.");
});
afterAll(() => shop.close());

test("a hot standby: health and the first answer say so, and what writes is told why not", async () => {
  const client = await connect(server, {
    config: { databases: [shop.url], allowWrite: true },
    policy: { toolsets: ["all"], confirm: "never" },
  });
  const sql = "SELECT count(*)::int FROM customers";
  const first = await client.callTool("query", { sql });
  expect(Object(first.structuredContent)).toMatchObject({ rows: [[120]] });
  expect(first.text).toContain("hot standby");
  expect((await client.callTool("query", { sql })).text).not.toContain("standby");
  const health = await client.callTool("analyze_db_health", { health_type: "replication" });
  expect(health.text).toContain("hot standby");
  for (const [name, args] of [
    ["execute_sql", { sql: "INSERT INTO victim VALUES (3, 'x')" }],
    ["apply_migration", { name: "a", sql: "CREATE TABLE a (b integer)" }],
  ] as const) {
    const { isError, text } = await client.callTool(name, args);
    expect(isError).toBe(true);
    expect(text).toContain("standby");
  }
  await client.close();
});
