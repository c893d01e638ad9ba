import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { JsonSchema } from "../schema.ts";
import { anyValue } from "./any.ts";
import { findNonPortable } from "./check.ts";
import { TooManySchemas, toPortable } from "./write.ts";

const withProperty = (schema: unknown, more: JsonSchema = {}) => ({
  type: "object",
  properties: { a: schema },
  ...more,
});

describe("what some provider refuses is found", () => {
  test.for([
    ["a list without items", { type: "array" }, "a.items"],
    ["a list of anything", { type: "array", items: {} }, "a.items"],
    ["a list of what has no type", { type: "array", items: { description: "Any." } }, "a.items"],
    ["nothing at all", {}, "a"],
    ["a boolean", true, "a"],
    ["a list of types", { type: ["string", "null"] }, "a"],
    ["a tuple", { type: "array", items: { type: "string" }, prefixItems: [] }, "a"],
    ["names", { ...withProperty({ type: "string" }), propertyNames: { pattern: "x" } }, "a"],
    ["one of", { oneOf: [{ type: "string" }] }, "a"],
    ["all of", { type: "object", properties: {}, allOf: [] }, "a"],
    ["a constant", { type: "string", const: "x" }, "a"],
    ["numbers to choose from", { type: "integer", enum: [1, 2] }, "a"],
    ["an empty text to choose", { type: "string", enum: [""] }, "a"],
    ["no text to choose", { type: "string", enum: [] }, "a"],
    ["a format", { type: "string", format: "uri" }, "a"],
    ["an exclusive bound", { type: "integer", exclusiveMinimum: 0 }, "a"],
    ["an object of nothing known", { type: "object" }, "a"],
    ["alternatives next to a type", { type: "object", properties: {}, anyOf: [] }, "a"],
    ["a branch without a type", { anyOf: [{ type: "string" }, {}] }, "a.anyOf[1]"],
    ["members of no type", { type: "object", additionalProperties: {} }, "a.additionalProperties"],
    ["a required stranger", { ...withProperty({ type: "null" }), required: ["b"] }, "a.b"],
    ["an inner member", withProperty({ type: "array" }), "a.a.items"],
  ] as const)("%s", ([, schema, path]) => {
    const problems = findNonPortable(withProperty(schema));
    expect(problems.map((one) => one.path)).toContain(path);
  });

  test.for([
    ["no object", { type: "string" }, ""],
    ["no properties", { type: "object" }, ""],
    ["alternatives", { type: "object", properties: {}, anyOf: [] }, ""],
    ["a name with a space", { type: "object", properties: { "a b": { type: "null" } } }, "a b"],
  ] as const)("at the top: %s", ([, schema, path]) => {
    expect(findNonPortable(schema).map((one) => one.path)).toContain(path);
  });

  test("a reference to what does not hold itself, unless any will do", () => {
    const $defs = { Pet: { type: "object", properties: { name: { type: "string" } } } };
    const schema = withProperty({ $ref: "#/$defs/Pet" }, { $defs });
    expect(findNonPortable(schema)).toEqual([
      { path: "a", reason: "#/$defs/Pet must be written in its place: it does not hold itself" },
    ]);
    expect(findNonPortable(schema, { references: "any" })).toEqual([]);
  });

  test("a reference that leads nowhere, or has company", () => {
    const paths = (schema: unknown) =>
      findNonPortable(withProperty(schema)).map(({ path }) => path);
    expect(paths({ $ref: "#/$defs/Lost" })).toEqual(["a"]);
    expect(paths({ $ref: "#/$defs/Lost", description: "Words." })).toEqual(["a", "a"]);
  });
});

test("what every provider takes is left alone", () => {
  const tree = {
    type: "object",
    properties: { kids: { type: "array", items: { $ref: "#/$defs/T" } } },
  };
  const schema = {
    type: "object",
    properties: {
      text: { type: "string", description: "Words.", default: "x", minLength: 1, maxLength: 9 },
      when: { type: "string", format: "date-time" },
      count: { type: "integer", minimum: 1, maximum: 5 },
      kind: { type: "string", enum: ["a", "b"] },
      maybe: { anyOf: [{ type: "string" }, { type: "null" }], description: "Or not." },
      list: { type: "array", items: { type: "boolean" }, minItems: 1, maxItems: 3 },
      free: { type: "object", additionalProperties: true },
      map: { type: "object", additionalProperties: { type: "number" } },
      any: anyValue,
      tree: { $ref: "#/$defs/T" },
    },
    required: ["text"],
    additionalProperties: false,
    $defs: { T: tree },
  };
  expect(findNonPortable(schema)).toEqual([]);
  expect(toPortable(schema)).toEqual(schema);
  expect(findNonPortable({ type: "object", properties: {} })).toEqual([]);
});

