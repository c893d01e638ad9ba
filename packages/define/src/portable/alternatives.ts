import type { JsonSchema } from "../schema.ts";
import { anyValue, isAnyValue } from "./any.ts";
import type { Parts } from "./merge.ts";
import {
  addForms,
  annotate,
  isOfType,
  joinValues,
  onlyRequires,
  sayNeeds,
  split,
  toType,
  writeSome,
} from "./shapes.ts";
import { sayForms } from "./words.ts";

/** Alternatives as one schema; just the one, if there are no others. */
export function choose(
  branches: readonly JsonSchema[],
  words: JsonSchema,
  sentences: readonly string[],
): JsonSchema {
  const flat = branches.flatMap((one) =>
    Object.keys(one).length === 1 && Array.isArray(one["anyOf"]) ? one["anyOf"] : [one],
  );
  const annotated = annotate(words, sentences);
  const all = joinValues(flat.length > 1 ? toUnique(flat) : flat);
  if (branches.some(isAnyValue)) return { ...anyValue, ...annotated };
  const [only, ...more] = all;
  if (only === undefined) return { ...anyValue, ...annotated };
  if (more.length > 0) return { anyOf: all, ...annotated };
  return typeof only["$ref"] === "string" && Object.keys(annotated).length > 0
    ? { anyOf: [only], ...annotated }
    : { ...only, ...annotated };
}

/** A schema that lists its values, by their types. */
export function writeEnum(
  own: JsonSchema,
  given: {
    readonly types: readonly string[];
    readonly values: readonly unknown[];
    readonly sentences: readonly string[];
  },
): JsonSchema {
  const { types, sentences } = given;
  const values = given.values.filter(
    (value) => types.length === 0 || types.some((type) => isOfType(value, type)),
  );
  const { words } = split(own);
  const byType = Map.groupBy(values, (value) => toType(value, types));
  const branches = [...byType].map(([type, some]) => writeSome(type, some));
  const said = branches.length === 1 ? branches.map((one) => String(one["description"] ?? "")) : [];
  return choose(branches, words, [...said, ...sentences]);
}

/** Alternatives as one object that takes the members of all and requires what all require. */
export function flatten(base: JsonSchema, forms: readonly (readonly Parts[])[]) {
  const sentences = forms.map((list) =>
    onlyRequires(list) ? sayNeeds(list) : sayForms(list.map(({ own }) => own)),
  );
  const own = forms.reduce(
    (all, list) =>
      addForms(
        all,
        list.map((one) => one.own),
      ),
    base,
  );
  return { own, sentences };
}

/** Members that may hold anything are said in one word. */
export function toOpen(schema: JsonSchema): JsonSchema | true {
  return isAnyValue(schema) && Object.keys(schema).length === 1 ? true : schema;
}

function toUnique(all: readonly JsonSchema[]): readonly JsonSchema[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}
