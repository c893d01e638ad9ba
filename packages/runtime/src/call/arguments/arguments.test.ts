import { fromJsonSchema } from "@fairlead/define";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { compileArguments, compileOutput } from "./arguments.ts";
import type { Check } from "./check.ts";
import { loadRawValidator } from "./json-schema.ts";

const noRaw = (): Check => expect.unreachable();

function check(input: z.ZodObject, value: unknown) {
  return compileArguments(input, z.toJSONSchema(input, { io: "input" }), noRaw)(value);
}

const edit = z.object({ oldText: z.string(), newText: z.string().default("") });
const input = z.object({
  path: z.string(),
  edits: z.array(edit).optional(),
  options: z.object({ depth: z.int().max(9) }).optional(),
});

test("gives the value with its defaults", () => {
  expect(check(input, { path: "a", edits: [{ oldText: "b" }] })).toEqual({
    value: { path: "a", edits: [{ oldText: "b", newText: "" }] },
  });
});

describe("an unknown key is answered with those there are", () => {
  test.for([
    [{ pth: "a" }, 'Unknown argument "pth". Expected: path, edits, options.'],
    [
      { path: "a", edits: [{ oldText: "b" }, { old_text: "c" }] },
      'Unknown argument "edits[1].old_text". Expected: oldText, newText.',
    ],
    [{ path: "a", options: { deep: 1 } }, 'Unknown argument "options.deep". Expected: depth.'],
    [
      JSON.parse('{"path":"a","__proto__":{"admin":true}}'),
      'Unknown argument "__proto__". Expected: path, edits, options.',
    ],
    [
      { path: "a", constructor: 1 },
      'Unknown argument "constructor". Expected: path, edits, options.',
    ],
    [{ path: "a", toString: 1 }, 'Unknown argument "toString". Expected: path, edits, options.'],
  ] as const)("%j", ([value, problem]) => {
    expect(check(input, value)).toEqual({ problems: [problem] });
  });

  test("even by a tool that takes none", () => {
    expect(check(z.object({}), { a: 1 })).toEqual({
      problems: ['Unknown argument "a". Expected: none.'],
    });
  });

  test("below a record, a nullable and a schema that is used twice", () => {
    const deep = z.object({ known: z.string() });
    const all = z.object({
      record: z.record(z.string(), deep).optional(),
      nullable: deep.nullable().optional(),
      twice: z.tuple([deep, deep]).optional(),
    });
    const wrong = { known: "a", knwon: "b" };
    for (const value of [
      { record: { x: wrong } },
      { nullable: wrong },
      { twice: [wrong, wrong] },
    ]) {
      expect(check(all, value)).toEqual({ problems: [expect.stringContaining("knwon")] });
    }
    expect(check(all, { nullable: null, record: { knwon: { known: "a" } } })).toHaveProperty(
      "value",
    );
  });

  test("but not where the schema takes any key", () => {
    const open = z.object({ labels: z.record(z.string(), z.string()), rest: z.looseObject({}) });
    const value = { labels: { any: "x" }, rest: { more: 1 } };
    expect(check(open, value)).toEqual({ value });
  });
});

describe("problems are said in words", () => {
  test.for([
    [{}, ["path is required (string)."]],
    [{ path: 1 }, ["path: expected string, received number"]],
    [{ path: "a", edits: [{}] }, ["edits[0].oldText is required (string)."]],
    [
      { options: { depth: 10 } },
      ["path is required (string).", "options.depth: Too big: expected number to be <=9"],
    ],
    [null, ["expected object, received null"]],
    ["text", ["expected object, received string"]],
    [[], ["expected object, received array"]],
  ] as const)("%j", ([value, problems]) => {
    expect(check(input, value)).toEqual({ problems });
  });
});

test("what a schema's own code throws comes out as it is", () => {
  const broken = z.object({
    path: z.string().refine(() => {
      throw new TypeError("a bug");
    }),
  });
  expect(() => check(broken, { path: "a" })).toThrow("a bug");
});

test("arguments as deep as JSON allows are a problem and not a crash", () => {
  const depth = 100_000;
  const deep: unknown = JSON.parse(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`);
  expect(check(input, { path: deep })).toEqual({
    problems: ["path: expected string, received object"],
  });
});

test("and so they are where the schema contains itself", async () => {
  const node = z.object({
    get inner() {
      return node.optional();
    },
  });
  const wire = { ...z.toJSONSchema(node, { io: "input" }), additionalProperties: false };
  const compileRaw = await loadRawValidator();
  const depth = 100_000;
  const deep: unknown = JSON.parse(`${'{"inner":'.repeat(depth)}{}${"}".repeat(depth)}`);
  const problems = ["The arguments are nested too deeply. Send fewer levels."];
  for (const schema of [node, fromJsonSchema(wire)]) {
    const compiled = compileArguments(schema, wire, compileRaw);
    expect(compiled(deep)).toEqual({ problems });
    expect(compiled({ inner: { inner: {} } })).toEqual({ value: { inner: { inner: {} } } });
  }
});

test("an output loses what its schema does not name", () => {
  const output = compileOutput(z.object({ id: z.int() }), noRaw);
  expect(output({ id: 1, password: "x" })).toEqual({ value: { id: 1 } });
  expect(output({ id: "1" })).toHaveProperty("problems");
});

test.each([
  ["a text", z.string(), "  a ", { value: "  a " }],
  ["a described text", z.string().describe("Words."), "", { value: "" }],
  ["a trimmed text", z.string().trim(), "  a ", { value: "a" }],
  ["a text of a length", z.string().min(2), "a", { problems: [expect.any(String)] }],
  ["a refined text", z.string().refine(() => false), "a", { problems: [expect.any(String)] }],
  ["a format", z.email(), "a", { problems: [expect.any(String)] }],
  ["a pattern", z.string().regex(/b/), "a", { problems: [expect.any(String)] }],
  ["a changed text", z.string().transform((text) => `${text}!`), "a", { value: "a!" }],
  ["no text", z.string(), 7, { problems: [expect.any(String)] }],
])("an output that is %s is checked by its schema", (_, schema, value, expected) => {
  expect(compileOutput(schema, noRaw)(value)).toEqual(expected);
});
