import { execFileSync } from "node:child_process";
import { chownSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawn } from "@fairlead/runtime/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Databases } from "../src/databases.ts";
import { runQuery } from "../src/query.ts";
import { createShop, type Shop } from "./support/shop.ts";

const bin = new URL("../dist/main.js", import.meta.url);
const password = "correct-horse-battery";

let shop: Shop;
let certificate: string;

beforeAll(async () => {
  shop = await createShop();
  const data = join(shop.postgres.directory, "data");
  const { uid, gid } = statSync(data);
  certificate = join(data, "server.crt");
  const key = join(data, "server.key");
  const subject = [
    "-subj",
    "/CN=localhost",
    "-addext",
    "subjectAltName=DNS:localhost,IP:127.0.0.1",
  ];
  const words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject];
  execFileSync("openssl", [...words, "-keyout", key, "-out", certificate], { stdio: "ignore" });
  for (const file of [key, certificate]) chownSync(file, uid, gid);
  await shop.admin(`CREATE ROLE locked LOGIN PASSWORD '${password}'`);
  const rules = join(data, "pg_hba.conf");
  const first = "host all locked 127.0.0.1/32 scram-sha-256\n";
  writeFileSync(rules, first + readFileSync(rules, "utf8"));
  await shop.admin("ALTER SYSTEM SET ssl = on");
  await shop.admin("SELECT pg_reload_conf()");
});
afterAll(() => shop.close());

function urlAs(user: string, secret: string, query = ""): string {
  return `postgres://${user}:${secret}@127.0.0.1:${new URL(shop.url).port}/postgres${query}`;
}

describe("a password", () => {
  const wrong = "wrong-horse-battery";
  test.for([
    ["right, every tool called", password, ""],
    ["wrong", wrong, ""],
    ["in a URL that cannot be read", wrong, "?sslmode=never"],
    ["in a URL whose parameter is unknown", wrong, `?password=${wrong}`],
  ] as const)("appears nowhere: %s", async ([, secret, query]) => {
    const env = { DATABASE_URL: urlAs("locked", secret, query) };
    const client = await spawn(bin, { env, args: ["--toolsets", "all"], logLevel: "debug" });
    const tools = await client.listTools();
    const given: Record<string, unknown> = { sql: "SELECT current_user", table: "orders", pid: 1 };
    for (const { name, inputSchema } of tools) {
      const { required = [] } = Object(inputSchema);
      const args = required.map((key: string) => [key, given[key] ?? ["SELECT 1"]]);
      await client.callTool(String(name), Object.fromEntries(args));
    }
    const sql = "SELECT * FROM pg_stat_activity, pg_settings LIMIT 300";
    await client.callTool("query", { sql });
    await client.request("resources/list").catch(() => undefined);
    await client.request("resources/read", { uri: "pg://schema" }).catch(() => undefined);
    await client.close();
    const seen = client.stdout.join("\n") + client.stderr();
    expect(seen).not.toContain(secret);
    expect(seen).not.toContain("postgres://locked");
    if (secret === password) expect(seen).toContain('"locked"');
  });

  test("stays out of the log when a table's text is like it", async () => {
    const env = { DATABASE_URL: urlAs("locked", password) };
    const client = await spawn(bin, { env });
    const { text } = await client.callTool("query", { sql: `SELECT ${password.split("-")[0]}` });
    await client.close();
    expect(text).toContain("42703");
  });
});

describe("TLS", () => {
  const options = { poolSize: 1, timeoutMs: 9_000, maxRows: 9, requireLeastPrivilege: false };

  async function ask(url: string) {
    const more = { databases: [url], demo: false, allowInsecureTls: false };
    const databases = new Databases({ ...options, ...more });
    try {
      const sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
      const { signal } = new AbortController();
      const query = { sql, params: [], maxRows: 1, from: undefined, budget: 999, signal };
      return (await runQuery(databases.get(), query)).rows;
    } finally {
      await databases.close();
    }
  }

  test("with an unknown authority is refused, with advice", async () => {
    await expect(ask(urlAs("locked", password, "?sslmode=require"))).rejects.toMatchObject({
      message: expect.stringContaining("certificate"),
      hint: expect.stringContaining("sslrootcert"),
    });
  });

  test("with the authority named is verified and used", async () => {
    const query = `?sslmode=verify-full&sslrootcert=${encodeURIComponent(certificate)}`;
    expect(await ask(urlAs("locked", password, query))).toEqual([[true]]);
  });

  test("with a name the certificate does not have is refused", async () => {
    const query = `?sslrootcert=${encodeURIComponent(certificate)}`;
    const url = urlAs("locked", password, query).replace("127.0.0.1", "127.0.0.2");
    await expect(ask(url)).rejects.toMatchObject({ hint: expect.any(String) });
  });

  test("may be left unverified for this machine alone", async () => {
    expect(await ask(urlAs("locked", password, "?sslmode=no-verify"))).toEqual([[true]]);
    expect(await ask(urlAs("locked", password))).toEqual([[false]]);
  });
});

test("the built bin exists", () => {
  expect(statSync(fileURLToPath(bin)).isFile()).toBe(true);
});
