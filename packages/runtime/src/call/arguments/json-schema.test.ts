import { expect, test } from "vitest";
import { loadRawValidator } from "./json-schema.ts";

const compile = await loadRawValidator();

const schema = {
  type: "object",
  properties: {
    name: { type: "string" },
    inner: { type: "object", properties: { a: {}, b: {} }, additionalProperties: false },
  },
  required: ["name"],
  additionalProperties: false,
};

test("gives back what matches, untouched", () => {
  const value = { name: "x", inner: { a: 1 } };
  expect(compile(schema)(value)).toEqual({ value });
});

test("says every problem, and the keys there are", () => {
  expect(compile(schema)({ nmae: 1, inner: { c: 2 } })).toEqual({
    problems: [
      "must have required property 'name'",
      'Unknown argument "nmae". Expected: name, inner.',
      'Unknown argument "c" in inner. Expected: a, b.',
    ],
  });
});

test("names the values there are to choose from, the first 20 of many", () => {
  const check = compile({
    properties: {
      pet: { enum: ["cat", 7] },
      page: { enum: Array.from({ length: 21 }, (_, index) => index) },
    },
  });
  expect(check({ pet: "cow", page: "x" })).toEqual({
    problems: [
      'pet: must be one of "cat", 7',
      expect.stringMatching(/^page: must be one of 0, 1, .*, 18, 19, \.\.\.$/),
    ],
  });
});

test.for(["__proto__", "constructor", "toString"])("%s is a key like any other", (key) => {
  const value: unknown = JSON.parse(`{"name":"x","${key}":1}`);
  expect(compile(schema)(value)).toEqual({ problems: [expect.stringContaining(key)] });
});

test("reads draft-07 where the schema says so, and 2020-12 otherwise", () => {
  const tuple = [{ type: "string" }, { type: "number" }];
  const draft7 = { $schema: "http://json-schema.org/draft-07/schema#", items: tuple };
  expect(compile(draft7)(["a", "b"])).toHaveProperty("problems");
  expect(compile({ prefixItems: tuple })(["a", "b"])).toHaveProperty("problems");
  const draft2020 = "https://json-schema.org/draft/2020-12/schema";
  expect(compile({ $schema: draft2020, prefixItems: tuple })(["a", 1])).toHaveProperty("value");
});

test.for(["http://json-schema.org/draft-04/schema#", "https://example.com/my-dialect"])(
  "refuses the dialect %s",
  ($schema) => {
    expect(() => compile({ $schema, type: "object" })).toThrow();
  },
);

test("never fetches a reference", () => {
  expect(() => compile({ $ref: "http://169.254.169.254/latest/schema.json" })).toThrow(/resolve/);
  expect(compile({ $defs: { a: { type: "string" } }, $ref: "#/$defs/a" })("x")).toEqual({
    value: "x",
  });
});

test("schemas know nothing of each other, whatever they call their parts", () => {
  for (const type of ["string", "number"]) {
    const other = type === "string" ? 1 : "x";
    const named = { $defs: { a: { $id: "https://example.com/part", type } } };
    const anchored = { $defs: { a: { $anchor: "part", type } } };
    const byId = compile({ ...named, $ref: "https://example.com/part" });
    const byAnchor = compile({ ...anchored, $ref: "#part" });
    for (const check of [byId, byAnchor]) expect(check(other)).toHaveProperty("problems");
  }
  expect(() => compile({ $ref: "https://example.com/part" })).toThrow(/resolve/);
  expect(() => compile({ $ref: "#part" })).toThrow(/resolve/);
});

test("takes the same $id twice, and keywords it does not know", () => {
  const named = { $id: "https://example.com/a", type: "string", "x-vendor": true };
  expect(compile(named)("x")).toEqual({ value: "x" });
  expect(compile(named)("x")).toEqual({ value: "x" });
});

test("a schema may contain itself, each for itself", () => {
  const checks = ["string", "integer"].map((type) =>
    compile({ properties: { value: { type }, inner: { $ref: "#" } } }),
  );
  for (const [index, check] of checks.entries()) {
    const [right, wrong] = index === 0 ? ["a", 1] : [1, "a"];
    expect(check({ inner: { inner: { value: right } } })).toHaveProperty("value");
    expect(check({ inner: { inner: { value: wrong } } })).toHaveProperty("problems");
  }
});
