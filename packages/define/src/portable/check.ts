import { isRecord, toRecord } from "@fairlead/guard/record";
import type { JsonSchema } from "../schema.ts";
import { findRecursive, readReference, toList } from "./json.ts";

/** A place in an input schema that some provider refuses or reads as something else. */
export interface Problem {
  readonly path: string;
  readonly reason: string;
}

/** Keywords that every provider takes, and what they may stand next to. */
const keywords = new Set([
  ...["type", "description", "title", "default", "enum", "format", "x-mcp-header"],
  ...["properties", "required", "additionalProperties", "items", "anyOf", "$ref", "$defs"],
  ...["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"],
]);
const annotations = new Set(["description", "title", "default", "x-mcp-header"]);
const types = ["string", "number", "integer", "boolean", "object", "array", "null"];
const argumentName = /^[A-Za-z0-9_.-]{1,64}$/;

/** Keywords that a provider is known to refuse, and what says the same. */
const reasons: Readonly<Record<string, string>> = {
  oneOf: "write anyOf: OpenAI refuses oneOf in strict schemas",
  allOf: "merge its parts: OpenAI and Gemini know no allOf",
  prefixItems: "write items, minItems and maxItems: few providers know tuples",
  propertyNames: "say it in words: OpenAI and Gemini answer propertyNames with 400",
  const: "write an enum of one value: Gemini knows no const",
  exclusiveMinimum: "write minimum: Gemini answers exclusiveMinimum with 400",
  exclusiveMaximum: "write maximum: Gemini answers exclusiveMaximum with 400",
  pattern: "say it in words: OpenAI refuses some patterns and Codex drops all",
};

/**
 * Finds what keeps an input schema from being taken by every provider as it is. One tool that a
 * provider refuses ends the whole session, and a host that "repairs" a schema changes its meaning.
 *
 * | rule | because |
 * | --- | --- |
 * | The top is `type: object` with `properties`, and no `anyOf` or `enum` | OpenAI: "schema must have type 'object' and not have oneOf/anyOf/allOf/enum/not at the top level" |
 * | Argument names match `^[A-Za-z0-9_.-]{1,64}$` | Anthropic's check of `input_schema.properties` |
 * | Every schema has one `type`, or a `$ref` or an `anyOf` of such schemas; null is a branch | Gemini: "didn't specify the schema type field" (js-genai 806), and it takes no list of types; Codex reads what has no type as a string |
 * | `anyOf` and `$ref` stand next to annotations and nothing else; `$ref` stands alone | Vertex: "when using any_of, it must be the only field set"; OpenAI strict: "$ref cannot have keywords" |
 * | An array has `items`, which says a type | OpenAI: "array schema missing items"; VS Code refuses the tool; Codex adds items of strings |
 * | An object has `properties` or says what `additionalProperties` hold, `true` for anything | Gemini: "should be non-empty for OBJECT type" |
 * | `required` names properties that are there | Gemini: "property is not defined" |
 * | `enum` holds strings that are not empty | Gemini's Schema.enum is a list of strings; it refuses empty ones |
 * | `format` is date-time | Gemini: "only 'enum' and 'date-time' are supported for STRING type" (gemini-cli 2237) |
 * | `$ref` leads to `$defs` at the top and only where a schema holds itself | Converters of several hosts follow no references |
 * | No other keyword | Those left are what OpenAI's function schemas, Gemini's Schema, Anthropic, VS Code and Codex all know |
 *
 * What cannot be said this way is said in words and checked by the server. `references: "any"` allows
 * `$ref` for more than recursion, for servers whose list would be too long without.
 */
export function findNonPortable(
  schema: JsonSchema,
  { references = "recursive" }: { readonly references?: "recursive" | "any" } = {},
): readonly Problem[] {
  const checker = new Checker(schema, references);
  checker.checkTop();
  return checker.problems;
}

class Checker {
  readonly problems: Problem[] = [];
  readonly #root: JsonSchema;
  readonly #recursive: ReadonlySet<string>;
  readonly #references: "recursive" | "any";

  constructor(root: JsonSchema, references: "recursive" | "any") {
    this.#root = root;
    this.#recursive = findRecursive(root);
    this.#references = references;
  }

