import type { z } from "zod";
import { isRawSchema, type JsonSchema, type Schema } from "../define/schema.ts";
import type { RawValidator } from "./json-schema.ts";

export type Checked = { readonly value: unknown } | { readonly problems: readonly string[] };

/** Checks a value against a schema and says every problem in words for the model. */
export type Check = (value: unknown) => Checked;

/**
 * Compiles the check of a tool's arguments. A key no schema names is a problem of its own, answered
 * with the keys there are: a misspelt argument that is silently dropped costs the model a turn.
 */
export function compileArguments(
  schema: Schema,
  wire: JsonSchema,
  compileRaw: RawValidator,
): Check {
  if (isRawSchema(schema)) return compileRaw(schema.jsonSchema);
  const findUnknown = compileKeys(wire);
  return (value) => {
    const unknown = findUnknown?.(value, "");
    if (unknown !== undefined) return { problems: [unknown] };
    return parse(schema, value);
  };
}

/** Compiles the check of a tool's output. */
export function compileOutput(schema: Schema, compileRaw: RawValidator): Check {
  if (isRawSchema(schema)) return compileRaw(schema.jsonSchema);
  return (value) => parse(schema, value);
}

function parse(schema: z.ZodType, value: unknown): Checked {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data };
  return { problems: parsed.error.issues.map((issue) => toProblem(issue, value)) };
}

function toProblem(issue: z.core.$ZodIssue, value: unknown): string {
  const where = toPath(issue.path);
  const given = issue.path.reduce<unknown>(
    (at, key) => (isObject(at) ? at[String(key)] : undefined),
    value,
  );
  if (issue.code === "invalid_type" && given === undefined) {
    return `${where || "The value"} is required (${issue.expected}).`;
  }
  const message = issue.message.replace(/^Invalid input: /, "");
  return where === "" ? message : `${where}: ${message}`;
}

/** `edits[0].oldText` */
function toPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}

type FindUnknown = (value: unknown, path: string) => string | undefined;

/** Finds the first key that an object schema does not name; undefined where nothing can be unknown. */
function compileKeys(schema: unknown): FindUnknown | undefined {
  if (!isObject(schema)) return undefined;
  if (isObject(schema["properties"])) return compileObjectKeys(schema, schema["properties"]);
  const items = compileKeys(schema["items"]);
  if (items === undefined) return undefined;
  return (value, path) => {
    if (!Array.isArray(value)) return undefined;
    for (const [index, item] of value.entries()) {
      const found = items(item, `${path}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function compileObjectKeys(schema: JsonSchema, properties: JsonSchema): FindUnknown {
  const open = schema["additionalProperties"];
  const strict = open === undefined || open === false;
  const children = new Map(
    Object.entries(properties).map(([key, child]) => [key, compileKeys(child)]),
  );
  const expected = [...children.keys()].join(", ") || "none";
  return (value, path) => {
    if (!isObject(value)) return undefined;
    for (const key of Object.keys(value)) {
      const at = path === "" ? key : `${path}.${key}`;
      const child = children.get(key);
      if (child !== undefined) {
        const found = child(value[key], at);
        if (found !== undefined) return found;
      } else if (strict && !children.has(key)) {
        return `Unknown argument ${JSON.stringify(at)}. Expected: ${expected}.`;
      }
    }
    return undefined;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
