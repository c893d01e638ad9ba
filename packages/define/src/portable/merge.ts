import { isRecord, toRecord } from "@fairlead/guard/record";
import type { JsonSchema } from "../schema.ts";
import { toList } from "./json.ts";

/** A schema taken apart: its own keywords, and the lists of alternatives of which each must be met. */
export interface Parts {
  readonly own: JsonSchema;
  readonly choices: readonly (readonly unknown[])[];
}

const largest = new Set(["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"]);
const least = new Set(["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"]);

/** What must fit both, as one; where that cannot be said exactly it takes more, never less. */
export function merge(one: Parts, two: Parts): Parts {
  const own: Record<string, unknown> = { ...two.own, ...one.own };
  for (const key of Object.keys(own)) {
    if (key in one.own && key in two.own) own[key] = meet(key, one.own[key], two.own[key]);
  }
  return { own, choices: [...new Set([...one.choices, ...two.choices])] };
}

function meet(key: string, one: unknown, two: unknown): unknown {
  if (one === two) return one;
  if (largest.has(key)) return Math.max(Number(one), Number(two));
  if (least.has(key)) return Math.min(Number(one), Number(two));
  if (key === "type") return meetTypes(one, two);
  if (key === "required") return [...new Set([...toList(one), ...toList(two)])];
  if (key === "enum") return meetValues(toList(one), toList(two));
  if (key === "properties") return meetMembers(toRecord(one), toRecord(two));
  if (key === "items") return { allOf: [one, two] };
  if (key === "uniqueItems") return one === true || two === true;
  if (key === "additionalProperties") return meetMore(one, two);
  return one;
}

function meetMembers(one: JsonSchema, two: JsonSchema): JsonSchema {
  const both = Object.keys(one).filter(
    (name) => Object.hasOwn(two, name) && one[name] !== two[name],
  );
  const met = both.map((name) => [name, { allOf: [one[name], two[name]] }] as const);
  return { ...one, ...two, ...Object.fromEntries(met) };
}

/** Members of one part are named members of the whole, so what a part says of others stays loose. */
function meetMore(one: unknown, two: unknown): unknown {
  if (one === false || two === false) return false;
  if (isRecord(one) && isRecord(two)) return { allOf: [one, two] };
  return isRecord(one) ? one : two;
}

function meetTypes(one: unknown, two: unknown): unknown {
  const [some, others] = [toNames(one), toNames(two)];
  const met = some.flatMap((type) => {
    if (others.includes(type)) return [type];
    if (type === "integer" && others.includes("number")) return [type];
    return type === "number" && others.includes("integer") ? ["integer"] : [];
  });
  if (met.length === 0) return one;
  return met.length === 1 ? met[0] : met;
}

function meetValues(one: readonly unknown[], two: readonly unknown[]): readonly unknown[] {
  const texts = new Set(two.map((value) => JSON.stringify(value)));
  const met = one.filter((value) => texts.has(JSON.stringify(value)));
  return met.length > 0 ? met : one;
}

export function toNames(type: unknown): readonly string[] {
  return (Array.isArray(type) ? type : [type]).filter((one) => typeof one === "string");
}
