import type { JsonSchema, Schema } from "@fairlead/define";
import { isRawSchema } from "@fairlead/define/run";
import type { z } from "zod";
import type { Check, Checked } from "./check.ts";
import type { RawValidator } from "./json-schema.ts";
import { dropMember, LenientReader } from "./lenient.ts";

/**
 * Compiles the check of a tool's arguments. They are checked as they came; only those with problems
 * are read leniently, by the schema on the wire, and checked again.
 */
export function compileArguments(
  schema: Schema,
  wire: JsonSchema,
  compileRaw: RawValidator,
): Check {
  const check = compileStrict(schema, wire, compileRaw);
  // Made for the first arguments that need it, unless the schema may let a host's word through.
  let reader = wire["additionalProperties"] === false ? undefined : new LenientReader(wire);
  const unnoticed = reader?.unnoticed;
  return (given) => {
    const args = unnoticed === undefined ? given : dropMember(given, unnoticed);
    try {
      const checked = check(args);
      if ("value" in checked) return checked;
      reader ??= new LenientReader(wire);
      const read = reader.read(args);
      return read === args ? checked : check(read);
    } catch (error) {
      if (!isStackOverflow(error)) throw error;
      return { problems: ["The arguments are nested too deeply. Send fewer levels."] };
    }
  };
}

/** Validators of schemas that contain themselves go as deep as the value does. */
function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes("call stack");
}

/**
 * Compiles the check of arguments as they are. A key no schema names is a problem of its own,
 * answered with the keys there are: a misspelt argument that is silently dropped costs the model a
 * turn.
 */
function compileStrict(schema: Schema, wire: JsonSchema, compileRaw: RawValidator): Check {
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
  const anyText = takesAnyText(schema);
  return (value) => (anyText && typeof value === "string" ? { value } : parse(schema, value));
}

/** Whether a schema takes every text and gives it back as it is, as those of most answers do. */
function takesAnyText({ _zod: { def } }: z.ZodType): boolean {
  const { type, checks = [] } = def;
  return type === "string" && checks.length === 0 && !("format" in def);
}

function parse(schema: z.ZodType, value: unknown): Checked {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data };
  return { problems: toProblems(parsed.error, value) };
}

/** What a schema has against a value, in words for the model. */
export function toProblems({ issues }: z.ZodError, value: unknown): readonly string[] {
  return issues.map((issue) => toProblem(issue, value));
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
  const { anyOf, additionalProperties, prefixItems, items } = schema;
  if (Array.isArray(anyOf)) {
    // Where null is the only alternative there is no doubt which object is meant.
    const isNull = (branch: unknown) => isObject(branch) && branch["type"] === "null";
    const [only, ...others] = anyOf.filter((branch) => !isNull(branch));
    return others.length === 0 ? compileKeys(only) : undefined;
  }
  const first = Array.isArray(prefixItems) ? prefixItems.map(compileKeys) : [];
  const rest = compileKeys(items);
  const values = compileKeys(additionalProperties);
  if (!rest && !values && first.every((find) => find === undefined)) return undefined;
  const inList = (index: number) => first[index] ?? rest;
  return (value, path) => {
    if (Array.isArray(value)) {
      return findFirst(value.entries(), inList, (index) => `${path}[${index}]`);
    }
    if (!isObject(value)) return undefined;
    return findFirst(
      Object.entries(value),
      () => values,
      (key) => toPath([path, key]),
    );
  };
}

function findFirst<K>(
  entries: Iterable<readonly [K, unknown]>,
  finder: (key: K) => FindUnknown | undefined,
  pathOf: (key: K) => string,
): string | undefined {
  for (const [key, item] of entries) {
    const found = finder(key)?.(item, pathOf(key));
    if (found !== undefined) return found;
  }
  return undefined;
}

function compileObjectKeys(schema: JsonSchema, properties: JsonSchema): FindUnknown {
  const open = schema["additionalProperties"];
  const strict = open === undefined || open === false;
  const children = new Map(
    Object.entries(properties).map(([key, child]) => [key, compileKeys(child)]),
  );
  const expected = [...children.keys()].join(", ") || "none";
  return (value, path) => {
    if (!isObject(value) || Array.isArray(value)) return undefined;
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
