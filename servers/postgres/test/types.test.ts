import { type ConnectedClient, connect } from "@fairlead/runtime/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { server } from "../src/index.ts";
import { createShop, type Shop } from "./support/shop.ts";
import { exceptions, values } from "./support/values.ts";

let shop: Shop;
let client: ConnectedClient;
let types: readonly Type[];

beforeAll(async () => {
  shop = await createShop();
  await shop.admin("ALTER DATABASE postgres SET timezone = 'UTC'");
  client = await connect(server, { config: { databases: [shop.url] } });
  types = await listTypes();
});
afterAll(async () => {
  await client.close();
  await shop.close();
});

interface Type extends Record<string, unknown> {
  readonly name: string;
  readonly shown: string;
  readonly array: string | null;
}

/** The built-in types of this PostgreSQL: all but rows, pseudo-types and arrays, which go with theirs. */
function listTypes() {
  return shop.admin<Type>(
    `SELECT t.typname::text AS name, format_type(t.oid, NULL) AS shown,
       nullif(t.typarray, 0)::regtype::text AS array
     FROM pg_type t WHERE t.oid < 16384 AND t.typtype IN ('b', 'r', 'm', 'e')
       AND t.typcategory <> 'A' OR t.typname IN ('int2vector', 'oidvector') ORDER BY 1`,
  );
}

async function ask(sql: string, params: readonly unknown[]) {
  const args = { sql, params: [...params] };
  const { structuredContent, text, isError } = await client.callTool("query", Object(args));
  expect(isError, `${sql} ${JSON.stringify(params)} ${text}`).toBe(false);
  const { columns, rows } = Object(structuredContent);
  return { type: columns[0].type, cell: rows[0][0] };
}

test("every type of pg_type has a value here, or a reason why not", () => {
  const names = types.map(({ name }) => name);
  expect(names.length).toBeGreaterThan(70);
  expect(names.filter((name) => !(name in values) && !(name in exceptions))).toEqual([]);
});

describe.for(Object.keys(values))("a value of %s goes round", (name) => {
  test.for(values[name] ?? [])("%s", async (value, { skip }) => {
    const found = types.find((type) => type.name === name);
    // A younger PostgreSQL has it.
    if (found === undefined) return skip(`NOT RUN: this PostgreSQL has no type ${name}.`);
    const first = await ask(`SELECT $1::pg_catalog."${name}"`, [value]);
    expect(first.type).toBe(found.shown);
    // What was answered is what PostgreSQL itself makes of it, and gives the same again.
    const again = await ask(`SELECT $1::pg_catalog."${name}"`, [first.cell]);
    expect(again).toEqual(first);
    const sql = `SELECT format('%s', ($1::text)::pg_catalog."${name}") AS text`;
    const [truth] = await shop.admin<{ text: string }>(sql, [value]);
    const text = name === "bool" ? String(first.cell).slice(0, 1) : first.cell;
    expect(typeof text === "number" ? Number(truth?.text) : truth?.text).toEqual(text);
  });
});

describe.for(Object.keys(values))("an array of %s goes round", (name) => {
  test("as PostgreSQL's text and as a list of JSON", async ({ skip }) => {
    const found = types.find((type) => type.name === name);
    if (found === undefined) return skip(`NOT RUN: this PostgreSQL has no type ${name}.`);
    if (found.array === null) return;
    const list = (values[name] ?? []).filter((value) => value.length < 100);
    const cast = `($1::text[])::${found.array}`;
    const sql = `SELECT format('%s', ${cast}) AS text, cardinality(${cast}) AS length`;
    const [truth] = await shop.admin<{ text: string; length: number }>(sql, [[...list, null]]);
    expect(truth?.length).toBe(list.length + 1);
    // The elements of a list for json are JSON themselves, which has fewer digits.
    const isJson = name.startsWith("json") && name !== "jsonpath";
    const given = isJson ? truth?.text : JSON.stringify([...list, null]);
    const first = await ask(`SELECT $1::${found.array}`, [given]);
    expect(first).toEqual({ type: found.array, cell: truth?.text });
    expect(await ask(`SELECT $1::${found.array}`, [first.cell])).toEqual(first);
  });
});

test.for(Object.entries(exceptions))("%s cannot go round: %s", async ([name, reason]) => {
  const found = types.find((type) => type.name === name);
  if (found === undefined) return;
  const args = { sql: `SELECT $1::pg_catalog."${name}"`, params: ["\\x00ff"] };
  const { isError, text, structuredContent } = await client.callTool("query", args);
  if (reason.startsWith("PostgreSQL reads no value")) {
    expect(isError).toBe(true);
    // In the words of PostgreSQL up to 15, and from 16 on.
    expect(text).toMatch(/_in not implemented|cannot accept a value of type/);
  } else {
    expect(Object(structuredContent).rows).toEqual([["[2 bytes]"]]);
  }
});
