import { listOperations, toListed } from "@fairlead/openapi";
import { findNonPortable } from "@fairlead/runtime/testing";
import { expect, test } from "vitest";
import type { Json } from "../src/json.ts";
import { open } from "./support/calls.ts";

// Every keyword that composes schemas, at every place of a request: what it allows is sent as it was given,
// and what lists show of it every provider takes.

const text = { type: "string" };
const number = { type: "integer" };
const object = (properties: Json, more: Json = {}) => ({ type: "object", properties, ...more });
const refers = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const value = { a: "x", b: 1 };

const base = object({ a: text });
const more = object({ b: number });
const discriminator = { propertyName: "a" };

/** Schemas shared by the compositions. */
const schemas: Json = {
  Base: base,
  Parent: { ...object({ a: text }), discriminator, oneOf: [refers("Child"), refers("Other")] },
  Child: { allOf: [refers("Parent"), more] },
  Other: { allOf: [refers("Parent"), object({ c: text })] },
  Kind: { ...object({ a: text }, { required: ["a"] }), discriminator },
  KindB: { allOf: [refers("Kind"), more] },
  Anchored: { $anchor: "anchored", ...object({ a: text, b: number }) },
  Self: object({ a: text, b: number, self: refers("Self") }),
  Part: { allOf: [refers("Base"), more] },
};

/** Each of them takes `{ a: "x", b: 1 }`. */
const compositions: Readonly<Record<string, Json>> = {
  properties: object({ a: text, b: number }),
  $ref: refers("Part"),
  "$ref with properties next to it": { ...refers("Base"), properties: { b: number } },
  "$ref with required next to it": { ...refers("Self"), required: ["a"] },
  "$ref to what holds itself": refers("Self"),
  $anchor: { $ref: "#anchored" },
  allOf: { allOf: [base, more] },
  "allOf that closes each part": {
    allOf: [
      { ...base, additionalProperties: false },
      { ...more, additionalProperties: false },
    ],
  },
  "allOf next to properties": { ...base, allOf: [more] },
  anyOf: { anyOf: [object({ a: text, b: number }), object({ z: text })] },
  "anyOf next to properties": { ...base, anyOf: [more, object({ z: text })] },
  oneOf: { oneOf: [object({ z: text }, { required: ["z"] }), object({ a: text, b: number })] },
  "oneOf next to properties": { ...base, oneOf: [more, object({ z: text }, { required: ["z"] })] },
  "oneOf of required": {
    ...object({ a: text, b: number }),
    oneOf: [{ required: ["a"] }, { required: ["z"] }],
  },
  "oneOf that circles": refers("Parent"),
  "allOf that circles": refers("Child"),
  "discriminator without oneOf": refers("Kind"),
  not: { ...object({ a: text, b: number }), not: { required: ["z"] } },
  "if, then, else": {
    ...base,
    if: object({ a: { const: "x" } }),
    then: more,
    else: object({ c: text }),
  },
  dependentSchemas: { ...base, dependentSchemas: { a: more } },
  dependentRequired: { ...object({ a: text, b: number }), dependentRequired: { a: ["b"] } },
  "additionalProperties: true": { ...base, additionalProperties: true },
  "additionalProperties with a schema": { ...base, additionalProperties: number },
  "patternProperties, closed": {
    type: "object",
    patternProperties: { "^a": text, "^b": number },
    additionalProperties: false,
  },
  patternProperties: { ...base, patternProperties: { "^b": number } },
  "unevaluatedProperties: false": { allOf: [base, more], unevaluatedProperties: false },
  "unevaluatedProperties with a schema": { ...base, unevaluatedProperties: number },
  propertyNames: { type: "object", propertyNames: { enum: ["a", "b"] } },
  "type with null": { type: ["object", "null"], properties: { a: text, b: number } },
  nullable: { ...object({ a: text, b: number }), nullable: true },
  "no type": { properties: { a: text, b: number } },
  anything: {},
};

interface At {
  /** The operation with a schema at this place. */
  readonly operation: (schema: Json) => Json;
  /** The arguments that give the value there, where it is not of the body's own members. */
  readonly args: Json;
  readonly sent: string;
}

const body = (type: string, schema: Json) => ({
  requestBody: { required: true, content: { [type]: { schema } } },
});
const jsonType = "application/json";
const member = (schema: Json) => object({ it: schema });
const text1 = JSON.stringify(value);

