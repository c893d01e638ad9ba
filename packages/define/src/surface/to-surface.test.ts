import { describe, expect, test } from "vitest";
import { z } from "zod";
import { cursor, cuttable } from "../fields.ts";
import { anyValue } from "../portable/any.ts";
import { findNonPortable } from "../portable/check.ts";
import { definePrompt } from "../prompt.ts";
import { fromJsonSchema, type Schema } from "../schema.ts";
import { defineServer } from "../server.ts";
import { defineTool, defineToolset, type Tool } from "../tool.ts";
import { toSurface } from "./to-surface.ts";

const facts = {
  name: "shelf",
  title: "Shelf",
  package: { name: "@x/shelf", version: "1.0.0", description: "Books.", bin: { shelf: "m.js" } },
};

function surfaceOf(tools: readonly Tool[], config = z.object({})) {
  return toSurface(
    defineServer({
      ...facts,
      config,
      connect: () => ({ context: {} }),
      toolsets: [defineToolset({ name: "main", description: "Main.", tools })],
    }),
  );
}

function describeTool<I extends Schema, O extends Schema>(input: I, output: O) {
  const tool = defineTool({
    name: "find",
    title: "Find",
    description: "Finds.",
    effect: "read",
    input,
    output,
    run: () => expect.unreachable(),
  });
  return surfaceOf([tool]).toolsets[0]?.tools[0];
}

