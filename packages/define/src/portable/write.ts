import { isRecord, toRecord } from "@fairlead/guard/record";
import type { JsonSchema } from "../schema.ts";
import { choose, flatten, toOpen, writeEnum } from "./alternatives.ts";
import { anyValue } from "./any.ts";
import { findRecursive, readReference, toList, unescapePart } from "./json.ts";
import { merge, type Parts } from "./merge.ts";
import {
  annotate,
  isJsonValue,
  isObjectForm,
  onlyAnnotates,
  onlyRequires,
  sayNeeds,
  split,
  toKeywordsOf,
  toScalar,
  toTypes,
} from "./shapes.ts";
import { saySilenced } from "./words.ts";

export interface PortableOptions {
  /** `inline` writes what references lead to in their place; `keep` leaves it in `$defs`. */
  readonly references?: "inline" | "keep";
  /** How many schemas may be written before it is given up. */
  readonly limit?: number;
}

/** A schema became too many, or too deep, when its references were written in their places. */
export class TooManySchemas extends Error {
  override readonly name = "TooManySchemas";
}

/**
 * Writes an input schema in the subset every provider takes (see `findNonPortable`). It never refuses
 * what the schema takes; what it cannot say stands in the descriptions, and the code that checks
 * arguments goes on checking them against the schema itself. Recursion stays a `$ref`, as nothing else
 * can express it. Beyond the limit it throws TooManySchemas, or writes "anything" where references are
 * kept, since there is no smaller form to go to.
 */
export function toPortable(schema: JsonSchema, options: PortableOptions = {}): JsonSchema {
  const written = new Writer(schema, options).writeTop();
  if (options.references === "keep" || !("$defs" in written)) return written;
  // What held itself by way of a constraint that is said in words now does so no more.
  const recursive = findRecursive(written);
  const settled = Object.keys(toRecord(written["$defs"])).every((name) =>
    recursive.has(toReference(name)),
  );
  return settled ? written : toPortable(written, options);
}

function toReference(name: string): string {
  return `#/$defs/${name}`;
}

/** How many characters of shared members may be repeated in each alternative. */
const mostRepeated = 1_500;
const mostSchemas = 20_000;
const deepest = 100;
/** How often alternatives within alternatives are multiplied out. */
const deepestChoices = 3;
const unsaid = "Must also fit one of several other forms, which the server checks.";

class Writer {
  readonly #root: JsonSchema;
  readonly #keepAll: boolean;
  readonly #limit: number;
  readonly #recursive: ReadonlySet<string>;
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #waiting: string[] = [];
  readonly #parts = new Map<object, Parts>();
  #count = 0;
  #depth = 0;

  constructor(root: JsonSchema, options: PortableOptions) {
    const { references = "inline", limit = mostSchemas } = options;
    this.#root = root;
    this.#keepAll = references === "keep";
    this.#limit = limit;
    this.#recursive = findRecursive(root);
  }

