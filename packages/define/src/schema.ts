import type { z } from "zod";
import type { Reply } from "./reply.ts";

/** A JSON Schema document; the dialect is 2020-12 unless `$schema` says otherwise. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** A JSON Schema used as it is, for tools whose types come from a machine and not from zod. */
export interface RawSchema<T = unknown> {
  readonly jsonSchema: JsonSchema;
  /** Makes what lists show in its place: it may say less, never more. */
  listed?(): JsonSchema;
  /** Never present: carries the type of a valid value for inference. */
  readonly valueType?: T;
}

/**
 * Wraps a JSON Schema so that a tool can take it where it would take a zod schema. Values are checked
 * against it; `listed` makes what clients see of an input, where that has to be another.
 *
 * @example
 * ```ts
 * import { defineTool, fromJsonSchema } from "@fairlead/runtime";
 * import { z } from "zod";
 *
 * export const greet = defineTool({
 *   name: "greet_person",
 *   title: "Greet",
 *   description: "Greets a person by name.",
 *   effect: "read",
 *   input: fromJsonSchema<{ name: string }>({
 *     type: "object",
 *     properties: { name: { type: "string", description: "Name of the person." } },
 *     required: ["name"],
 *   }),
 *   output: z.string(),
 *   run: ({ name }) => `Hello, ${name}.`,
 * });
 * ```
 */
export function fromJsonSchema<T = unknown>(
  jsonSchema: JsonSchema,
  { listed }: { readonly listed?: () => JsonSchema } = {},
): RawSchema<T> {
  return { jsonSchema, ...(listed !== undefined && { listed }) };
}

/** What a tool may declare as input or output. */
export type Schema = z.ZodType | RawSchema;

/** What a tool receives: the value after validation, defaults applied. */
export type Validated<S> = S extends z.ZodType
  ? z.output<S>
  : S extends RawSchema<infer T>
    ? T
    : never;

/** A value of which the receiver changes nothing, and so also one that may not be changed. */
export type DeepReadonly<T> = T extends object
  ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
  : T;

/** What a tool may return: the value before validation, which is read and not changed. */
export type Unvalidated<S> = S extends z.ZodType
  ? DeepReadonly<z.input<S>>
  : S extends RawSchema<infer T>
    ? DeepReadonly<T>
    : never;

/** What `run` returns: the value before validation, or content blocks where there is no value. */
export type Returned<S> = S extends z.ZodVoid ? Reply : Unvalidated<S>;

export function isRawSchema(schema: Schema): schema is RawSchema {
  return "jsonSchema" in schema;
}

/**
 * How a tool with this output answers: a plain string is text, void is parts alone, anything else
 * is structured content with an output schema.
 */
export function answerKind(output: Schema): "text" | "parts" | "structured" {
  if (isRawSchema(output)) return "structured";
  const { type } = output._zod.def;
  return type === "string" ? "text" : type === "void" ? "parts" : "structured";
}