/** A schema of one property, written. */
const write = (schema: unknown, more: JsonSchema = {}) => {
  const written = toPortable(withProperty(schema, more));
  expect(findNonPortable(written)).toEqual([]);
  return Object(written["properties"]).a;
};

describe("what a provider refuses is written as it takes it:", () => {
  test.for<readonly [string, unknown, unknown]>([
    ["anything", {}, anyValue],
    ["anything, described", { description: "Any." }, { ...anyValue, description: "Any." }],
    ["a list of anything", { type: "array" }, { type: "array", items: anyValue }],
    ["a free object", { type: "object" }, { type: "object", additionalProperties: true }],
    [
      "nullable",
      { type: ["string", "null"], minLength: 1, default: null, description: "A." },
      {
        anyOf: [{ type: "string", minLength: 1 }, { type: "null" }],
        default: null,
        description: "A.",
      },
    ],
    ["a constant", { const: "x" }, { type: "string", enum: ["x"] }],
    [
      "numbers to choose from",
      { enum: [1, 2, null], description: "How many" },
      {
        anyOf: [
          { type: "integer", minimum: 1, maximum: 2, description: "One of 1, 2." },
          { type: "null" },
        ],
        description: "How many",
      },
    ],
    [
      "a positive integer",
      { type: "integer", exclusiveMinimum: 0 },
      { type: "integer", minimum: 1 },
    ],
    [
      "a positive number",
      { type: "number", exclusiveMinimum: 0 },
      { type: "number", minimum: 0, description: "More than 0." },
    ],
    [
      "a tuple",
      { prefixItems: [{ type: "string" }, { type: "integer" }], items: false, minItems: 2 },
      {
        type: "array",
        items: { anyOf: [{ type: "string" }, { type: "integer" }] },
        minItems: 2,
        maxItems: 2,
        description: "Items in this order: string, integer.",
      },
    ],
    [
      "parts",
      { allOf: [{ properties: { x: { type: "string" } }, required: ["x"] }, { type: "object" }] },
      { type: "object", properties: { x: { type: "string" } }, required: ["x"] },
    ],
    [
      "parts that say something of the same",
      {
        allOf: [
          { type: "integer", minimum: 1 },
          { type: "number", minimum: 0, maximum: 5 },
        ],
      },
      { type: "integer", minimum: 1, maximum: 5 },
    ],
    [
      "alternatives of constants",
      { oneOf: [{ const: "a" }, { const: "b" }] },
      { type: "string", enum: ["a", "b"] },
    ],
    [
      "alternatives next to members",
      {
        type: "object",
        properties: { k: { type: "string" } },
        oneOf: [{ properties: { x: { type: "string" } }, required: ["x"] }, { required: ["k"] }],
      },
      {
        anyOf: [
          {
            type: "object",
            properties: { x: { type: "string" }, k: { type: "string" } },
            required: ["x"],
          },
          { type: "object", properties: { k: { type: "string" } }, required: ["k"] },
        ],
      },
    ],
    [
      "alternatives that only require",
      {
        type: "object",
        properties: { x: { type: "string" }, y: { type: "string" } },
        anyOf: [{ required: ["x"] }, { required: ["y"] }],
      },
      {
        type: "object",
        properties: { x: { type: "string" }, y: { type: "string" } },
        description: "Requires x, or y.",
      },
    ],
    [
      "a map of known names",
      { type: "object", propertyNames: { enum: ["x"] }, additionalProperties: { type: "null" } },
      { type: "object", properties: { x: { type: "null" } }, additionalProperties: false },
    ],
    [
      "names that match",
      {
        type: "object",
        patternProperties: { "^x-": { type: "string" } },
        additionalProperties: false,
      },
      { type: "object", additionalProperties: { type: "string" }, description: "Names match ^x-." },
    ],
    [
      "what is said in words alone",
      { type: "array", items: { type: "string", format: "uuid" }, uniqueItems: true },
      {
        type: "array",
        items: { type: "string", description: "Format: uuid." },
        description: "No item twice.",
      },
    ],
  ])("%s", ([, schema, written]) => {
    expect(write(schema)).toEqual(written);
  });

  test("alternatives at the top, as all of their members", () => {
    const alternatives = [
      { properties: { url: { type: "string" }, to: { type: "string" } }, required: ["url", "to"] },
      {
        properties: { path: { type: "string" }, to: { type: "string" } },
        required: ["path", "to"],
      },
    ];
    const written = toPortable({ type: "object", oneOf: alternatives });
    expect(findNonPortable(written)).toEqual([]);
    expect(written).toEqual({
      type: "object",
      properties: { url: { type: "string" }, to: { type: "string" }, path: { type: "string" } },
      required: ["to"],
      additionalProperties: undefined,
      description: "Takes the members of one of these: {url, to}; {path, to}.",
    });
  });
});

