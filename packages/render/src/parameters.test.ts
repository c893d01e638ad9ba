import { expect, test } from "vitest";
import { toParameterList } from "./parameters.ts";

const lines = (properties: object, required: readonly string[] = []) =>
  toParameterList({ type: "object", properties, required }).split("\n");

test("a parameter says its name, type, whether it is required, and its meaning", () => {
  const path = { type: "string", description: "Path *relative* to the _first_ <top_level>." };
  expect(lines({ path, depth: { type: "integer" } }, ["path"])).toEqual([
    "- `path` (string, required): Path \\*relative\\* to the \\_first\\_ &lt;top_level>.",
    "- `depth` (integer)",
  ]);
});

test("a default is said once", () => {
  const rows = { type: "integer", default: 20 };
  expect(lines({ rows: { ...rows, description: "Rows a page." } })).toEqual([
    "- `rows` (integer, default `20`): Rows a page.",
  ]);
  expect(lines({ rows: { ...rows, description: "Rows a page. Default 20." } })).toEqual([
    "- `rows` (integer): Rows a page. Default 20.",
  ]);
});

test.each([
  [{ enum: ["open", "closed"] }, "`open` or `closed`"],
  [{ enum: ["a", "b", null] }, "`a`, `b` or `null`"],
  [{ const: "" }, '`""`'],
  [{ type: "array", items: { type: "string" } }, "list of strings"],
  [{ type: "array", items: { enum: ["a", "b"] } }, "list of `a` or `b`"],
  [{ type: "array" }, "list"],
  [{ type: ["string", "null"] }, "string or null"],
  [{ anyOf: [{ type: "object" }, { type: "string" }] }, "object or string"],
  [{ oneOf: [{ type: "string" }, { type: "string" }] }, "string"],
  [{}, "any value"],
])("the type of %j is said in words", (schema, type) => {
  expect(lines({ it: schema })).toEqual([`- \`it\` (${type})`]);
});

test("what an object or a list of objects holds stands below it, to the third level", () => {
  const leaf = { type: "object", properties: { below: { type: "string" } } };
  const nested = { type: "object", properties: { leaf }, required: ["leaf"] };
  const edits = { type: "array", items: { type: "object", properties: { nested } } };
  expect(lines({ edits })).toEqual([
    "- `edits` (list of objects)",
    "  - `nested` (object)",
    "    - `leaf` (object, required)",
  ]);
});