  writeTop(): JsonSchema {
    const { $defs: _, $schema: __, ...root } = this.#root;
    const { own, choices } = this.#takeApart(root);
    const forms = choices.map((list) => list.map((one) => this.#takeApart(one)));
    const flat = flatten(own, forms);
    const whole = { properties: {}, ...flat.own, type: "object" };
    const top = toOrder(this.#writeType(whole, flat.sentences), Object.keys(root));
    const $defs = this.#writeDefinitions();
    return Object.keys($defs).length > 0 ? { ...top, $defs } : top;
  }

  #writeDefinitions(): JsonSchema {
    const written: [string, JsonSchema][] = [];
    for (let at = this.#waiting.pop(); at !== undefined; at = this.#waiting.pop()) {
      const target = at === "#" ? withoutDefinitions(this.#root) : readReference(this.#root, at);
      written.push([this.#names.get(at) ?? at, this.#write(target)]);
    }
    return Object.fromEntries(written.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #write(given: unknown): JsonSchema {
    if (!isRecord(given) || !this.#hasRoom()) return anyValue;
    this.#depth += 1;
    const written = this.#writeSchema(given);
    this.#depth -= 1;
    return toOrder(written, Object.keys(given));
  }

  #hasRoom(): boolean {
    this.#count += 1;
    if (this.#count <= this.#limit && this.#depth < deepest) return true;
    if (this.#keepAll) return false;
    throw new TooManySchemas();
  }

  #writeSchema(given: JsonSchema): JsonSchema {
    const { $ref: reference, ...beside } = given;
    if (typeof reference === "string" && this.#isKept(reference) && onlyAnnotates(beside)) {
      if (isJsonValue(this.#root, reference)) return { ...anyValue, ...beside };
      const link = { $ref: toReference(this.#nameOf(reference)) };
      return Object.keys(beside).length > 0 ? { anyOf: [link], ...beside } : link;
    }
    return this.#writeParts(this.#takeApart(given));
  }

  #isKept(reference: string): boolean {
    const there = reference === "#" || readReference(this.#root, reference) !== undefined;
    return there && (this.#keepAll || this.#recursive.has(reference));
  }

  #nameOf(reference: string): string {
    const known = this.#names.get(reference);
    if (known !== undefined) return known;
    const last = unescapePart(reference.split("/").at(-1) ?? "").replace(/[^\w.-]+/g, "_");
    const plain = last === "" ? "Root" : last;
    const name = this.#taken.has(plain) ? `${plain}_${this.#names.size}` : plain;
    this.#names.set(reference, name);
    this.#taken.add(name);
    this.#waiting.push(reference);
    return name;
  }

  /** What a schema refers to and what it is made of, taken together; each is looked into once. */
  #takeApart(given: unknown): Parts {
    if (!isRecord(given) || this.#depth >= deepest) return { own: {}, choices: [] };
    const known = this.#parts.get(given);
    if (known !== undefined) return known;
    this.#depth += 1;
    // What is a part of itself adds nothing.
    this.#parts.set(given, { own: {}, choices: [] });
    const { $ref: reference, allOf, anyOf, oneOf, $defs: _, ...own } = given;
    const choices = [anyOf, oneOf].map(toList).filter((list) => list.length > 0);
    const others = [
      ...(typeof reference === "string" ? [readReference(this.#root, reference)] : []),
      ...toList(allOf),
    ];
    const parts = [{ own, choices }, ...others.map((other) => this.#takeApart(other))];
    const whole = parts.reduce(merge);
    this.#depth -= 1;
    this.#parts.set(given, whole);
    return whole;
  }

  #writeParts({ own, choices }: Parts, multiplied = 0): JsonSchema {
    const forms = choices.map((list) => list.map((one) => this.#takeApart(one)));
    const requiring = forms.filter(onlyRequires).map(sayNeeds);
    const at = forms.findIndex((list) => !onlyRequires(list));
    const [list, first] = [choices[at], forms[at]];
    if (list === undefined || first === undefined) return this.#writeValues(own, requiring);
    const others = forms.length - requiring.length - 1;
    const sentences = [...requiring, ...(others > 0 ? [unsaid] : [])];
    const { bare, words } = split(own);
    if (Object.keys(bare).length === 0) {
      const branches = list.map((one) => this.#write(one));
      return choose(branches, words, sentences);
    }
    if (multiplied > deepestChoices || !this.#hasRoom()) {
      return this.#writeValues(own, [...sentences, unsaid]);
    }
    const repeated = JSON.stringify(bare).length * (first.length - 1);
    if (repeated > mostRepeated && first.every(isObjectForm)) {
      const flat = flatten(own, [first]);
      return this.#writeValues(flat.own, [...sentences, ...flat.sentences]);
    }
    const branches = first.map((one) =>
      this.#writeParts(merge({ own: bare, choices: [] }, one), multiplied + 1),
    );
    return choose(branches, words, sentences);
  }

  /** A schema without alternatives: those its types and its values make are written as such. */
  #writeValues(own: JsonSchema, sentences: readonly string[]): JsonSchema {
    const types = toTypes(own);
    const values = "const" in own ? [own["const"]] : own["enum"];
    if (Array.isArray(values)) return writeEnum(own, { types, values, sentences });
    if (types.length === 1) return this.#writeType({ ...own, type: types[0] }, sentences);
    const { bare, words } = split(own);
    if (types.length === 0) {
      return { ...anyValue, ...annotate(words, [...saySilenced(bare), ...sentences]) };
    }
    const branches = types.map((type) =>
      this.#writeType({ ...toKeywordsOf(type, bare), type }, []),
    );
    return choose(branches, words, sentences);
  }

  #writeType(own: JsonSchema, sentences: readonly string[]): JsonSchema {
    const { type } = own;
    const { words } = split(own);
    const annotated = annotate(words, [...saySilenced(own), ...sentences]);
    if (type === "object") return { type, ...annotated, ...this.#writeMembers(own) };
    if (type === "array") return { type, ...annotated, ...this.#writeItems(own) };
    return { type, ...annotated, ...toScalar(own) };
  }

  #writeMembers(own: JsonSchema): JsonSchema {
    const names = toList(toRecord(own["propertyNames"])["enum"]).map(String);
    const more = own["additionalProperties"];
    // A map of known names is an object with these members.
    const known = names.map((name) => [name, more ?? {}] as const);
    const all = { ...Object.fromEntries(known), ...toRecord(own["properties"]) };
    const members = Object.fromEntries(Object.entries(all).filter(([, one]) => !isNothing(one)));
    const properties = Object.entries(members).map(([name, one]) => [name, this.#write(one)]);
    const required = toList(own["required"]).filter((name) => Object.hasOwn(members, String(name)));
    const hasMembers = properties.length > 0 || isRecord(own["properties"]);
    const rest = known.length > 0 ? false : this.#writeMore(own, properties.length);
    return {
      ...(hasMembers && { properties: Object.fromEntries(properties) }),
      ...(required.length > 0 && { required }),
      ...(rest !== undefined && { additionalProperties: rest }),
    };
  }

  /** What an object may hold besides its named members; with none of these it must say so. */
  #writeMore(own: JsonSchema, members: number): JsonSchema | boolean | undefined {
    const { additionalProperties: more, patternProperties: patterns } = own;
    const values = Object.values(toRecord(patterns));
    if (values.length > 0) {
      const all = more === undefined ? [true] : more === false ? [] : [more];
      return toOpen(
        choose(
          [...values, ...all].map((one) => this.#write(one)),
          {},
          [],
        ),
      );
    }
    if (more === undefined) return members > 0 ? undefined : true;
    return typeof more === "boolean" ? more : toOpen(this.#write(more));
  }

  #writeItems(own: JsonSchema): JsonSchema {
    const { items, prefixItems, minItems, maxItems } = own;
    const first = toList(prefixItems);
    const rest = isRecord(items) ? [items] : [];
    const closed = items === false && first.length > 0 ? first.length : undefined;
    const most = maxItems ?? closed;
    const written = [...first, ...rest].map((one) => this.#write(one));
    return {
      items: written.length > 0 ? choose(written, {}, []) : anyValue,
      ...(minItems !== undefined && { minItems }),
      ...(most !== undefined && { maxItems: most }),
    };
  }
}

function withoutDefinitions({ $defs: _, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

/** A member that must not be there. */
function isNothing(schema: unknown): boolean {
  if (!isRecord(schema)) return schema === false;
  return isRecord(schema["not"]) && Object.keys(schema["not"]).length === 0;
}

/** The keywords in the order they were given in, for the person who reads the difference. */
function toOrder(schema: JsonSchema, keys: readonly string[]): JsonSchema {
  const given = keys.filter((key) => key in schema).map((key) => [key, schema[key]] as const);
  return { ...Object.fromEntries(given), ...schema };
}
