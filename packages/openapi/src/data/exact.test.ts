import { expect, test } from "vitest";
import { writeJson } from "../values/digits.ts";
import { toChecked, toExact, toShown } from "./exact.ts";

const object = (properties: object) => ({ type: "object", properties });
const exact = (properties: object, args: Record<string, unknown>) =>
  writeJson(toExact(args, toChecked(object(properties))));

const id = { type: "integer", format: "int64" };
const digits = "1917043659912705296";

test.each([
  ["an int64", id],
  ["an integer", { type: "integer" }],
  ["a number", { type: "number" }],
  ["one that may be null", { type: ["integer", "null"] }],
  ["one of two", { anyOf: [id, { type: "boolean" }] }],
  ["a part", { allOf: [id] }],
])("digits: %s by its digits is sent with all of them", (_, schema) => {
  expect(exact({ id: schema }, { id: digits })).toBe(`{"id":${digits}}`);
});

test.each([
  ["in a list", { type: "array", items: id }, [digits], `[${digits}]`],
  ["in an object", object({ a: id }), { a: digits }, `{"a":${digits}}`],
  ["in a map", { type: "object", additionalProperties: id }, { x: digits }, `{"x":${digits}}`],
  [
    "in a tuple",
    { type: "array", prefixItems: [{ type: "string" }, id] },
    [digits, digits],
    `["${digits}",${digits}]`,
  ],
])("digits: %s", (_, schema, value, written) => {
  expect(exact({ it: schema }, { it: value })).toBe(`{"it":${written}}`);
});

test.each([
  ["a text stays a text", { type: "string" }, digits, `"${digits}"`],
  [
    "a text stays one where both may stand",
    { anyOf: [id, { type: "string" }] },
    digits,
    `"${digits}"`,
  ],
  ["a text of format int64 takes a number", { type: "string", format: "int64" }, 12, '"12"'],
  ["and its digits", { type: "string", format: "int64" }, digits, `"${digits}"`],
  [
    "a decimal keeps its digits",
    { type: "number" },
    "0.12345678901234567890",
    "0.12345678901234567890",
  ],
  ["short digits are a number", id, "7", "7"],
  ["a number with an exponent", { type: "number" }, 1e300, "1e+300"],
])("digits: %s", (_, schema, value, written) => {
  expect(exact({ it: schema }, { it: value })).toBe(`{"it":${written}}`);
});

test("digits: through a shared schema that holds itself", () => {
  const node = { type: "object", properties: { id, next: { $ref: "#/$defs/Node" } } };
  const schema = { ...object({ node: { $ref: "#/$defs/Node" } }), $defs: { Node: node } };
  const args = { node: { id: digits, next: { id: digits } } };
  expect(writeJson(toExact(args, toChecked(schema)))).toBe(
    `{"node":{"id":${digits},"next":{"id":${digits}}}}`,
  );
});

test("digits: a number that lost some on its way is refused, with what to do", () => {
  // What JSON.parse makes of 1917043659912705296.
  const lost = Number(digits);
  const args = { list: [{ id: lost }] };
  const schema = toChecked(object({ list: { type: "array", items: object({ id }) } }));
  expect(() => toExact(args, schema)).toThrow("list.0.id: 1917043659912705300 has more digits");
});

test("digits: lists show an int64 as a number or a text, and say why", () => {
  expect(toShown(object({ id: { ...id, description: "The id." } }))).toEqual(
    object({
      id: { type: ["integer", "string"], description: "The id. Over 15 digits as text." },
    }),
  );
  expect(toShown(object({ n: { type: "integer", format: "int64", maximum: 100 } }))).toEqual(
    object({ n: { type: "integer", format: "int64", maximum: 100 } }),
  );
});

test.each([
  [19.99, 0.01, true],
  [0.3, 0.1, true],
  [1e-7, 1e-8, true],
  [-1.5, 0.5, true],
  [1e21, 0.1, true],
  [1.2, 0.5, false],
  [19.999, 0.01, false],
])("%d among steps of %d: %j", (value, step, fits) => {
  const schema = toChecked(object({ n: { type: "number", multipleOf: step } }));
  const read = () => toExact({ n: value }, schema);
  if (fits) expect(read()).toEqual({ n: value });
  else expect(read).toThrow(`n: must be a multiple of ${step}.`);
});

test("a step of whole numbers stays with the validator", () => {
  const checked = toChecked(
    object({ price: { type: "number", multipleOf: 0.01 }, n: { type: "integer", multipleOf: 5 } }),
  );
  expect(checked).toMatchObject({ properties: { n: { multipleOf: 5 } } });
  expect(JSON.stringify(checked)).not.toContain('"multipleOf":0.01');
});
