import { isJson, type Json, toJson, toKey, toList } from "../../json.ts";
import { toHash, toPlain } from "../names/words.ts";
import { cutCircles } from "./circles.ts";
import { type Place, sayDiscriminator, toMemberPlace, toUseful } from "./descriptions.ts";
import {
  addWords,
  describe,
  isListOfValues,
  isSimple,
  longestEnum,
  nestedWords,
  toBounds,
  toDescription,
  toListOfValues,
  toNullable,
  toTypes,
} from "./keywords.ts";
import { MemberFinder, type Members } from "./members.ts";
import { LostReference, type References } from "./references.ts";
import { toTyped } from "./values.ts";

const combining = ["allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas"];
const nothing: ReadonlySet<string> = new Set();

/** What is known of a schema from where it stands. */
interface Around extends Place {
  /** Members that a whole has and nobody may send, so that its parts do not ask for them. */
  readonly hidden?: ReadonlySet<string>;
}

/**
 * Turns the schemas of a document into JSON Schema 2020-12 for inputs: only keywords that a validator
 * surely knows, `readOnly` members left out, alternatives never exclusive, since the API itself is
 * the judge. Schemas with members of their own are shared and referred to, which is also what ends
 * circles. Patterns stay words: nobody's regular expressions are run.
 */
export class InputSchemas {
  readonly #references: References;
  readonly #finder: MemberFinder;
  readonly #names = new Map<string, string>();
  /** Schemas that are named and not yet written: chains of them may be of any length. */
  readonly #waiting: { readonly name: string; readonly target: Json }[] = [];
  readonly shared: Record<string, Json> = Object.create(null);
  /** What could not be taken over as it is. */
  readonly notes = new Set<string>();