const places: Readonly<Record<string, At>> = {
  "the body": { operation: (schema) => body(jsonType, schema), args: value, sent: text1 },
  "a member of the body": {
    operation: (schema) => body(jsonType, member(schema)),
    args: { it: value },
    sent: `{"it":${text1}}`,
  },
  "a member of a member": {
    operation: (schema) => body(jsonType, member(member(schema))),
    args: { it: { it: value } },
    sent: `{"it":{"it":${text1}}}`,
  },
  "the items of the body": {
    operation: (schema) => body(jsonType, { type: "array", items: schema }),
    args: { body: [value] },
    sent: `[${text1}]`,
  },
  "the items of a member": {
    operation: (schema) => body(jsonType, member({ type: "array", items: schema })),
    args: { it: [value] },
    sent: `{"it":[${text1}]}`,
  },
  "a place of a tuple": {
    operation: (schema) => body(jsonType, member({ type: "array", prefixItems: [text, schema] })),
    args: { it: ["t", value] },
    sent: `{"it":["t",${text1}]}`,
  },
  "the values of a map": {
    operation: (schema) => body(jsonType, member({ type: "object", additionalProperties: schema })),
    args: { it: { k: value } },
    sent: `{"it":{"k":${text1}}}`,
  },
  "a part of allOf": {
    operation: (schema) => body(jsonType, member({ allOf: [schema] })),
    args: { it: value },
    sent: `{"it":${text1}}`,
  },
  "a branch of anyOf": {
    operation: (schema) => body(jsonType, member({ anyOf: [schema, { type: "null" }] })),
    args: { it: value },
    sent: `{"it":${text1}}`,
  },
  "a branch of oneOf": {
    operation: (schema) => body(jsonType, member({ oneOf: [{ type: "null" }, schema] })),
    args: { it: value },
    sent: `{"it":${text1}}`,
  },
  then: {
    operation: (schema) =>
      body(jsonType, { ...object({ k: text }), if: object({ k: text }), then: member(schema) }),
    args: { k: "x", it: value },
    sent: `{"k":"x","it":${text1}}`,
  },
  "a merge patch": {
    operation: (schema) => body("application/merge-patch+json", schema),
    args: value,
    sent: text1,
  },
  "a line of JSON Lines": {
    operation: (schema) => ({
      requestBody: { required: true, content: { "application/jsonl": { itemSchema: schema } } },
    }),
    args: { body: [value, value] },
    sent: `${text1}\n${text1}\n`,
  },
  "a urlencoded form": {
    operation: (schema) => body("application/x-www-form-urlencoded", schema),
    args: value,
    sent: "a=x&b=1",
  },
  "a member of a urlencoded form": {
    operation: (schema) => body("application/x-www-form-urlencoded", member(schema)),
    args: { it: value },
    sent: "it%5Ba%5D=x&it%5Bb%5D=1",
  },
  "a member of multipart": {
    operation: (schema) => body("multipart/form-data", member(schema)),
    args: { it: value },
    sent: `name="it"\r\nContent-Type: application/json\r\n\r\n${text1}\r\n`,
  },
  "a member of multipart next to a file": {
    operation: (schema) =>
      body(
        "multipart/form-data",
        object({ it: schema, file: { type: "string", format: "binary" } }),
      ),
    args: { it: value, file: "data:,F" },
    sent: `name="it"\r\nContent-Type: application/json\r\n\r\n${text1}\r\n`,
  },
  "a parameter with content": {
    operation: (schema) => ({
      parameters: [{ name: "it", in: "query", content: { [jsonType]: { schema } } }],
    }),
    args: { it: value },
    sent: "/x?it=%7B%22a%22%3A%22x%22%2C%22b%22%3A1%7D",
  },
  "a deepObject parameter": {
    operation: (schema) => ({
      parameters: [{ name: "it", in: "query", style: "deepObject", schema }],
    }),
    args: { it: value },
    sent: "/x?it%5Ba%5D=x&it%5Bb%5D=1",
  },
};

const pairs = Object.entries(compositions).flatMap(([keyword, schema]) =>
  Object.entries(places).map(([place, at]) => ({ keyword, schema, place, at })),
);

test.for(pairs)("$keyword as $place", async ({ schema, at }) => {
  const method = { method: "post", document: { components: { schemas } } };
  const { planned, requests, call } = await open(at.operation(schema), method);
  const [entry] = listOperations(planned.data);
  expect(planned.report.lost, planned.report.outcomes[0]?.reason).toBe(0);
  if (entry === undefined) throw new TypeError("no operation");
  const listed = toListed(entry, planned.data);
  const references = entry.references === "keep" ? "any" : "recursive";
  expect(findNonPortable(listed, { references })).toEqual([]);
  // Where the whole body is one argument, its members are in that.
  const isWhole = entry.operation.body?.argument === "body" && !("body" in at.args);
  const { isError, text: answer } = await call(isWhole ? { body: at.args } : at.args);
  expect(isError, answer).toBe(false);
  const [request] = requests;
  expect(`${request?.line} ${request?.body}`).toContain(at.sent);
});
