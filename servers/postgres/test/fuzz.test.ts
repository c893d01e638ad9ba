import { createRoom } from "@fairlead/guard";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Databases, openDatabases } from "../src/databases.ts";
import { PostgresError } from "../src/errors.ts";
import { runQuery } from "../src/query/query.ts";
import { mutate } from "./support/mutations.ts";
import { createShop, type Shop } from "./support/shop.ts";

// `FAIRLEAD_FUZZ=20000` for a longer look; `FAIRLEAD_SEED` for another one.
const rounds = Number(process.env["FAIRLEAD_FUZZ"] ?? 5_000);
const seed = Number(process.env["FAIRLEAD_SEED"] ?? 2026);
const lanes = 4;

let shop: Shop;
let databases: Databases;

beforeAll(async () => {
  shop = await createShop();
  const limits = { poolSize: lanes, timeoutMs: 2_000, maxRows: 20, requireLeastPrivilege: false };
  const options = { ...limits, databases: [shop.url], demo: false, allowInsecureTls: false };
  databases = openDatabases(options, { warn: () => undefined });
});
afterAll(async () => {
  await databases.close();
  await shop.close();
});

test(`${rounds} statements grown from seed ${seed} change nothing`, {
  timeout: 3_600_000,
}, async () => {
  const before = await shop.checksum();
  const statements = mutate(seed);
  const { signal } = new AbortController();
  let [reached, ran, left] = [0, 0, rounds];
  const work = async () => {
    while (left > 0) {
      left -= 1;
      const sql = String(statements.next().value).replaceAll("$F", shop.marker);
      const query = {
        sql,
        params: [],
        maxRows: 20,
        from: undefined,
        room: createRoom(9_000),
        signal,
      };
      const outcome = await runQuery(databases.get(), query).catch((error: unknown) => error);
      // Whatever is wrong with a statement, its sender is told.
      if (outcome instanceof Error) expect(outcome, sql).toBeInstanceOf(PostgresError);
      expect(JSON.stringify(outcome), sql).not.toContain("root:");
      if (!(outcome instanceof PostgresError)) ran += 1;
      else if (outcome.code !== undefined && outcome.code !== "42601") reached += 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  console.info(`Of ${rounds} mutated statements ${ran + reached} got past the guard, ${ran} ran.`);
  // Most are nonsense; it is the others that show something.
  expect(ran + reached).toBeGreaterThan(rounds / 10);
  expect(ran).toBeGreaterThan(rounds / 50);
  expect(await shop.isMarked()).toBe(false);
  expect(await shop.checksum()).toBe(before);
  const open =
    "SELECT query FROM pg_stat_activity WHERE state LIKE 'idle in%' OR state = 'disabled'";
  expect(await shop.admin(open)).toEqual([]);
});
