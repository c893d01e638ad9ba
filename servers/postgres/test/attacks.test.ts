import { type ConnectedClient, connect } from "@fairlead/runtime/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { server } from "../src/index.ts";
import { honest } from "./support/honest.ts";
import { attacks } from "./support/refused.ts";
import { createShop, type Shop } from "./support/shop.ts";

/** How each refusal of the guard begins. */
const refused =
  /^(?:Refused: |There are \d+ statements|There is no statement|The statement (?:cannot be read|is not valid text|is nested too deeply|has over))/;

let shop: Shop;
let client: ConnectedClient;
let before: string;

beforeAll(async () => {
  shop = await createShop();
  // As superuser: nothing but the layers of this server is in the way.
  client = await connect(server, { config: { databases: [shop.url] } });
  before = await shop.checksum();
});
afterAll(async () => {
  await client.close();
  await shop.close();
});

describe.for(Object.entries(attacks))("refused: %s", ([, statements]) => {
  test.for(statements.map((sql) => [sql.slice(0, 120), sql] as const))("%s", async ([, given]) => {
    const sql = given.replaceAll("$F", shop.marker);
    const { isError, text } = await client.callTool("query", { sql });
    expect(isError, text).toBe(true);
    // By the guard: an error of the database would be luck.
    expect(text).toMatch(refused);
    expect(text).not.toContain("root:");
  });

  test("and nothing is changed, left locked or written to a file", async () => {
    expect(await shop.isMarked()).toBe(false);
    expect(await shop.checksum()).toBe(before);
  });
});

test("there are at least 150 attacks besides the table, and 150 honest statements", () => {
  expect(Object.values(attacks).flat().length).toBeGreaterThan(165);
  expect(honest.length).toBeGreaterThanOrEqual(150);
});

test.for([
  ["a row", "INSERT INTO victim VALUES (3, 'x')", "DELETE FROM victim WHERE id = 3"],
  ["a sequence", "SELECT nextval('numbers')", ""],
  ["a password", "ALTER ROLE postgres PASSWORD 'x'", "ALTER ROLE postgres PASSWORD NULL"],
  ["a role's setting", "ALTER ROLE postgres SET work_mem = '1MB'", "ALTER ROLE postgres RESET ALL"],
  ["the server's setting", "ALTER SYSTEM SET work_mem = '5MB'", "ALTER SYSTEM RESET work_mem"],
  ["a large object", "SELECT lo_from_bytea(7, 'x')", "SELECT lo_unlink(7)"],
  ["a column", "ALTER TABLE victim ADD a int", ""],
] as const)("the checksum tells when there is another: %s", async ([, change, back]) => {
  const first = await shop.checksum();
  await shop.admin(change);
  expect(await shop.checksum()).not.toBe(first);
  if (back !== "") await shop.admin(back);
  before = await shop.checksum();
});

describe("honest statements run", () => {
  test.for(honest.map((sql) => [sql.slice(0, 120), sql] as const))("%s", async ([, sql]) => {
    const { isError, text } = await client.callTool("query", { sql });
    expect(isError, text).toBe(false);
  });

  test("and change nothing either", async () => {
    expect(await shop.checksum()).toBe(before);
  });
});

describe("explain_query", () => {
  test.for([
    ["the statement ends EXPLAIN and goes on", "SELECT 1; DROP TABLE victim"],
    ["the statement brings an ANALYZE of its own", "ANALYZE victim"],
    ["the statement brings options of its own", "(ANALYZE) DELETE FROM victim"],
    ["a write is analyzed", "DELETE FROM victim"],
    ["a function reads a file", "SELECT pg_read_file('/etc/passwd')"],
    ["a volatile function is folded while planning", "SELECT * FROM victim WHERE id = write_row()"],
  ])("refuses: %s", async ([, sql]) => {
    const { isError, text } = await client.callTool("explain_query", { sql, analyze: true });
    expect(isError, text).toBe(true);
    expect(await shop.checksum()).toBe(before);
  });

  test("plans a change without running it", async () => {
    const { isError, text } = await client.callTool("explain_query", { sql: "DELETE FROM victim" });
    expect(isError, text).toBe(false);
    expect(text).toContain("Delete on victim");
    expect(await shop.checksum()).toBe(before);
  });
});
