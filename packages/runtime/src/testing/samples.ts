import type { JsonSchema } from "@fairlead/define";
import { isRecord, toRecord } from "@fairlead/guard/record";

/** What requires itself has no sample; beyond this it is left as it is. */
const deepest = 16;

/** A value that fits a JSON Schema: the simplest there is, with every optional member at the top. */
export function toSample(
  schema: unknown,
  root: JsonSchema = isRecord(schema) ? schema : {},
): unknown {
  return new Sampler(root).sample(schema, 0);
}

class Sampler {
  readonly #root: JsonSchema;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  sample(given: unknown, depth: number): unknown {
    if (!isRecord(given) || depth > deepest) return "sample";
    const schema = this.#resolve(given);
    if ("const" in schema) return schema["const"];
    if (Array.isArray(schema["enum"])) {
      return schema["enum"].find((value) => value !== null && value !== "") ?? schema["enum"][0];
    }
    const type = toList(schema["type"]).find((one) => one !== "null") ?? toType(schema);
    return type === undefined ? "sample" : this.#ofType(String(type), schema, depth);
  }

  #ofType(type: string, schema: JsonSchema, depth: number): unknown {
    if (type === "string") return toText(schema);
    if (type === "integer" || type === "number") return toNumber(schema);
    if (type === "boolean") return true;
    if (type === "null") return null;
    if (type === "array") {
      const least = Number(schema["minItems"] ?? 0);
      const count = Math.max(least, depth < 2 ? 1 : 0);
      const items = Array.from({ length: count }, () => this.sample(schema["items"], depth + 1));
      return schema["uniqueItems"] === true ? items.map(toUnique) : items;
    }
    return this.#object(schema, depth);
  }

  #object(schema: JsonSchema, depth: number): unknown {
    const properties = isRecord(schema["properties"]) ? schema["properties"] : {};
    const required = toList(schema["required"]).map(String);
    const names = depth === 0 ? Object.keys(properties) : required;
    const entries = [...new Set([...names, ...required])].map(
      (name) => [name, this.sample(properties[name] ?? {}, depth + 1)] as const,
    );
    const least = Number(schema["minProperties"] ?? 0);
    const more = schema["additionalProperties"];
    for (let at = entries.length; at < least; at += 1) {
      const spare = Object.keys(properties).find((name) => !entries.some(([key]) => key === name));
      const name = spare ?? `member_${at}`;
      const member = spare === undefined ? more : properties[spare];
      entries.push([name, this.sample(isRecord(member) ? member : {}, depth + 1)]);
    }
    return Object.fromEntries(entries);
  }

  /** The schema itself, what it refers to and what it is made of taken in. */
  #resolve(schema: JsonSchema, seen = 0): JsonSchema {
    if (seen > 20) return {};
    const { $ref: reference, allOf, oneOf, anyOf, ...own } = schema;
    // One of several will do: the first that is something.
    const choice = toList(oneOf ?? anyOf).find((one) => isRecord(one) && one["type"] !== "null");
    const parts = [...toList(allOf), choice].filter(isRecord);
    const target = typeof reference === "string" ? this.#find(reference) : undefined;
    if (isRecord(target)) parts.unshift(target);
    return parts.map((part) => this.#resolve(part, seen + 1)).reduce(merge, own);
  }

  #find(reference: string): unknown {
    return reference
      .replace(/^#\/?/, "")
      .split("/")
      .filter((part) => part !== "")
      .reduce<unknown>(
        (at, part) => (isRecord(at) ? at[part.replaceAll("~1", "/").replaceAll("~0", "~")] : at),
        this.#root,
      );
  }
}

function merge(own: JsonSchema, other: JsonSchema): JsonSchema {
  const properties = mergeMembers(toRecord(other["properties"]), toRecord(own["properties"]));
  const required = [...toList(own["required"]), ...toList(other["required"])];
  // Of a few values and one of a choice, the few hold for every choice.
  const { const: _, ...free } = other;
  const rest = "enum" in own ? free : other;
  return {
    ...rest,
    ...own,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  };
}

/** What both say of a member holds for it. */
function mergeMembers(some: JsonSchema, more: JsonSchema): JsonSchema {
  const both = Object.keys(some).filter((name) => Object.hasOwn(more, name));
  const merged = both.map((name) => [name, { allOf: [some[name], more[name]] }]);
  return { ...some, ...more, ...Object.fromEntries(merged) };
}

function toText({ minLength, maxLength }: JsonSchema): string {
  const least = Number(minLength ?? 0);
  const most = Number(maxLength ?? Number.POSITIVE_INFINITY);
  return "sample".padEnd(least, "x").slice(0, most);
}

function toNumber(schema: JsonSchema): number {
  const step = Number(schema["multipleOf"] ?? 1);
  const least = schema["minimum"] ?? schema["exclusiveMinimum"];
  const most = schema["maximum"] ?? schema["exclusiveMaximum"];
  if (typeof least === "number") {
    const inner = typeof most === "number" && most - least <= step ? (least + most) / 2 : undefined;
    const over = "minimum" in schema ? 0 : step;
    if (inner === undefined || over === 0) return Math.ceil(least / step) * step + over;
    return inner;
  }
  if (typeof most === "number" && most < 1) return Math.floor(most / step) * step - step;
  return step;
}

function toUnique(item: unknown, at: number): unknown {
  if (at === 0) return item;
  if (typeof item === "string") return `${item}${at}`;
  return typeof item === "number" ? item + at : item;
}

function toType(schema: JsonSchema): string | undefined {
  if ("properties" in schema || "additionalProperties" in schema) return "object";
  if ("items" in schema) return "array";
  return undefined;
}

function toList(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
