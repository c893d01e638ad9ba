import { isJson, type Json, toJson, toList } from "../../json.ts";
import { isBare, toTypes } from "./keywords.ts";
import type { References } from "./references.ts";

const deepestParts = 50;
/** How many kinds of one thing have their members side by side. */
const mostChildren = 20;

/** The members of an object, those of its parts taken together. */
export interface Members {
  readonly properties: ReadonlyMap<string, unknown>;
  readonly required: ReadonlySet<string>;
}

/** Finds the members of the schemas that are plain objects, which is what arguments are made of. */
export class MemberFinder {
  readonly #references: Pick<References, "resolveSchema" | "isFlagged" | "listChildren">;
  readonly #known = new WeakMap<Json, Members | undefined>();

  constructor(references: Pick<References, "resolveSchema" | "isFlagged" | "listChildren">) {
    this.#references = references;
  }

  /** Undefined for what has other members than those with names, or is one of several things. */
  find(given: unknown): Members | undefined {
    const schema = this.#references.resolveSchema(given);
    const own = Object.keys(toJson(schema["properties"])).length > 0;
    const members = this.#withKinds(schema, this.#membersOf(schema));
    return own || (members && members.properties.size > 0) ? members : undefined;
  }

  /** Members that a schema has on some condition: of `then`, `else` and `dependentSchemas`. */
  listConditional(schema: Json): Map<string, unknown> {
    const { if: condition, then: one, else: other, dependentSchemas } = schema;
    // What a condition says of a member holds on the condition alone.
    const named = Object.keys(toJson(this.#resolve(condition)["properties"]));
    const found = new Map<string, unknown>(named.map((name) => [name, {}]));
    const parts = [one, other, ...Object.values(toJson(dependentSchemas))].filter(isJson);
    for (const [name, property] of parts.flatMap((part) => this.#listAll(part))) {
      if (!this.#references.isFlagged(property, "readOnly")) found.set(name, property);
    }
    return found;
  }

  /** Every member a schema may have that somebody may send, on whatever condition. */
  listAny(given: unknown): Map<string, unknown> {
    const found = new Map<string, unknown>();
    for (const [name, property] of this.#listAll(given)) {
      const isKnown = found.has(name) || this.#references.isFlagged(property, "readOnly");
      if (!isKnown) found.set(name, property);
    }
    return found;
  }

  /** What a discriminator can say, by the kinds that are made of its schema. */
  listKinds(schema: Json): readonly string[] {
    const { propertyName, mapping } = toJson(schema["discriminator"]);
    if (typeof propertyName !== "string") return [];
    const mapped = Object.keys(toJson(mapping));
    if (mapped.length > 0 || "oneOf" in schema || "anyOf" in schema) return mapped;
    return this.#references.listChildren(schema).map((child) => child.split("/").at(-1) ?? "");
  }

  /** As a part of a whole a schema is just itself: the kinds that are made of it come on top. */
  #withKinds(schema: Json, members: Members | undefined): Members | undefined {
    if (members === undefined) return undefined;
    const { propertyName } = toJson(schema["discriminator"]);
    if (typeof propertyName !== "string") return members;
    const children = this.#references.listChildren(schema);
    if (children.length > mostChildren) return undefined;
    const properties = new Map(members.properties);
    for (const $ref of children) addMissing(properties, this.listAny({ $ref }));
    if (!members.properties.has(propertyName)) this.#sayKinds(schema, properties);
    return { ...members, properties };
  }

  /** Each schema is looked into once: parts of parts may be the same ones many times over. */
  #membersOf(schema: Json, depth = 0): Members | undefined {
    if (depth > deepestParts) return undefined;
    if (this.#known.has(schema)) return this.#known.get(schema);
    // What is a part of itself has no members.
    this.#known.set(schema, undefined);
    const members = this.#gather(schema, depth);
    this.#known.set(schema, members);
    return members;
  }

  #gather(schema: Json, depth: number): Members | undefined {
    const open = [schema["additionalProperties"], schema["unevaluatedProperties"]];
    const unknown = open.some((more) => more !== undefined && more !== false);
    const combined = "oneOf" in schema || "anyOf" in schema || "not" in schema;
    if (unknown || combined || "patternProperties" in schema) return undefined;
    if (!toTypes(schema).includes("object") && toTypes(schema).length > 0) return undefined;
    const properties = new Map(Object.entries(toJson(schema["properties"])));
    const required = new Set(toList(schema["required"]).map(String));
    for (const part of toList(schema["allOf"])) {
      const resolved = this.#resolve(part);
      const members = this.#membersOf(resolved, depth + 1);
      if (members === undefined) {
        // A part may only narrow or describe: then it adds no members.
        if (!isBare(resolved)) return undefined;
        continue;
      }
      addMissing(properties, members.properties);
      for (const name of members.required) required.add(name);
    }
    addMissing(properties, this.listConditional(schema));
    this.#sayKinds(schema, properties);
    for (const [name, property] of properties) {
      if (!this.#references.isFlagged(property, "readOnly")) continue;
      properties.delete(name);
      required.delete(name);
    }
    return { properties, required };
  }

  #sayKinds(schema: Json, properties: Map<string, unknown>): void {
    const name = String(toJson(schema["discriminator"])["propertyName"]);
    const kinds = this.listKinds(schema);
    if (kinds.length === 0 || !properties.has(name)) return;
    const property = this.#resolve(properties.get(name));
    const words = `Tells which one it is: ${kinds.slice(0, 12).join(", ")}.`;
    const description = [property["description"], words].filter((one) => typeof one === "string");
    properties.set(name, { ...property, description: description.join(" ") });
  }

  /** Every member a schema may have, on whatever condition. */
  #listAll(given: unknown, seen = new Set<Json>()): [string, unknown][] {
    const schema = this.#resolve(given);
    if (seen.has(schema) || seen.size > deepestParts) return [];
    seen.add(schema);
    const { properties, allOf, anyOf, oneOf, then: one, else: other } = schema;
    const parts = [...toList(allOf), ...toList(anyOf), ...toList(oneOf), one, other].filter(isJson);
    const own = Object.entries(toJson(properties));
    return [...own, ...parts.flatMap((part) => this.#listAll(part, seen))];
  }

  #resolve(given: unknown): Json {
    return this.#references.resolveSchema(given);
  }
}

function addMissing(into: Map<string, unknown>, from: ReadonlyMap<string, unknown>): void {
  for (const [name, property] of from) if (!into.has(name)) into.set(name, property);
}
