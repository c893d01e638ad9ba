import { isRecord, toRecord } from "@fairlead/guard/record";
import type { JsonSchema } from "../schema.ts";
import { readReference, toList } from "./json.ts";
import { type Parts, toNames } from "./merge.ts";
import { addSentences, sayRequired, sayValues } from "./words.ts";

/** Keywords that say something about a place and not about its value. */
const annotations = new Set(["description", "title", "default", "x-mcp-header"]);
const ofObjects = new Set([
  ...["properties", "required", "additionalProperties", "patternProperties", "propertyNames"],
  ...["minProperties", "maxProperties", "dependentRequired", "dependentSchemas"],
]);
const ofLists = new Set([
  "items",
  "prefixItems",
  "minItems",
  "maxItems",
  "uniqueItems",
  "contains",
]);
const ofTexts = new Set([
  ...["minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType"],
]);
const ofNumbers = new Set([
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"],
]);
const keywordsOf: Readonly<Record<string, ReadonlySet<string>>> = {
  object: ofObjects,
  array: ofLists,
  string: ofTexts,
  number: ofNumbers,
  integer: ofNumbers,
};

/** A schema's own constraints, and what it only says about its place. */
export function split(own: JsonSchema): { bare: JsonSchema; words: JsonSchema } {
  const [words, bare] = [true, false].map((wanted) =>
    Object.fromEntries(Object.entries(own).filter(([key]) => annotations.has(key) === wanted)),
  );
  return { bare: bare ?? {}, words: words ?? {} };
}

export function onlyAnnotates(schema: JsonSchema): boolean {
  return Object.keys(schema).every((key) => annotations.has(key));
}

/** The annotations with more sentences in their description. */
export function annotate(words: JsonSchema, sentences: readonly string[]): JsonSchema {
  const description = addSentences(words["description"], sentences);
  const { description: _, ...rest } = words;
  return description === "" ? rest : { ...rest, description };
}

/** The types a schema says or, by keywords of objects and lists, means. */
export function toTypes(own: JsonSchema): readonly string[] {
  const named = [...new Set(toNames(own["type"]))];
  if (named.length > 0) {
    return named.includes("number") ? named.filter((type) => type !== "integer") : named;
  }
  if (["properties", "additionalProperties", "patternProperties"].some((key) => key in own)) {
    return ["object"];
  }
  return "items" in own || "prefixItems" in own ? ["array"] : [];
}

/** What of a schema's keywords says something of values of a type. */
export function toKeywordsOf(type: string, own: JsonSchema): JsonSchema {
  const entries = Object.entries(own).filter(([key]) => keywordsOf[type]?.has(key));
  return Object.fromEntries(entries);
}

