import { isRecord } from "@fairlead/guard";
import type { JsonSchema } from "@fairlead/runtime";

const single = ["items", "additionalProperties", "not", "contains", "propertyNames"];
const lists = ["allOf", "anyOf", "oneOf", "prefixItems"];
const maps = ["properties", "patternProperties", "$defs"];

/** The schema with every schema inside, and itself, changed. */
export function mapSchemas(
  schema: JsonSchema,
  change: (schema: JsonSchema) => JsonSchema,
): JsonSchema {
  const inside = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (single.includes(key) && isRecord(value)) return [key, mapSchemas(value, change)];
    if (lists.includes(key) && Array.isArray(value)) {
      return [key, value.map((one: unknown) => (isRecord(one) ? mapSchemas(one, change) : one))];
    }
    if (!maps.includes(key) || !isRecord(value)) return [key, value];
    const members = Object.entries(value).map(([name, one]): [string, unknown] => [
      name,
      isRecord(one) ? mapSchemas(one, change) : one,
    ]);
    return [key, Object.fromEntries(members)];
  });
  return change(Object.fromEntries(inside));
}

/** Finds what a schema says of the places inside a value. */
export class SchemaReader {
  readonly #root: JsonSchema;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  /** The schemas themselves, what they refer to, and all that they are made of or choose from. */
  flatten(schemas: readonly JsonSchema[]): readonly JsonSchema[] {
    const found = new Set<JsonSchema>();
    const open = [...schemas];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (found.has(at)) continue;
      found.add(at);
      const { $ref: reference, allOf, anyOf, oneOf } = at;
      const parts = [allOf, anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
      open.push(...[this.#find(reference), ...parts].filter(isRecord));
    }
    return [...found];
  }

  member(schemas: readonly JsonSchema[], name: string): readonly JsonSchema[] {
    return this.flatten(schemas).flatMap(({ properties, additionalProperties: more }) => {
      const own = isRecord(properties) && Object.hasOwn(properties, name) ? properties[name] : more;
      return isRecord(own) ? [own] : [];
    });
  }

  item(schemas: readonly JsonSchema[], index: number): readonly JsonSchema[] {
    return this.flatten(schemas).flatMap(({ prefixItems, items }) => {
      const own: unknown = Array.isArray(prefixItems) ? (prefixItems[index] ?? items) : items;
      return isRecord(own) ? [own] : [];
    });
  }

  #find(reference: unknown): unknown {
    if (typeof reference !== "string" || !reference.startsWith("#/$defs/")) return undefined;
    const name = reference.slice("#/$defs/".length).replaceAll("~1", "/").replaceAll("~0", "~");
    const shared = this.#root["$defs"];
    return isRecord(shared) && Object.hasOwn(shared, name) ? shared[name] : undefined;
  }
}