describe("an input", () => {
  test("is a closed object, which it says once", () => {
    const input = z.object({
      path: z.string().describe("Where."),
      depth: z.int().default(3),
      inner: z.object({ a: z.string() }).optional(),
    });
    expect(describeTool(input, z.string())?.wire.inputSchema).toEqual({
      type: "object",
      properties: {
        path: { type: "string", description: "Where." },
        depth: { type: "integer", default: 3 },
        inner: { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
      },
      required: ["path"],
      additionalProperties: false,
    });
  });

  test("says where an object inside it is open, since silence is strict", () => {
    const input = z.object({
      any: z.looseObject({ a: z.string() }),
      map: z.record(z.string(), z.unknown()),
    });
    expect(describeTool(input, z.string())?.wire.inputSchema["properties"]).toMatchObject({
      any: { additionalProperties: true },
      map: { type: "object", additionalProperties: true },
    });
  });

  test("is in the subset of JSON Schema that every provider takes", () => {
    const input = z.object({
      params: z.array(z.unknown()),
      inputs: z.record(z.string(), z.string()).optional(),
      options: z.record(z.string(), z.unknown()).nullish(),
      pair: z.tuple([z.string(), z.int().positive()]),
      nothing: z.object({}).optional(),
    });
    const schema = describeTool(input, z.string())?.wire.inputSchema ?? {};
    expect(findNonPortable(schema)).toEqual([]);
    expect(schema["properties"]).toMatchObject({
      params: { type: "array", items: anyValue },
      inputs: { type: "object", additionalProperties: { type: "string" } },
      options: { anyOf: [{ type: "object", additionalProperties: true }, { type: "null" }] },
      pair: { items: { anyOf: [{ type: "string" }, { minimum: 1 }] }, minItems: 2, maxItems: 2 },
      nothing: { type: "object", properties: {}, additionalProperties: false },
    });
  });

  test("keeps x-mcp-header and nothing of what is ours", () => {
    const input = z.object({
      region: z.string().optional().meta({ "x-mcp-header": "Region" }).describe("Where."),
      after: cursor(z.object({ id: z.int() })).describe("Go on here."),
    });
    const described = describeTool(input, z.string());
    expect(described?.wire.inputSchema["properties"]).toEqual({
      region: { type: "string", "x-mcp-header": "Region", description: "Where." },
      after: { type: "string", description: "Go on here." },
    });
    expect(described?.paging).toEqual({ cursor: "after" });
  });

  test("with no fields has no paging either", () => {
    expect(describeTool(z.object({}), z.string())).not.toHaveProperty("paging");
  });
});

describe("an output", () => {
  test("of text or of parts alone has no schema", () => {
    expect(describeTool(z.object({}), z.string())?.wire).not.toHaveProperty("outputSchema");
    expect(describeTool(z.object({}), z.void())?.wire).not.toHaveProperty("outputSchema");
  });

  test("names the fields by which it is paged, and shows a cursor as a string", () => {
    const output = z.object({
      rows: cuttable(z.array(z.string())).describe("The rows."),
      next_cursor: cursor(z.int()),
    });
    const described = describeTool(z.object({ cursor: cursor(z.int()) }), output);
    expect(described?.paging).toEqual({ cursor: "cursor", items: "rows", next: "next_cursor" });
    expect(described?.wire.outputSchema).toEqual({
      type: "object",
      properties: {
        rows: { type: "array", items: { type: "string" }, description: "The rows." },
        next_cursor: { type: "string" },
        notice: { type: "string", description: "What was left out, and how to get it." },
      },
      required: ["rows"],
    });
  });

  test("that may hold more than it names does not spell that out", () => {
    const output = z.looseObject({ rows: z.array(z.looseObject({})), any: z.array(z.unknown()) });
    expect(describeTool(z.object({}), output)?.wire.outputSchema).toEqual({
      type: "object",
      properties: { rows: { type: "array", items: { type: "object" } }, any: { type: "array" } },
      required: ["rows", "any"],
    });
  });

  test("that is a list or a number is described as one", () => {
    expect(describeTool(z.object({}), z.array(z.int()))?.wire.outputSchema).toEqual({
      type: "array",
      items: { type: "integer" },
    });
  });
});

test("a raw JSON Schema is taken as it is", () => {
  const schema = { type: "object", properties: { a: true }, "x-vendor": 1 };
  const described = describeTool(fromJsonSchema(schema), fromJsonSchema(schema));
  expect(described?.wire.inputSchema).toBe(schema);
  expect(described?.wire.outputSchema).toBe(schema);
});

test("a raw JSON Schema shows clients another, where it says so", () => {
  const listed = { type: "object", properties: {} };
  const described = describeTool(
    fromJsonSchema({ type: "object" }, { listed: () => listed }),
    z.string(),
  );
  expect(described?.wire.inputSchema).toBe(listed);
});

test.for([
  ["read", {}, [true, false, true]],
  ["write", {}, [false, true, false]],
  ["write", { additive: true }, [false, false, false]],
  ["write", { idempotent: true }, [false, true, true]],
  ["destroy", {}, [false, true, false]],
  [{ least: "read", most: "destroy", of: () => "read" }, {}, [false, true, false]],
  [{ least: "read", most: "read", of: () => "read" }, {}, [true, false, true]],
] as const)("annotations tell the most a tool can do: %j %j", ([effect, more, hints]) => {
  const tool = defineTool({
    name: "act",
    title: "Act",
    description: "Acts.",
    effect,
    input: z.object({}),
    output: z.string(),
    run: () => "",
    ...more,
  });
  const [readOnlyHint, destructiveHint, idempotentHint] = hints;
  expect(surfaceOf([tool]).toolsets[0]?.tools[0]?.wire.annotations).toEqual({
    readOnlyHint,
    destructiveHint,
    idempotentHint,
    openWorldHint: false,
  });
});

describe("a config key becomes an option", () => {
  const optionOf = (field: z.ZodType, key = "apiKey") =>
    surfaceOf([], z.object({ [key]: field })).options[0];

  test.for([
    ["apiKey", "--api-key", "SHELF_API_KEY"],
    ["api_key", "--api-key", "SHELF_API_KEY"],
    ["url", "--url", "SHELF_URL"],
    ["baseURL", "--base-url", "SHELF_BASE_URL"],
  ] as const)("%s is %s and %s", ([key, flag, env]) => {
    expect(optionOf(z.string(), key)).toMatchObject({ key, flag, env, required: true });
  });

  test.for([
    ["a default after", z.string().meta({ secret: true, env: "KEY" }).default("x")],
    ["a default before", z.string().default("x").meta({ secret: true, env: "KEY" })],
    ["optional after", z.string().meta({ secret: true, env: "KEY" }).optional()],
    ["optional before", z.string().optional().meta({ secret: true, env: "KEY" })],
    ["a description after", z.string().optional().meta({ secret: true, env: "KEY" }).describe("A")],
    [
      "a description before",
      z.string().describe("A").optional().meta({ secret: true, env: "KEY" }),
    ],
    ["a check after", z.string().meta({ secret: true, env: "KEY" }).min(1).optional()],
    ["a list", z.array(z.string()).meta({ secret: true, env: "KEY" }).optional()],
    [
      "a pipe",
      z
        .string()
        .transform((s) => s.trim())
        .optional()
        .meta({ secret: true, env: "KEY" }),
    ],
    [
      "a pipe after",
      z
        .string()
        .meta({ secret: true, env: "KEY" })
        .transform((s) => s.trim()),
    ],
    [
      "a refinement after",
      z
        .string()
        .meta({ secret: true, env: "KEY" })
        .refine(() => true),
    ],
    ["a prefault after", z.string().meta({ secret: true, env: "KEY" }).prefault("x")],
  ] as const)("that is a secret with %s", ([, field]) => {
    expect(optionOf(field)).toMatchObject({ secret: true, env: "KEY" });
  });

  test("with its type, its bounds and its default", () => {
    expect(optionOf(z.int().min(1).max(9).default(3))).toMatchObject({
      type: "integer",
      minimum: 1,
      maximum: 9,
      default: 3,
    });
    expect(optionOf(z.enum(["a", "b"]).optional())).toMatchObject({ choices: ["a", "b"] });
    expect(optionOf(z.boolean().default(false))).toMatchObject({ type: "boolean", default: false });
    expect(optionOf(z.array(z.string()).default([]))).toMatchObject({ type: "string", many: true });
  });

  test("unless it is not a value a flag could hold", () => {
    expect(() => optionOf(z.object({}))).toThrow(/--api-key/);
    expect(() => optionOf(z.union([z.string(), z.int()]))).toThrow(/--api-key/);
  });
});

test("a prompt's arguments are required unless they may be left out", () => {
  const prompt = definePrompt({
    name: "greet",
    description: "Greets.",
    arguments: z.object({
      name: z.string().describe("Whom."),
      style: z.string().optional(),
      language: z.string().default("en"),
    }),
    get: () => "",
  });
  const server = defineServer({
    ...facts,
    config: z.object({}),
    connect: () => ({ context: {} }),
    toolsets: [],
    prompts: [prompt],
  });
  expect(toSurface(server).prompts).toEqual([
    {
      name: "greet",
      description: "Greets.",
      arguments: [
        { name: "name", description: "Whom.", required: true },
        { name: "style", required: false },
        { name: "language", required: false },
      ],
    },
  ]);
});

test("a surface is JSON: nothing is lost when it is written down", () => {
  const surface = surfaceOf([], z.object({ url: z.string().optional() }));
  expect(JSON.parse(JSON.stringify(surface))).toEqual(surface);
});

test("a server's commands are on its surface, and nothing is where it has none", () => {
  const server = { ...facts, config: z.object({}), connect: () => ({ context: {} }), toolsets: [] };
  const commands = { fill: { description: "Buys books.", run: () => {} } };
  expect(toSurface(defineServer({ ...server, commands })).commands).toEqual([
    { name: "fill", description: "Buys books." },
  ]);
  expect(toSurface(defineServer(server))).not.toHaveProperty("commands");
});

test("a tool's scopes are in the Surface, and one that no challenge can hold is refused", () => {
  const tool = defineTool({
    ...{ name: "find", title: "Find", description: "Finds.", effect: "read" },
    ...{ input: z.object({}), output: z.string(), run: () => expect.unreachable() },
  });
  const toScopes = (scopes: readonly string[]) =>
    surfaceOf([{ ...tool, scopes }]).toolsets[0]?.tools[0]?.scopes;
  expect(toScopes(["payroll:read", "x"])).toEqual(["payroll:read", "x"]);
  expect(toScopes([])).toBeUndefined();
  for (const wrong of ["", "a b", 'a"', "a\\", "é"]) {
    expect(() => toScopes([wrong])).toThrow("is not a scope");
  }
});