  constructor(references: References) {
    this.#references = references;
    this.#finder = new MemberFinder({
      resolveSchema: (value) => this.#resolve(value),
      isFlagged: (value, flag) => this.#isFlagged(value, flag),
      listChildren: (parent) => references.listChildren(parent),
    });
  }

  /** The schema of an argument or of a member, with a description if it must have one. */
  toSchema(given: unknown, place: Around): Json {
    if (!isJson(given)) return describe({}, {}, place);
    const reference = given["$ref"];
    if (typeof reference === "string") return this.#refer(given, reference, place);
    const schema = this.#toKeywords(given, place);
    return describe(schema, this.#withKinds(given), place);
  }

  /** Writes the shared schemas that have been referred to so far. */
  finish(): void {
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      const { name, target } = next;
      this.shared[name] = this.toSchema(target, { name: "", where: "", owner: name });
    }
    cutCircles(this.shared);
  }

  /** The members of a schema that is a plain object, those of its parts taken together. */
  toMembers(given: unknown): Members | undefined {
    return this.#finder.find(given);
  }

  /** Every member a schema may have that somebody may send, on whatever condition. */
  toAnyMembers(given: unknown): Map<string, unknown> {
    return this.#finder.listAny(given);
  }

  /** A schema that others refer to: written where it is, if it is small and has no members. */
  #refer(holder: Json, reference: string, place: Around): Json {
    const target = this.#resolve({ $ref: reference });
    const whole = this.#resolve(holder);
    const narrows = "allOf" in whole && whole["allOf"] !== target["allOf"];
    if (narrows || isSimple(target)) {
      return describe(this.#toKeywords(whole, place), this.#withKinds(whole), place);
    }
    const link = { $ref: `#/$defs/${this.#share(reference, target)}` };
    if (whole["nullable"] === true && target["nullable"] !== true) {
      return describe({ anyOf: [link, { type: "null" }] }, whole, place);
    }
    const own = toPlain(toDescription(holder), nestedWords);
    const named = toPlain(toDescription(target), nestedWords);
    if (own === "" && place.name === "") return link;
    const type = toTypes(target)[0];
    const words = toUseful(own || named, type === undefined ? {} : { type }, target, place);
    const said = sayDiscriminator(this.#withKinds(target));
    return { ...link, description: addWords(words, said) };
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
    return this.#orLost(() => this.#references.resolveSchema(given), {});
  }

  #isFlagged(given: unknown, flag: "readOnly" | "writeOnly"): boolean {
    return this.#orLost(() => this.#references.isFlagged(given, flag), false);
  }

  /** What a reference that leads nowhere would have said is noted, and nothing. */
  #orLost<T>(read: () => T, lost: T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof LostReference)) throw error;
      this.notes.add(error.message);
      return lost;
    }
  }

  #toKeywords(given: Json, place: Around): Json {
    const schema = toBounds(given);
    const own = isListOfValues(given) ? toListOfValues(given) : given;
    this.#addValues(schema, own);
    this.#addItems(schema, own, place);
    const hidden = this.#findHidden(given, place.hidden);
    this.#addMembers(schema, given, { ...place, hidden });
    this.#addParts(schema, given, { ...place, name: "", hidden });
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

  /** The members of a schema and its parts that nobody may send. */
  #findHidden(given: Json, inherited: ReadonlySet<string> = nothing): ReadonlySet<string> {
    const parts = [given, ...toList(given["allOf"]).map((part) => this.#resolve(part))];
    const names = parts.flatMap((part) =>
      Object.entries(toJson(part["properties"])).flatMap(([name, property]) =>
        this.#isFlagged(property, "readOnly") ? [name] : [],
      ),
    );
    return names.length === 0 ? inherited : new Set([...inherited, ...names]);
  }

  #addMembers(schema: Record<string, unknown>, given: Json, place: Around): void {
    const { hidden = nothing } = place;
    const own = new Map(Object.entries(toJson(given["properties"])));
    for (const [name, property] of this.#finder.listConditional(given)) {
      if (!own.has(name)) own.set(name, property);
    }
    const kept = [...own].filter(
      ([name, property]) => !hidden.has(name) && !this.#isFlagged(property, "readOnly"),
    );
    if (own.size > 0) {
      schema["properties"] = Object.fromEntries(
        kept.map(([name, property]) => [name, this.toSchema(property, toMemberPlace(name, place))]),
      );
    }
    const required = new Set(toList(given["required"]).filter((name) => typeof name === "string"));
    const needed = [...required].filter((name) => !hidden.has(name));
    // A name no member has is a slip where members are listed.
    const real = needed.filter((name) => own.size === 0 || kept.some(([key]) => key === name));
    if (real.length > 0 && (own.size > 0 || schema["type"] === "object")) schema["required"] = real;
    this.#addOthers(schema, given, place);
  }

  /** What other members an object has than those with names. */
  #addOthers(schema: Record<string, unknown>, given: Json, place: Around): void {
    // Members of the parts are none of the whole's own, which would forbid them.
    if (combining.some((key) => key in given) || this.#finder.listKinds(given).length > 0) return;
    const inside: Around = { name: "", where: "", owner: place.owner };
    const { additionalProperties, unevaluatedProperties, patternProperties } = given;
    const more = additionalProperties ?? unevaluatedProperties;
    const patterns = Object.values(toJson(patternProperties)).filter(isJson);
    if (patterns.length > 0) {
      // Which of the patterns a name matches is for the API to see.
      if (more !== false && !isJson(more)) return;
      const all = [...patterns, ...(isJson(more) ? [more] : [])];
      const [only, ...others] = all.map((one) => this.toSchema(one, inside));
      schema["additionalProperties"] = others.length === 0 ? only : { anyOf: [only, ...others] };
    } else if (more === false) {
      if ((place.hidden ?? nothing).size === 0) schema["additionalProperties"] = false;
    } else if (isJson(more) && Object.keys(more).length > 0) {
      schema["additionalProperties"] = this.toSchema(more, inside);
    }
  }

  #addParts(schema: Record<string, unknown>, given: Json, place: Around): void {
    const all = toList(given["allOf"]);
    const choices = [...toList(given["oneOf"]), ...toList(given["anyOf"])];
    const shares = "properties" in given || all.length + Number(choices.length > 0) > 1;
    const toPart = (part: unknown) =>
      shares ? this.#toPart(part, place) : this.toSchema(part, place);
    if (all.length > 0) schema["allOf"] = all.map(toPart);
    if (choices.length > 0) schema["anyOf"] = choices.map(toPart);
  }

  /** A part next to others, which may not forbid their members, nor ask for what nobody may send. */
  #toPart(part: unknown, place: Around): Json {
    const target = this.#resolve(part);
    const reference = isJson(part) ? part["$ref"] : undefined;
    const { hidden = nothing } = place;
    const asks = toList(target["required"]).some((name) => hidden.has(String(name)));
    if (target["additionalProperties"] === undefined && !asks) return this.toSchema(part, place);
    const open = toPartOf(target, hidden);
    if (typeof reference !== "string") return this.toSchema(open, place);
    const form = asks ? `_part_${toHash([...hidden].sort().join())}` : "_part";
    return { $ref: `#/$defs/${this.#share(reference, open, form)}` };
  }

  /** A schema whose discriminator names the kinds it has, also those that only refer to it. */
  #withKinds(given: Json): Json {
    const { discriminator } = given;
    const kinds = this.#finder.listKinds(given);
    if (kinds.length === 0) return given;
    const mapping = Object.fromEntries(kinds.map((kind) => [kind, kind]));
    return { ...given, discriminator: { ...toJson(discriminator), mapping } };
  }
}

function toPartOf({ additionalProperties: _, ...rest }: Json, hidden: ReadonlySet<string>): Json {
  const required = toList(rest["required"]).filter((name) => !hidden.has(String(name)));
  return "required" in rest ? { ...rest, required } : rest;
}
