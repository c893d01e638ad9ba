import { readFileSync } from "node:fs";
import { spawn } from "@fairlead/runtime/testing";
import { expect, onTestFinished, test } from "vitest";
import { createShop } from "./support/shop.ts";

const bin = new URL("../dist/main.cjs", import.meta.url);
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const password = "of-a-test";

test("the role that the README.md makes reads every table, and is warned of by nobody", async () => {
  const [, sql = ""] = /```sql\n([^`]+)```/.exec(readme) ?? [];
  const shop = await createShop();
  onTestFinished(() => shop.close());
  await shop.admin(sql.replace("…", password));
  const url = new URL(shop.url);
  url.username = "mcp";
  url.password = password;
  const client = await spawn(bin, { env: { DATABASE_URL: url.href } });
  onTestFinished(() => client.close());
  const read = await client.callTool("query", { sql: "SELECT secret FROM victim" });
  expect(read.text).toContain("untouched");
  const who = await client.callTool("query", { sql: "SELECT current_user" });
  expect(who.text).toContain("mcp");
  const stats = await client.callTool("query", {
    sql: "SELECT pg_has_role('pg_read_all_stats', 'USAGE') AS \"stats are read\"",
  });
  expect(stats.text).toMatch(/true/);
  expect(client.stderr()).not.toContain("warn");
  await expect(shop.admin("SET ROLE mcp; DELETE FROM victim")).rejects.toThrow("permission denied");
});
