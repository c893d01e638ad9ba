import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRoom } from "@fairlead/guard";
import { spawn } from "@fairlead/runtime/testing";
import { type Certificate, createCertificate } from "@fairlead/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabases } from "../src/databases.ts";
import { runQuery } from "../src/query/query.ts";
import { createShop, type Shop } from "./support/shop.ts";

const bin = new URL("../dist/main.cjs", import.meta.url);
const password = "correct-horse-battery";

let shop: Shop;
let directory: string;
let authority: string;

beforeAll(async () => {
  shop = await createShop();
  directory = mkdtempSync(join(tmpdir(), "fairlead-tls-"));
  authority = join(directory, "authority.pem");
  await shop.admin(`CREATE ROLE locked LOGIN PASSWORD '${password}'`);
  const [file] = await shop.admin<{ name: string; text: string }>(
    "SELECT name, pg_read_file(name) AS text FROM current_setting('hba_file') name",
  );
  await write(`'${file?.name}'`, `host all locked all scram-sha-256\n${file?.text}`);
  await useCertificate(createCertificate(["localhost", "127.0.0.1", "0.0.0.0"]));
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await shop.close();
});

/** Has the server show this certificate from now on, by its own hand: it may run elsewhere. */
async function useCertificate({ key, certificate }: Certificate): Promise<void> {
  writeFileSync(authority, certificate);
  await write("PROGRAM 'umask 077; cat > server.key'", key);
  await write("PROGRAM 'cat > server.crt'", certificate);
  await shop.admin("ALTER SYSTEM SET ssl = on");
  await shop.admin("SELECT pg_reload_conf()");
}

async function write(where: string, text: string): Promise<void> {
  await shop.admin(`COPY (SELECT unnest(string_to_array($$${text}$$, chr(10)))) TO ${where}`);
}

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
    const databases = openDatabases({ ...options, ...more }, { warn: () => undefined });
    try {
      const sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
      const { signal } = new AbortController();
      const query = { sql, params: [], maxRows: 1, from: undefined, room: createRoom(999), signal };
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
    const query = `?sslmode=verify-full&sslrootcert=${encodeURIComponent(authority)}`;
    expect(await ask(urlAs("locked", password, query))).toEqual([[true]]);
  });

  test("is verified for another host though nobody asked for it", async () => {
    // The same server, by an address that this machine does not call its own.
    const url = urlAs("locked", password).replace("127.0.0.1", "0.0.0.0");
    await expect(ask(url)).rejects.toMatchObject({
      message: expect.stringContaining("certificate"),
    });
    const query = `?sslrootcert=${encodeURIComponent(authority)}`;
    expect(await ask(url + query)).toEqual([[true]]);
  });

  test("is not given up for a server that says it has none, and nothing is told to it", async () => {
    const heard: Buffer[] = [];
    const plain = createServer((socket) => {
      socket.on("data", (chunk) => {
        heard.push(chunk);
        socket.write("N");
      });
    }).listen(0, "127.0.0.1");
    await once(plain, "listening");
    const { port } = Object(plain.address());
    const url = `postgres://locked:${password}@0.0.0.0:${port}/postgres`;
    await expect(ask(url)).rejects.toMatchObject({ hint: expect.stringContaining("sslmode") });
    plain.close();
    // The request for TLS, and not one byte more.
    expect(Buffer.concat(heard).toString("hex")).toBe("0000000804d2162f");
  });

  test("whose authority cannot be read says so", async () => {
    const missing = join(directory, "missing.pem");
    const url = urlAs("locked", password, `?sslrootcert=${encodeURIComponent(missing)}`);
    await expect(ask(url)).rejects.toMatchObject({
      message: expect.stringContaining("sslrootcert"),
      hint: expect.any(String),
    });
  });

  test("may be left unverified for this machine alone", async () => {
    expect(await ask(urlAs("locked", password, "?sslmode=no-verify"))).toEqual([[true]]);
    expect(await ask(urlAs("locked", password))).toEqual([[false]]);
  });

  test("with a name the certificate does not have is refused", async () => {
    await useCertificate(createCertificate(["db.example.com"]));
    const query = `?sslrootcert=${encodeURIComponent(authority)}`;
    await expect(ask(urlAs("locked", password, query))).rejects.toMatchObject({
      message: expect.stringContaining("altnames"),
      hint: expect.stringContaining("sslrootcert"),
    });
  });
});

test("the built bin exists", () => {
  expect(statSync(fileURLToPath(bin)).isFile()).toBe(true);
});
