import { listOperations, toListed } from "@fairlead/openapi";
import { findNonPortable } from "@fairlead/runtime/testing";
import { describe, expect, test } from "vitest";
import type { Json } from "../src/json.ts";
import type { Plan } from "../src/plan/plan.ts";
import { serve, toDocument, toPlan } from "./support/api.ts";

const ok = { responses: { 200: { description: "OK" } } };

/** Plans one operation with this body. */
function toBodyPlan(schema: Json, schemas: Json = {}, options = {}) {
  const requestBody = { required: true, content: { "application/json": { schema } } };
  const paths = { "/x": { post: { operationId: "addIt", requestBody, ...ok } } };
  return toPlan(toDocument(paths, { components: { schemas } }), options);
}

/** What clients see of the only operation's arguments; every provider takes it. */
function listedOf({ data }: Plan): Json {
  const [entry] = listOperations(data);
  if (entry === undefined) throw new TypeError("no operation");
  const listed = toListed(entry, data);
  const references = entry.references === "keep" ? "any" : "recursive";
  expect(findNonPortable(listed, { references })).toEqual([]);
  return listed;
}

const refers = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const text = { type: "string" };

describe("a schema of the document is listed as every provider takes it, and checked as it is:", () => {
  test.for<readonly [string, Json, unknown, unknown]>([
    ["a list of whatever", { type: "array" }, [1, "a", { b: [2] }], "a"],
    ["a tuple", { type: "array", prefixItems: [text, { type: "integer" }] }, ["a", 1], [1, "a"]],
    ["numbers to choose from", { type: "integer", enum: [1, 5] }, 5, 3],
    ["no item twice", { type: "array", items: text, uniqueItems: true }, ["a"], ["a", "a"]],
    ["steps", { type: "number", multipleOf: 0.5 }, 1.5, 1.2],
    ["more than", { type: "number", exclusiveMinimum: 0 }, 0.1, 0],
    ["an empty text among texts", { type: "string", enum: ["", "a"] }, "", "b"],
    ["several types", { type: ["string", "integer", "null"] }, null, true],
    ["one of several", { oneOf: [text, { type: "object", required: ["a"] }] }, { a: 1 }, {}],
    [
      "few members",
      { type: "object", maxProperties: 1, additionalProperties: text },
      { a: "b" },
      { a: "b", c: "d" },
    ],
  ])("%s", async ([, schema, good, bad]) => {
    const planned = await toBodyPlan({ type: "object", properties: { v: schema } });
    const listed = listedOf(planned);
    expect(Object(listed["properties"]).v.description.length).toBeGreaterThanOrEqual(20);
    const { client, requests } = await serve(planned);
    const { isError, text: answer } = await client.callTool("add_it", { v: good });
    expect(isError, answer).toBe(false);
    expect(requests.map(({ body }) => body)).toEqual([JSON.stringify({ v: good })]);
    expect((await client.callTool("add_it", { v: bad })).isError).toBe(true);
    expect(requests.length).toBe(1);
  });
});

test("parts become one object, and a union says by what its schemas are told apart", async () => {
  const Cat = {
    allOf: [refers("Pet"), { properties: { lives: { type: "integer", minimum: 1 } } }],
  };
  const Dog = { allOf: [refers("Pet"), { properties: { tricks: { type: "array" } } }] };
  const Pet = { type: "object", required: ["kind"], properties: { kind: text } };
  const discriminator = { propertyName: "kind", mapping: { cat: "Cat", dog: "Dog" } };
  const Any = { oneOf: [refers("Cat"), refers("Dog")], discriminator };
  const schema = { type: "object", properties: { pet: refers("Any") } };
  const { pet } = Object(listedOf(await toBodyPlan(schema, { Any, Cat, Dog, Pet }))["properties"]);
  expect(pet.description).toContain("kind tells which one it is: cat, dog.");
  expect(pet.anyOf).toMatchObject([
    { type: "object", required: ["kind"], properties: { kind: text, lives: { minimum: 1 } } },
    { type: "object", required: ["kind"], properties: { tricks: { type: "array" } } },
  ]);
});

describe("references", () => {
  const words = { type: "string", description: "Words that make this schema long. ".repeat(2) };
  const members = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`member${at}`, words]));
  const Large = { type: "object", properties: members };
  const many = Array.from({ length: 6 }, (_, at) => [`large${at}`, refers("Large")] as const);
  const schema = { type: "object", properties: Object.fromEntries(many) };

  test("are written out where the list has room", async () => {
    const planned = await toBodyPlan(schema, { Large }, { mode: "auto", maxTokens: 8_000 });
    expect(listedOf(planned)).not.toHaveProperty("$defs");
    expect(planned.report.outcomes[0]).not.toHaveProperty("references");
  });

  test("stay where it has none, which the report tells", async () => {
    const planned = await toBodyPlan(schema, { Large }, { mode: "auto", maxTokens: 1_500 });
    expect(planned.data.mode).toBe("tools");
    expect(planned.report.tokens).toBeLessThanOrEqual(1_500);
    expect(planned.report.outcomes[0]).toMatchObject({ name: "add_it", references: "kept" });
    expect(Object.keys(Object(listedOf(planned)["$defs"]))).toEqual(["Large"]);
  });

  test("stay for what holds itself, and only for that", async () => {
    const Node = { type: "object", properties: { next: refers("Node"), leaf: refers("Leaf") } };
    const Leaf = { type: "object", properties: { name: text } };
    const tree = { type: "object", properties: { tree: refers("Node"), leaf: refers("Leaf") } };
    const planned = await toBodyPlan(tree, { Node, Leaf });
    const listed = listedOf(planned);
    expect(Object.keys(Object(listed["$defs"]))).toEqual(["Node"]);
    expect(planned.report.outcomes[0]).toMatchObject({ references: "recursive" });
    const { client } = await serve(planned);
    const deep = { tree: { next: { next: { leaf: { name: 1 } } } } };
    expect((await client.callTool("add_it", deep)).isError).toBe(true);
  });
});

test("what a document does not describe is described by what is known of it", async () => {
  const parameters = [
    { name: "petId", in: "path", required: true, schema: { type: "integer" }, example: 7 },
    { name: "q", in: "query", schema: text },
    { name: "X-Mode", in: "header", schema: { type: "string", enum: ["fast", "slow"] } },
    {
      name: "since",
      in: "query",
      description: "Start",
      schema: { type: "string", format: "date" },
    },
    {
      name: "size",
      in: "query",
      description: "How many pets to show.",
      schema: { type: "integer" },
    },
    { name: "page", in: "query", schema: { type: "integer", default: 1 } },
  ];
  const content = {
    "application/json": { schema: { properties: { tag: { properties: { id: text } } } } },
  };
  const operation = { operationId: "setPet", parameters, requestBody: { content }, ...ok };
  const planned = await toPlan(toDocument({ "/pets/{petId}": { put: operation } }));
  const properties = Object(listedOf(planned)["properties"]);
  expect(Object.keys(properties).map((name) => properties[name].description)).toEqual([
    "Pet id. A whole number in the path of the URL. Example: 7.",
    "Q. Text in the query string.",
    "Start. A date such as 2026-01-31 in the query string. Format: date.",
    "How many pets to show.",
    "Page. A whole number in the query string. Default: 1.",
    "X mode. One of fast, slow, in a header.",
    "Tag. An object in the request body.",
  ]);
  expect(properties.tag.properties.id.description).toBe("Id. Text of the tag.");
});