  checkTop(): void {
    const { type, properties, $defs } = this.#root;
    if (type !== "object") this.#add("", "the top must have type object");
    if (!isRecord(properties)) this.#add("", "the top must have properties, if empty ones");
    for (const name of Object.keys(toRecord(properties))) {
      if (!argumentName.test(name)) this.#add(name, `the name must match ${argumentName.source}`);
    }
    for (const key of ["anyOf", "enum", "$ref"]) {
      if (key in this.#root) this.#add("", `${key} must not be at the top`);
    }
    this.#checkMembers(this.#root, "");
    this.#checkKeywords(this.#root, "");
    for (const [name, schema] of Object.entries(toRecord($defs))) {
      this.#check(schema, `$defs.${name}`);
    }
  }

  #add(path: string, reason: string): void {
    this.problems.push({ path, reason });
  }

  #check(schema: unknown, path: string): void {
    if (!isRecord(schema)) return this.#add(path, "must be a schema that says a type");
    this.#checkKeywords(schema, path);
    if ("$defs" in schema) this.#add(path, "$defs must be at the top");
    const { $ref, anyOf, type } = schema;
    if (typeof $ref === "string") return this.#checkReference(schema, $ref, path);
    if (Array.isArray(anyOf)) return this.#checkChoices(schema, anyOf, path);
    if (typeof type !== "string" || !types.includes(type)) {
      return this.#add(path, "must say one type, or be an anyOf of schemas that do");
    }
    if (type === "object") return this.#checkObject(schema, path);
    if (type === "array") this.#check(schema["items"], `${path}.items`);
  }

  #checkKeywords(schema: JsonSchema, path: string): void {
    for (const key of Object.keys(schema)) {
      if (!keywords.has(key)) {
        this.#add(
          path,
          `${key}: ${reasons[key] ?? "say it in words: not every provider knows it"}`,
        );
      }
    }
    const { enum: values, format } = schema;
    const isText = (value: unknown) => typeof value === "string" && value !== "";
    if (values !== undefined && !(toList(values).length > 0 && toList(values).every(isText))) {
      this.#add(path, "enum must hold strings that are not empty");
    }
    if (format !== undefined && format !== "date-time") {
      this.#add(path, `format ${String(format)}: say it in words, Gemini knows date-time alone`);
    }
  }

  #checkReference(schema: JsonSchema, reference: string, path: string): void {
    if (Object.keys(schema).length > 1) this.#add(path, "$ref must stand alone");
    if (!reference.startsWith("#/$defs/")) this.#add(path, `${reference} must lead to $defs`);
    if (readReference(this.#root, reference) === undefined) {
      this.#add(path, `${reference} leads nowhere`);
    } else if (this.#references === "recursive" && !this.#recursive.has(reference)) {
      this.#add(path, `${reference} must be written in its place: it does not hold itself`);
    }
  }

  #checkChoices(schema: JsonSchema, anyOf: readonly unknown[], path: string): void {
    const others = Object.keys(schema).filter((key) => key !== "anyOf" && !annotations.has(key));
    if (others.length > 0) this.#add(path, `anyOf must not stand next to ${others.join(", ")}`);
    if (anyOf.length === 0) this.#add(path, "anyOf must have a branch");
    for (const [at, branch] of anyOf.entries()) this.#check(branch, `${path}.anyOf[${at}]`);
  }

  #checkObject(schema: JsonSchema, path: string): void {
    const { properties, additionalProperties: more } = schema;
    if (Object.keys(toRecord(properties)).length === 0 && more === undefined) {
      this.#add(path, "must have properties, or additionalProperties: true for any");
    }
    this.#checkMembers(schema, `${path}.`);
  }

  #checkMembers(schema: JsonSchema, prefix: string): void {
    const { properties, required, additionalProperties: more } = schema;
    const members = toRecord(properties);
    for (const [name, member] of Object.entries(members)) this.#check(member, `${prefix}${name}`);
    for (const name of toList(required)) {
      if (!Object.hasOwn(members, String(name))) {
        this.#add(`${prefix}${String(name)}`, "is required and must be among the properties");
      }
    }
    if (more !== undefined && typeof more !== "boolean") {
      this.#check(more, `${prefix}additionalProperties`);
    }
  }
}
