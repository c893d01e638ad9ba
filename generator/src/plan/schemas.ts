import { isJson, type Json, toJson, toKey, toList } from "../json.ts";
import { type Place, sayDiscriminator, toMemberPlace, toUseful } from "./descriptions.ts";
import { LostReference, type References } from "./references.ts";
import { toTyped } from "./values.ts";
import { toHash, toPlain } from "./words.ts";

/** How many characters the description of a value inside a value may have. */
const nestedWords = 100;
const longestEnum = 60;
const deepestParts = 50;
const mostCounted = 1_000_000_000;
const finestStep = 1e-12;

const types = new Set(["string", "number", "integer", "boolean", "object", "array", "null"]);
const numbers = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
const counts = [
  ...["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"],
];
/** Formats that tell a model something. */
const formats = new Set(
  "date date-time time duration email hostname ipv4 ipv6 uri uri-reference uuid byte".split(" "),
);

/**
 * Turns the schemas of a document into JSON Schema 2020-12 for inputs: only keywords that a validator
 * surely knows, `readOnly` members left out, alternatives never exclusive, since the API itself is
 * the judge. Schemas with members of their own are shared and referred to, which is also what ends
 * circles. Patterns stay words: nobody's regular expressions are run.
 */
export class InputSchemas {
  readonly #references: References;
  readonly #names = new Map<string, string>();
  /** Schemas that are named and not yet written: chains of them may be of any length. */
  readonly #waiting: { readonly name: string; readonly target: Json }[] = [];
  readonly #members = new WeakMap<Json, Members | undefined>();
  readonly shared: Record<string, Json> = Object.create(null);
  /** What could not be taken over as it is. */
  readonly notes = new Set<string>();

  constructor(references: References) {
    this.#references = references;
  }

  /** The schema of an argument or of a member, with a description if it must have one. */
  toSchema(given: unknown, place: Place): Json {
    if (!isJson(given)) return describe({}, {}, place);
    const reference = given["$ref"];
    if (typeof reference === "string") return this.#refer(given, reference, place);
    const schema = this.#toKeywords(given, place);
    return describe(schema, given, place);
  }

