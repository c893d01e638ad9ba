import { readFileSync } from "node:fs";
import { connect } from "@fairlead/runtime/testing";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { server } from "../src/index.ts";
import { createPooler } from "./support/pooler.ts";
import { createShop } from "./support/shop.ts";

/** Long enough for a slow machine; what comes in time takes no part of it. */
const until = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });

const shop = await createShop();
afterAll(() => shop.close());

async function listen(url: string, ...paths: readonly string[]) {
  const client = await connect(server, { config: { databases: [`shop=${url}`] } });
  onTestFinished(() => client.close());
  const uris = paths.map((path) => `postgres://shop/${path}`);
  const request = { notifications: { resourceSubscriptions: uris } };
  const ended = client.request("subscriptions/listen", request, 7).catch(() => ({}));
  await until(() => client.notifications.length > 0).toBe(true);
  const { notifications } = Object(client.notifications[0]?.["params"]);
  const heard = () =>
    client.notifications.slice(1).map(({ params }) => String(Object(params)["uri"]).slice(16));
  return { client, ended, heard, honoured: notifications.resourceSubscriptions ?? [] };
}

async function countListeners(): Promise<number> {
  const sql = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE query ~ '^(UN)?LISTEN'";
  const [row] = await shop.admin<{ n: number }>(sql);
  return row?.n ?? 0;
}

test("a table is told to have changed by a NOTIFY on the channel of its name, and no other is", async () => {
  const { heard, honoured } = await listen(shop.url, "public/orders/sample", "orders/schema");
  expect(honoured).toHaveLength(2);
  await shop.admin(`NOTIFY "public.customers"`);
  await shop.admin("SELECT pg_notify('public.orders', 'a secret')");
  await until(() => heard()).toEqual(["public/orders/sample", "orders/schema"]);
});

test("a trigger tells of rows", async () => {
  await shop.admin(`CREATE TABLE "Odd ""one" (id integer)`);
  const page = readFileSync(new URL("../../../docs/subscriptions.md", import.meta.url), "utf8");
  const [, sql = ""] = /```sql\n([^`]+)```/.exec(page) ?? [];
  await shop.admin(sql.replace(" ON orders", ' ON "Odd ""one"'));
  const path = `public/${encodeURIComponent('Odd "one')}/sample`;
  const { heard } = await listen(shop.url, path);
  await shop.admin(`INSERT INTO "Odd ""one" VALUES (1)`);
  await until(() => heard()).toEqual([path]);
});

test("the connection is there only while somebody listens", async () => {
  expect(await countListeners()).toBe(0);
  const { client } = await listen(shop.url, "public/orders/sample", "public/customers/schema");
  expect(await countListeners()).toBe(1);
  client.notify("notifications/cancelled", { requestId: 7 });
  await until(countListeners).toBe(0);
});

test("a connection that is lost ends the subscription, and the log says so", async () => {
  const { client, ended } = await listen(shop.url, "public/orders/sample");
  await shop.admin(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ '^LISTEN'",
  );
  expect(await ended).toMatchObject({ resultType: "complete" });
  expect(client.log.join("")).toContain("watching postgres://shop/public/orders/sample");
});

test("H7: a table the role may not read is not listened to, and neither is one that is not there", async () => {
  await shop.admin("CREATE TABLE hidden (id integer)");
  await shop.admin("CREATE ROLE listener LOGIN PASSWORD 'listens'");
  await shop.admin("GRANT SELECT ON orders TO listener");
  const url = new URL(shop.url);
  [url.username, url.password] = ["listener", "listens"];
  const paths = ["public/hidden/sample", "public/nothing/sample", "public/orders/sample"];
  const { honoured } = await listen(url.href, ...paths);
  expect(honoured).toEqual(["postgres://shop/public/orders/sample"]);
});

test("behind a pooler nothing is promised", async () => {
  const url = new URL(shop.url);
  const pooler = await createPooler(Number(url.port));
  onTestFinished(() => pooler.close());
  url.port = String(pooler.port);
  const { honoured } = await listen(url.href, "public/orders/sample");
  expect(honoured).toEqual([]);
  const older = await connect(server, {
    era: "legacy",
    config: { databases: [`shop=${url.href}`] },
  });
  onTestFinished(() => older.close());
  const uri = "postgres://shop/public/orders/sample";
  await expect(older.request("resources/subscribe", { uri })).rejects.toThrow("pooler");
});