describe("references", () => {
  const Pet = { type: "object", properties: { name: { type: "string" } } };
  const $defs = { Pet, List: { type: "array", items: { $ref: "#/$defs/Pet" } } };

  test("are written in their places", () => {
    expect(toPortable(withProperty({ $ref: "#/$defs/List" }, { $defs }))).toEqual(
      withProperty({ type: "array", items: Pet }),
    );
  });

  test("stay where they are to be kept, with words in a wrapping of their own", () => {
    const schema = withProperty({ $ref: "#/$defs/List", description: "Pets." }, { $defs });
    expect(toPortable(schema, { references: "keep" })).toEqual(
      withProperty({ anyOf: [{ $ref: "#/$defs/List" }], description: "Pets." }, { $defs }),
    );
  });

  test("stay where a schema holds itself, and only there", () => {
    const Node = {
      type: "object",
      properties: { pet: { $ref: "#/$defs/Pet" }, next: { $ref: "#/$defs/Node" } },
    };
    const written = toPortable(withProperty({ $ref: "#/$defs/Node" }, { $defs: { Pet, Node } }));
    expect(findNonPortable(written)).toEqual([]);
    expect(written).toEqual(
      withProperty(
        { $ref: "#/$defs/Node" },
        {
          $defs: {
            Node: { type: "object", properties: { pet: Pet, next: { $ref: "#/$defs/Node" } } },
          },
        },
      ),
    );
  });

  test("are given up beyond the limit", () => {
    const names = Array.from({ length: 30 }, (_, at) => `S${at}`);
    const twice = (to: string) => ({ properties: { x: { $ref: to }, y: { $ref: to } } });
    const all = names.map((name, at) => [name, twice(`#/$defs/S${at + 1}`)] as const);
    const schema = withProperty(
      { $ref: "#/$defs/S0" },
      { $defs: { ...Object.fromEntries(all), S30: { type: "string" } } },
    );
    expect(() => toPortable(schema, { limit: 1_000 })).toThrow(TooManySchemas);
    const kept = toPortable(schema, { references: "keep" });
    expect(findNonPortable(kept, { references: "any" })).toEqual([]);
    expect(Object.keys(Object(kept["$defs"])).length).toBe(31);
  });

  test("that multiply and hold themselves in their alternatives come to an end", () => {
    const Loop = {
      type: "object",
      properties: { x: { type: "string" } },
      anyOf: [
        { $ref: "#/$defs/Loop" },
        { $ref: "#/$defs/Loop" },
        { allOf: [{ $ref: "#/$defs/Loop" }] },
      ],
    };
    expect(write({ $ref: "#/$defs/Loop" }, { $defs: { Loop } })).toEqual({
      type: "object",
      properties: { x: { type: "string" } },
      description: "Must also fit one of several other forms, which the server checks.",
    });
  });
});

test("what a zod schema takes is taken by its portable form", () => {
  const schema = z.object({
    tuple: z.tuple([z.string(), z.int().positive()]),
    either: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("a"), n: z.number().gt(1) }),
      z.object({ kind: z.literal("b"), m: z.record(z.string(), z.unknown()) }),
    ]),
    maybe: z.enum(["", "x"]).nullable(),
    json: z.json(),
  });
  const portable = toPortable(z.toJSONSchema(schema, { io: "input" }));
  expect(findNonPortable(portable)).toEqual([]);
  const check = new Ajv2020({ strict: false, validateFormats: false }).compile(portable);
  for (const json of [1, "x", null, true, [[1, "x"]], { deep: [[[[1]]]] }]) {
    for (const either of [
      { kind: "a", n: 1.5 },
      { kind: "b", m: { x: [[[[1]]]] } },
    ]) {
      const value = { tuple: ["x", 1], either, maybe: "", json };
      expect(schema.safeParse(value).success).toBe(true);
      expect(check(value), JSON.stringify(check.errors)).toBe(true);
    }
  }
});
