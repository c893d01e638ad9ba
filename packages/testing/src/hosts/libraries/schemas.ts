import { type Fields, fieldsOf, isFields, listOf } from "./json.ts";

const kinds = ["type", "anyOf", "oneOf", "allOf", "enum", "const", "$ref"];

/** The parameters of a listed schema that a library no longer offers, or offers as anything at all. */
export function findForgotten(listed: unknown, offered: unknown): readonly string[] {
  const kept = fieldsOf(offered, "properties");
  return Object.entries(fieldsOf(listed, "properties"))
    .filter(([name, schema]) => !(name in kept) || (hasKind(schema) && !hasKind(kept[name])))
    .map(([name]) => name);
}

function hasKind(schema: unknown): boolean {
  return isFields(schema) && kinds.some((kind) => kind in schema);
}

/** The places of a schema sent with `strict: true` for which OpenAI refuses the whole request. */
export function findUnstrict(schema: unknown, path = ""): readonly string[] {
  if (!hasKind(schema) || !isFields(schema)) return [`${path} has no type`];
  const properties = fieldsOf(schema, "properties");
  const types = [schema["type"]].flat();
  const found: string[] = [];
  if (types.includes("array") && !("items" in schema)) found.push(`${path} has no items`);
  if (types.includes("object")) {
    if (schema["additionalProperties"] !== false) found.push(`${path} is open`);
    const required = listOf(schema, "required");
    const optional = Object.keys(properties).filter((name) => !required.includes(name));
    found.push(...optional.map((name) => `${path}.${name} is optional`));
  }
  return [...found, ...toParts(schema).flatMap(([name, part]) => findUnstrict(part, path + name))];
}

function toParts(schema: Fields): readonly (readonly [string, unknown])[] {
  const named = ["properties", "$defs"].flatMap((field) => Object.entries(fieldsOf(schema, field)));
  return [
    ...named.map(([name, part]) => [`.${name}`, part] as const),
    ...listOf(schema, "anyOf").map((part, index) => [`.anyOf[${index}]`, part] as const),
    ...("items" in schema ? [["[]", schema["items"]] as const] : []),
  ];
}
