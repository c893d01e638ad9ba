import { isJson, type Json, toJson, toList } from "../../json.ts";
import { toPlain } from "../names/words.ts";
import { type Place, sayDiscriminator, toUseful } from "./descriptions.ts";

/** How many characters the description of a value inside a value may have. */
export const nestedWords = 100;
export const longestEnum = 60;
const mostCounted = 1_000_000_000;
const finestStep = 1e-12;

export const types = new Set(["string", "number", "integer", "boolean", "object", "array", "null"]);
const numbers = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
const counts = [
  ...["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"],
];
/** Formats that tell a model something, or say that a number has more digits than JSON keeps. */
const formats = new Set(
  "date date-time time duration email hostname ipv4 ipv6 uri uri-reference uuid byte int64 uint64 decimal".split(
    " ",
  ),
);

/** The type of a value and its bounds, in the words of 2020-12. */
export function toBounds(given: Json): Record<string, unknown> {
  const schema: Record<string, unknown> = {};
  const known = toTypes(given).filter((type) => types.has(type));
  if (known.length > 0) schema["type"] = known.length === 1 ? known[0] : known;
  for (const key of numbers) if (Number.isFinite(given[key])) schema[key] = given[key];
  for (const key of counts) {
    const count = given[key];
    const isCount = typeof count === "number" && Number.isInteger(count);
    if (isCount && count >= 0 && count <= mostCounted) schema[key] = count;
  }
  // What no number is a multiple of.
  if (Number(schema["multipleOf"]) < finestStep) delete schema["multipleOf"];
  // In 3.0 these are flags next to the bound.
  if (given["exclusiveMinimum"] === true) exclude(schema, "minimum", "exclusiveMinimum");
  if (given["exclusiveMaximum"] === true) exclude(schema, "maximum", "exclusiveMaximum");
  if (given["uniqueItems"] === true) schema["uniqueItems"] = true;
  const { format } = given;
  if (typeof format === "string" && formats.has(format)) schema["format"] = format;
  dropRounded(schema);
  return schema;
}

/** Bounds that JSON has rounded are those of 64 bits, which say nothing of a value that it can keep. */
function dropRounded(schema: Record<string, unknown>): void {
  const isRounded = (bound: unknown) => Number.isInteger(bound) && !Number.isSafeInteger(bound);
  const rounded = numbers.filter((key) => isRounded(schema[key]));
  for (const key of rounded) delete schema[key];
  const isInteger = schema["type"] === "integer" || toList(schema["type"]).includes("integer");
  if (rounded.length > 0 && isInteger) schema["format"] ??= "int64";
}

/** A list whose values stand next to it, where they mean its items. */
export function isListOfValues(given: Json): boolean {
  const values = toList(given["enum"]);
  const types = toTypes(given).filter((type) => type !== "null");
  return types[0] === "array" && types.length === 1 && values.length > 0 && !values.some(isList);
}

export function toListOfValues({ enum: values, items, ...rest }: Json): Json {
  return { ...rest, items: { enum: values, ...toJson(items) } };
}

function isList(value: unknown): boolean {
  return Array.isArray(value);
}

export function toTypes(schema: Json): string[] {
  const { type } = schema;
  if (Array.isArray(type)) return type.filter((one) => typeof one === "string");
  if (typeof type === "string") return [type];
  if (isJson(schema["properties"])) return ["object"];
  return isJson(schema["items"]) ? ["array"] : [];
}

export function isBare(schema: Json): boolean {
  const telling = ["properties", "items", "allOf", "anyOf", "oneOf", "additionalProperties", "not"];
  return !telling.some((key) => key in schema);
}

export function isSimple(schema: Json): boolean {
  return isBare(schema) && JSON.stringify(schema["enum"] ?? []).length <= 200;
}

function exclude(schema: Record<string, unknown>, bound: string, exclusive: string): void {
  if (!(bound in schema)) return;
  schema[exclusive] = schema[bound];
  delete schema[bound];
}

export function toNullable(schema: Record<string, unknown>): Json {
  const { type, enum: values } = schema;
  if (typeof type === "string") schema["type"] = [type, "null"];
  if (Array.isArray(values) && !values.includes(null)) schema["enum"] = [...values, null];
  if (type !== undefined || !("allOf" in schema || "anyOf" in schema)) return schema;
  return { anyOf: [schema, { type: "null" }] };
}

/** What a schema says of itself, and what a reader must know that no keyword says any more. */
export function toDescription(given: Json): string | undefined {
  const { description, title, pattern, enum: values } = given;
  const parts = [typeof description === "string" ? description : title];
  if (typeof pattern === "string" && pattern.length <= 80) parts.push(`Matches ${pattern}`);
  const list = toList(values);
  if (list.length > longestEnum) parts.push(`One of ${list.slice(0, 20).join(", ")}, ...`);
  const texts = parts.filter((part) => typeof part === "string" && part !== "");
  return texts.length > 0 ? texts.join(" ") : undefined;
}

export function describe(schema: Json, given: Json, place: Place): Json {
  const own = toPlain(toDescription(given), nestedWords);
  const words = place.name === "" ? own : toUseful(own, schema, given, place);
  const description = addWords(words, sayDiscriminator(given));
  return description === "" ? schema : { ...schema, description };
}

export function addWords(words: string, more: string): string {
  return [words, more].filter((part) => part !== "").join(" ");
}
