import type { Option, Surface } from "@fairlead/runtime";
import { defaultOptions, entryFields, processOptions, serverOptions, topFields } from "./keys.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema of a file of servers, by which editors complete and check it. It is of draft 7, the
 * latest that all YAML language servers read.
 */
export function toConfigSchema(surfaces: readonly Surface[]): Json {
  const text = (description: string) => ({ type: "string", description });
  const ours = surfaces.map(({ name, options }) => ({
    properties: {
      server: { const: name, description: entryFields.server },
      ...toEntryProperties(options),
    },
    required: ["server"],
    additionalProperties: false,
  }));
  // What a package takes that is not ours is known when it is loaded.
  const foreign = {
    properties: {
      server: { type: "string", not: { enum: surfaces.map(({ name }) => name) } },
      ...toEntryProperties([]),
    },
    required: ["server"],
  };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Servers of `fairlead serve --config`",
    type: "object",
    properties: {
      publicUrl: text(topFields.publicUrl),
      ...toReferences([...processOptions, ...defaultOptions]),
      servers: {
        type: "array",
        minItems: 1,
        description: topFields.servers,
        items: { type: "object", anyOf: [...ours, foreign] },
      },
    },
    required: ["http", "servers"],
    additionalProperties: false,
    definitions: {
      reference: {
        description: "Takes the value from an environment variable or from a file.",
        anyOf: [toReference("env"), toReference("file")],
      },
      ...Object.fromEntries(
        [...processOptions, ...serverOptions].map((option) => [option.key, toOption(option)]),
      ),
    },
  };
}

function toEntryProperties(own: readonly Option[]): Json {
  return {
    name: { type: "string", description: entryFields.name },
    path: { type: "string", description: entryFields.path },
    ...Object.fromEntries(own.map((option) => [option.key, toOption(option)])),
    ...toReferences(serverOptions),
  };
}

function toReferences(options: readonly Option[]): Json {
  return Object.fromEntries(options.map(({ key }) => [key, { $ref: `#/definitions/${key}` }]));
}

function toReference(kind: "env" | "file"): Json {
  return {
    type: "object",
    properties: { [kind]: { type: "string", minLength: 1 } },
    required: [kind],
    additionalProperties: false,
  };
}

function toOption(option: Option): Json {
  const { description, many } = option;
  const one = toValue(option);
  const value = many ? { anyOf: [{ type: "array", items: one }, one] } : one;
  const fallback = option.default === undefined ? {} : { default: option.default };
  return { description, ...fallback, ...value };
}

function toValue({ key, type, secret, choices, minimum, maximum }: Option): Json {
  const reference = { $ref: "#/definitions/reference" };
  if (secret) return { anyOf: [reference] };
  // A port by itself is a number in YAML.
  const isAddress = key === "http" || key === "metrics";
  const value = {
    type: isAddress ? ["string", "integer"] : type,
    ...(choices && { enum: choices }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  };
  return { anyOf: [value, reference] };
}
