import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { load } from "../src/load/load.ts";
import { plan } from "../src/plan/plan.ts";
import { createFolder, inputOf } from "./support/api.ts";

/** Plans a document of one operation with this parameter, in these words. */
async function toParameter(parameter: string, kind = "yaml") {
  const directory = await createFolder();
  const yaml = `openapi: 3.1.0
info: { title: Versions, version: 1.0 }
servers: [{ url: 'https://{v}.example.com', variables: { v: { default: 1.0, enum: [1.0, 2.0] } } }]
paths:
  /x:
    get:
      operationId: getIt
      parameters: [${parameter}]
      responses: { 200: { description: OK } }
`;
  await writeFile(join(directory, `api.${kind}`), yaml);
  const loaded = await load(`api.${kind}`, { directory });
  const planned = plan(loaded, { name: "test", mode: "tools", maxTokens: 8_000 });
  return { loaded, planned, schema: Object(inputOf(planned, "get_it")["properties"]).v };
}

test.each([
  ["1.0", "1.0"],
  ["1.10", "1.10"],
  ["007", "007"],
  ["1e3", "1e3"],
  ["0x1F", "0x1F"],
  ["True", "True"],
  ["12345678901234567890", "12345678901234567890"],
])("unquoted YAML %s under type: string is that text", async (written, text) => {
  const { schema } = await toParameter(
    `{ name: v, in: query, schema: { type: string, enum: [${written}, other], default: ${written} } }`,
  );
  expect(schema).toMatchObject({ enum: [text, "other"], default: text });
});

test.each([
  ["number", "1.0", 1],
  ["integer", "007", 7],
  ["boolean", "True", true],
])("under type: %s %s is a value of that type", async (type, written, value) => {
  const { schema } = await toParameter(
    `{ name: v, in: query, schema: { type: ${type}, default: ${written} } }`,
  );
  expect(schema.default).toBe(value);
});

test("versions and the variables of servers are texts", async () => {
  const { loaded, planned } = await toParameter("{ name: v, in: query, schema: { type: string } }");
  expect(loaded.document["info"]).toMatchObject({ version: "1.0" });
  expect(planned.data.servers[0]?.variables).toEqual({
    v: { default: "1.0", enum: ["1.0", "2.0"] },
  });
});

test("names that look like numbers are texts, and one that every object has is a name", async () => {
  const { loaded } = await toParameter(
    "{ name: v, in: query, schema: { type: object, x-names: { 1.0: a, 007: b, __proto__: { c: d } } } }",
  );
  const names = JSON.stringify(loaded.document).match(/"x-names":(\{.*?\}\})/)?.[1];
  expect(names).toBe('{"1.0":"a","007":"b","__proto__":{"c":"d"}}');
});