  /** Writes the shared schemas that have been referred to so far. */
  finish(): void {
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      const { name, target } = next;
      this.shared[name] = this.toSchema(target, { name: "", where: "", owner: name });
    }
  }

  /** Whether a member is none that a caller may send. */
  isReadOnly(given: unknown): boolean {
    return this.#resolve(given)["readOnly"] === true;
  }

  /** The members of a schema that is a plain object, those of its parts taken together. */
  toMembers(given: unknown): Members | undefined {
    const schema = this.#resolve(given);
    const own = Object.keys(toJson(schema["properties"])).length > 0;
    const members = this.#membersOf(schema);
    return own || (members && members.properties.size > 0) ? members : undefined;
  }

  /** Each schema is looked into once: parts of parts may be the same ones many times over. */
  #membersOf(schema: Json, depth = 0): Members | undefined {
    if (depth > deepestParts) return undefined;
    if (this.#members.has(schema)) return this.#members.get(schema);
    // What is a part of itself has no members.
    this.#members.set(schema, undefined);
    const members = this.#gatherMembers(schema, depth);
    this.#members.set(schema, members);
    return members;
  }

  #gatherMembers(schema: Json, depth: number): Members | undefined {
    const open = schema["additionalProperties"];
    const unknown = open !== undefined && open !== false;
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
      for (const [name, property] of members.properties) {
        if (!properties.has(name)) properties.set(name, property);
      }
      for (const name of members.required) required.add(name);
    }
    for (const [name, property] of properties) {
      if (!this.isReadOnly(property)) continue;
      properties.delete(name);
      required.delete(name);
    }
    return { properties, required };
  }

  /** A schema that others refer to: written where it is, if it is small and has no members. */
  #refer(holder: Json, reference: string, place: Place): Json {
    const target = this.#resolve(holder);
    if (isSimple(target)) {
      const schema = this.#toKeywords(target, place);
      return describe(schema, { ...target, ...holder }, place);
    }
    const link = { $ref: `#/$defs/${this.#share(reference, target)}` };
    const own = toPlain(toDescription(holder), nestedWords);
    const named = toPlain(toDescription(target), nestedWords);
    if (own === "" && place.name === "") return link;
    const type = toTypes(target)[0];
    const words = toUseful(own || named, type === undefined ? {} : { type }, target, place);
    return { ...link, description: addWords(words, sayDiscriminator(target)) };
  }

  #share(reference: string, target: Json, form = ""): string {
    const known = this.#names.get(reference + form);
    if (known !== undefined) return known;
    const last = toKey(reference.split("/").at(-1) ?? "");
    const plain = (last.replace(/[^A-Za-z0-9_.-]+/g, "_").slice(0, 80) || "Schema") + form;
    const name = Object.hasOwn(this.shared, plain) ? `${plain}_${toHash(reference)}` : plain;
    this.#names.set(reference + form, name);
    this.shared[name] = {};
    this.#waiting.push({ name, target });
    return name;
  }

  #resolve(given: unknown): Json {
    try {
      return this.#references.resolve(given);
    } catch (error) {
      if (!(error instanceof LostReference)) throw error;
      this.notes.add(error.message);
      return {};
    }
  }

  #toKeywords(given: Json, place: Place): Json {
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
    // In 3.0 these are flags beside the bound.
    if (given["exclusiveMinimum"] === true) exclude(schema, "minimum", "exclusiveMinimum");
    if (given["exclusiveMaximum"] === true) exclude(schema, "maximum", "exclusiveMaximum");
    if (given["uniqueItems"] === true) schema["uniqueItems"] = true;
    const { format } = given;
    if (typeof format === "string" && formats.has(format)) schema["format"] = format;
    const own = isListOfValues(given) ? toListOfValues(given) : given;
    this.#addValues(schema, own);
    this.#addItems(schema, own, place);
    this.#addMembers(schema, given, place);
    this.#addParts(schema, given, { ...place, name: "" });
    return given["nullable"] === true ? toNullable(schema) : schema;
  }

  #addValues(schema: Record<string, unknown>, given: Json): void {
    if ("const" in given) schema["const"] = given["const"];
    const types = toTypes(schema);
    const texts = toList(given["enum"]).map((value) => JSON.stringify(value));
    const values = [...new Set(texts)].map((text): unknown => JSON.parse(text));
    const typed = values.filter((value) => toTyped(value, types) !== undefined);
    // Values that are none of the type say more than the type.
    if (values.length > 0 && typed.length === 0) delete schema["type"];
    const kept = typed.length === 0 ? values : typed.map((value) => toTyped(value, types));
    if (kept.length > 0 && kept.length <= longestEnum) schema["enum"] = [...new Set(kept)];
    const value = toTyped(given["default"], toTypes(schema));
    if (value !== undefined && value !== null && JSON.stringify(value).length <= 60) {
      schema["default"] = value;
    }
  }

  #addItems(schema: Record<string, unknown>, given: Json, { owner }: Place): void {
    const place = { name: "", where: "", owner };
    if (isJson(given["items"])) schema["items"] = this.toSchema(given["items"], place);
    const list = toList(given["prefixItems"]);
    if (list.length > 0) schema["prefixItems"] = list.map((item) => this.toSchema(item, place));
  }

  #addMembers(schema: Record<string, unknown>, given: Json, place: Place): void {
    const all = Object.entries(toJson(given["properties"]));
    const kept = all.filter(([, property]) => !this.isReadOnly(property));
    if (all.length > 0) {
      schema["properties"] = Object.fromEntries(
        kept.map(([name, property]) => [name, this.toSchema(property, toMemberPlace(name, place))]),
      );
    }
    const hidden = new Set(all.filter(([, one]) => this.isReadOnly(one)).map(([name]) => name));
    const required = new Set(toList(given["required"]).filter((name) => typeof name === "string"));
    const needed = [...required].filter((name) => !hidden.has(name));
    // A name no member has is a slip where members are listed.
    const real = needed.filter((name) => all.length === 0 || kept.some(([key]) => key === name));
    if (real.length > 0 && (all.length > 0 || schema["type"] === "object"))
      schema["required"] = real;
    const more = given["additionalProperties"];
    const combined = ["allOf", "anyOf", "oneOf"].some((key) => key in given);
    // Members of the parts are none of the whole's own, which would forbid them.
    if (more === false) {
      if (hidden.size === 0 && !combined) schema["additionalProperties"] = false;
    } else if (isJson(more) && Object.keys(more).length > 0 && !combined) {
      schema["additionalProperties"] = this.toSchema(more, { ...place, name: "" });
    }
  }

  #addParts(schema: Record<string, unknown>, given: Json, place: Place): void {
    const all = toList(given["allOf"]);
    const choices = [...toList(given["oneOf"]), ...toList(given["anyOf"])];
    const shares = "properties" in given || all.length + Number(choices.length > 0) > 1;
    const toPart = (part: unknown) =>
      shares ? this.#toPart(part, place) : this.toSchema(part, place);
    if (all.length > 0) schema["allOf"] = all.map(toPart);
    if (choices.length > 0) schema["anyOf"] = choices.map(toPart);
  }

  /** A part beside others, which may not forbid their members. */
  #toPart(part: unknown, place: Place): Json {
    const target = this.#resolve(part);
    const reference = isJson(part) ? part["$ref"] : undefined;
    if (target["additionalProperties"] === undefined) return this.toSchema(part, place);
    if (typeof reference !== "string") return this.toSchema(open(target), place);
    return { $ref: `#/$defs/${this.#share(reference, open(target), "_part")}` };
  }
}

