import type { JsonSchema } from "@fairlead/define";
import { isRecord } from "@fairlead/guard/record";
import { toInline } from "./text.ts";

/** Beyond this depth the parameters of parameters say less to a person than they take room. */
const maxDepth = 2;

/** The parameters of a tool as a Markdown list: name, type, whether it is required, and meaning. */
export function toParameterList(schema: JsonSchema): string {
  return toLines(schema, 0).join("\n");
}

function toLines(schema: JsonSchema, depth: number): string[] {
  const { properties, required } = schema;
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  return Object.entries(isRecord(properties) ? properties : {}).flatMap(([name, property]) => {
    if (!isRecord(property)) return [];
    const facts = [toType(property), ...(needed.includes(name) ? ["required"] : [])];
    const { description, default: value, items } = property;
    const text = typeof description === "string" ? description : "";
    // Most descriptions say it, since some hosts drop the keyword.
    if (value !== undefined && !/default/i.test(text)) facts.push(`default ${toValue(value)}`);
    const meaning = text === "" ? "" : `: ${toInline(text)}`;
    const members = [property, items].filter(isRecord);
    return [
      `${"  ".repeat(depth)}- \`${name}\` (${facts.join(", ")})${meaning}`,
      ...(depth < maxDepth ? members.flatMap((member) => toLines(member, depth + 1)) : []),
    ];
  });
}

/** The type in words: its values if it has only some, and what a list holds. */
function toType(schema: JsonSchema): string {
  const { type, enum: values, const: only, items, anyOf, oneOf } = schema;
  if (Array.isArray(values)) return toChoice(values.map(toValue));
  if (only !== undefined) return toValue(only);
  if (type === "array") return isRecord(items) ? `list of ${toPlural(toType(items))}` : "list";
  if (Array.isArray(type)) return toChoice(type.map(String));
  if (typeof type === "string") return type;
  const choices: readonly unknown[] = [anyOf, oneOf].find(Array.isArray) ?? [];
  return choices.length > 0 ? toChoice(choices.filter(isRecord).map(toType)) : "any value";
}

function toPlural(type: string): string {
  return /^[a-z]+$/.test(type) ? `${type}s` : type;
}

function toChoice(words: readonly string[]): string {
  const different = [...new Set(words)];
  const last = different.pop() ?? "any value";
  return different.length === 0 ? last : `${different.join(", ")} or ${last}`;
}

function toValue(value: unknown): string {
  const text = typeof value === "string" && value !== "" ? value : JSON.stringify(value);
  return `\`${text.replaceAll("`", "'").replace(/\s+/g, " ")}\``;
}
