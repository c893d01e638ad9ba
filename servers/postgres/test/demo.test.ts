import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRoom } from "@fairlead/guard";
import { runToEnd, spawn } from "@fairlead/runtime/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabases } from "../src/databases.ts";
import { runQuery } from "../src/query/query.ts";

const bin = new URL("../dist/main.cjs", import.meta.url);

describe("--demo", () => {
  test("answers with the built bin on data of its own, read-only", async () => {
    const client = await spawn(bin, { args: ["--demo"] });
    const sql = "SELECT month, orders, revenue FROM monthly_revenue ORDER BY month LIMIT 2";
    const { text, isError, structuredContent } = await client.callTool("query", { sql });
    expect(isError, text).toBe(false);
    expect(structuredContent).toMatchObject({ row_count: 2 });
    expect(structuredContent).not.toHaveProperty("notes");
    const refused = await client.callTool("query", { sql: "DELETE FROM orders" });
    expect(refused.isError).toBe(true);
    expect((await client.callTool("list_databases")).text).toBe("demo");
    await client.close();
    expect(await client.exited).toBe(0);
  });

  test("ends a statement that would not end, and starts again", async () => {
    const limits = { poolSize: 4, timeoutMs: 9_000, maxRows: 100, requireLeastPrivilege: true };
    const options = { ...limits, databases: [], demo: true, allowInsecureTls: false };
    const databases = openDatabases(options, { warn: () => undefined });
    const ask = (sql: string, signal: AbortSignal) =>
      runQuery(databases.get(), {
        sql,
        params: [],
        maxRows: 1,
        from: undefined,
        room: createRoom(99),
        signal,
      });
    const { signal } = new AbortController();
    expect((await ask("SELECT count(*)::int FROM orders", signal)).rows).toEqual([[800]]);
    const controller = new AbortController();
    const slow = "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000)";
    const call = ask(slow, controller.signal);
    setImmediate(() => controller.abort());
    await expect(call).rejects.toMatchObject({ code: "57014" });
    expect((await ask("SELECT count(*)::int FROM orders", signal)).rows).toEqual([[800]]);
    await databases.close();
  });
});

describe("without PGlite", () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "fairlead-demo-"));
    cpSync(fileURLToPath(new URL("../dist", import.meta.url)), join(directory, "dist"), {
      recursive: true,
    });
    cpSync(
      fileURLToPath(new URL("../package.json", import.meta.url)),
      join(directory, "package.json"),
    );
    for (const name of ["pg", "libpg-query"]) {
      const from = fileURLToPath(new URL(`../node_modules/${name}`, import.meta.url));
      cpSync(from, join(directory, "node_modules", name), { recursive: true, dereference: false });
    }
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test("lists and helps all the same", async () => {
    const { code, stdout } = await runToEnd(join(directory, "dist/main.cjs"), { args: ["--help"] });
    expect(code).toBe(0);
    expect(stdout).toContain("--demo");
  });

  test("a call says which line brings it", async () => {
    const client = await spawn(join(directory, "dist/main.cjs"), { args: ["--demo"] });
    const { text, isError } = await client.callTool("query", { sql: "SELECT 1" });
    await client.close();
    expect(isError).toBe(true);
    expect(text).toContain("npx -y -p @fairlead/server-postgres -p @electric-sql/pglite");
  });
});

test("without a database a call says how to give one", async () => {
  const client = await spawn(bin);
  const { text, isError } = await client.callTool("query", { sql: "SELECT 1" });
  await client.close();
  expect(isError).toBe(true);
  expect(text).toContain("DATABASE_URL");
});