export interface Members {
  readonly properties: ReadonlyMap<string, unknown>;
  readonly required: ReadonlySet<string>;
}

function open({ additionalProperties: _, ...rest }: Json): Json {
  return rest;
}

/** A list whose values stand beside it, where they mean its items. */
function isListOfValues(given: Json): boolean {
  const values = toList(given["enum"]);
  const types = toTypes(given).filter((type) => type !== "null");
  return types[0] === "array" && types.length === 1 && values.length > 0 && !values.some(isList);
}

function toListOfValues({ enum: values, items, ...rest }: Json): Json {
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

function isBare(schema: Json): boolean {
  const telling = ["properties", "items", "allOf", "anyOf", "oneOf", "additionalProperties", "not"];
  return !telling.some((key) => key in schema);
}

function isSimple(schema: Json): boolean {
  return isBare(schema) && JSON.stringify(schema["enum"] ?? []).length <= 200;
}

function exclude(schema: Record<string, unknown>, bound: string, exclusive: string): void {
  if (!(bound in schema)) return;
  schema[exclusive] = schema[bound];
  delete schema[bound];
}

function toNullable(schema: Record<string, unknown>): Json {
  const { type, enum: values } = schema;
  if (typeof type === "string") schema["type"] = [type, "null"];
  if (Array.isArray(values) && !values.includes(null)) schema["enum"] = [...values, null];
  if (type !== undefined || !("allOf" in schema || "anyOf" in schema)) return schema;
  return { anyOf: [schema, { type: "null" }] };
}

/** What a schema says of itself, and what a reader must know that no keyword says any more. */
function toDescription(given: Json): string | undefined {
  const { description, title, pattern, enum: values } = given;
  const parts = [typeof description === "string" ? description : title];
  if (typeof pattern === "string" && pattern.length <= 80) parts.push(`Matches ${pattern}`);
  const list = toList(values);
  if (list.length > longestEnum) parts.push(`One of ${list.slice(0, 20).join(", ")}, ...`);
  const texts = parts.filter((part) => typeof part === "string" && part !== "");
  return texts.length > 0 ? texts.join(" ") : undefined;
}

function describe(schema: Json, given: Json, place: Place): Json {
  const own = toPlain(toDescription(given), nestedWords);
  const words = place.name === "" ? own : toUseful(own, schema, given, place);
  const description = addWords(words, sayDiscriminator(given));
  return description === "" ? schema : { ...schema, description };
}

function addWords(words: string, more: string): string {
  return [words, more].filter((part) => part !== "").join(" ");
}