export function isOfType(value: unknown, type: string): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isRecord(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

/** The type to write a value in: one of these, if it has one of them. */
export function toType(value: unknown, types: readonly string[]): string {
  const all = ["string", "integer", "number", "boolean", "null", "array", "object"];
  const wanted = types.length > 0 ? types : all;
  return wanted.find((type) => isOfType(value, type)) ?? "string";
}

/** Some values of one type. Only texts can be listed; the others are said, and bounded if numbers. */
export function writeSome(type: string, values: readonly unknown[]): JsonSchema {
  if (type === "null") return { type };
  if (type === "string" && !values.includes("")) return { type, enum: values };
  if (type === "string" && values.length === 1) {
    return { type, maxLength: 0, description: "Empty text." };
  }
  if (type === "boolean" && values.length === 2) return { type };
  const description = sayValues(values);
  const numbers = values.filter((value) => typeof value === "number");
  const bounds = numbers.length > 0 && {
    minimum: Math.min(...numbers),
    maximum: Math.max(...numbers),
  };
  const open = type === "object" && { additionalProperties: true };
  return { type, description, ...bounds, ...open };
}

/** The bounds of a text or a number. */
export function toScalar(own: JsonSchema): JsonSchema {
  const { type, minLength, maxLength, format } = own;
  if (type === "string") {
    return {
      ...(minLength !== undefined && { minLength }),
      ...(maxLength !== undefined && { maxLength }),
      ...(format === "date-time" && { format }),
    };
  }
  if (type !== "integer" && type !== "number") return {};
  const step = type === "integer" ? 1 : 0;
  const over = toNumber(own["exclusiveMinimum"], (bound) => (step ? Math.floor(bound) + 1 : bound));
  const under = toNumber(own["exclusiveMaximum"], (bound) => (step ? Math.ceil(bound) - 1 : bound));
  const lowest = [toNumber(own["minimum"]), over].filter((bound) => bound !== undefined);
  const highest = [toNumber(own["maximum"]), under].filter((bound) => bound !== undefined);
  return {
    ...(lowest.length > 0 && { minimum: Math.max(...lowest) }),
    ...(highest.length > 0 && { maximum: Math.min(...highest) }),
  };
}

/** Alternatives, those that list texts and say no more as one. */
export function joinValues(all: readonly JsonSchema[]): readonly JsonSchema[] {
  const isList = ({ type, enum: values, ...rest }: JsonSchema) =>
    type === "string" && Array.isArray(values) && Object.keys(rest).length === 0;
  const lists = all.filter(isList);
  if (lists.length < 2) return all;
  const values = [...new Set(lists.flatMap((one) => toList(one["enum"])))];
  const joined = { type: "string", enum: values };
  return all.flatMap((one) => (one === lists[0] ? [joined] : lists.includes(one) ? [] : [one]));
}

/** Whether alternatives only say which members they require. */
export function onlyRequires(list: readonly Parts[]): boolean {
  const telling = (own: JsonSchema) =>
    Object.keys(own).filter((key) => !annotations.has(key) && key !== "type");
  return (
    list.some(({ own }) => "required" in own) &&
    list.every(
      ({ own, choices }) => choices.length === 0 && telling(own).every((key) => key === "required"),
    )
  );
}

export function sayNeeds(list: readonly Parts[]): string {
  return sayRequired(list.map(({ own }) => toList(own["required"]).map(String)));
}

export function isObjectForm({ own, choices }: Parts): boolean {
  return choices.length === 0 && toTypes(own).every((type) => type === "object");
}

/** An object with the members of all forms, of which it requires what every form does. */
export function addForms(own: JsonSchema, forms: readonly JsonSchema[]): JsonSchema {
  const mine = toRecord(own["properties"]);
  const byName = Map.groupBy(
    forms.flatMap((form) => Object.entries(toRecord(form["properties"]))),
    ([name]) => name,
  );
  const theirs = [...byName]
    .filter(([name]) => !Object.hasOwn(mine, name))
    .map(([name, all]) => {
      const unique = new Map(all.map(([, one]) => [JSON.stringify(one), one]));
      const [only, ...more] = unique.values();
      return [name, more.length > 0 ? { anyOf: [...unique.values()] } : only] as const;
    });
  const [first = [], ...others] = forms.map((form) => toList(form["required"]));
  const shared = first.filter((name) => others.every((names) => names.includes(name)));
  const required = [...new Set([...toList(own["required"]), ...shared])];
  return {
    ...own,
    properties: { ...mine, ...Object.fromEntries(theirs) },
    ...(required.length > 0 && { required }),
  };
}

/** Whether a reference leads to what says "any JSON" by holding itself in lists and objects. */
export function isJsonValue(root: JsonSchema, reference: string): boolean {
  const { anyOf, oneOf } = toRecord(readReference(root, reference));
  const branches = toList(anyOf ?? oneOf).filter(isRecord);
  const types = branches.map(({ type }) => type);
  const leadsBack = (schema: unknown) => toRecord(schema)["$ref"] === reference;
  return (
    ["string", "number", "boolean", "null"].every((type) => types.includes(type)) &&
    branches.some(({ type, items }) => type === "array" && leadsBack(items)) &&
    branches.some(({ type, additionalProperties: more }) => type === "object" && leadsBack(more))
  );
}

function toNumber(
  value: unknown,
  change: (bound: number) => number = (bound) => bound,
): number | undefined {
  return typeof value === "number" ? change(value) : undefined;
}
