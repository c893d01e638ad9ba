import { isMarked, toMarked, toPlainText } from "@fairlead/openapi";
import {
  boolCoreTag,
  defineScalarTag,
  floatCoreTag,
  intCoreTag,
  JSON_SCHEMA,
  load,
  mergeTag,
  NOT_RESOLVED,
  nullCoreTag,
  type ScalarTagDefinition,
} from "js-yaml";
import { isJson, type Json, toList } from "../json.ts";

/** Members of a schema, and of what has one, that hold values of its type. */
const values = ["enum", "default", "const", "example", "examples"];
const ofSchema = ["default", "example", "examples"];
/** Members that OpenAPI says are text, whatever they look like. */
const texts = ["openapi", "swagger", "version"];

/**
 * Reads YAML. What looks like a number or a truth value and would be written otherwise, such as `1.0`, `007`
 * or `True`, is the text it was where its schema is of texts.
 */
export function readYaml(text: string): unknown {
  if (text.trim() === "") return undefined;
  let marks = 0;
  const keep = (tag: ScalarTagDefinition) => keepSource(tag, () => marks++);
  const kept = [boolCoreTag, intCoreTag, floatCoreTag].map(keep);
  const value = load(text, { schema: JSON_SCHEMA.withTags(mergeTag, nullCoreTag, ...kept) });
  return marks === 0 ? value : settleScalars(value);
}

function keepSource(tag: ScalarTagDefinition, onMark: () => void): ScalarTagDefinition {
  return defineScalarTag(tag.tagName, {
    ...tag,
    resolve(source, isExplicit, name) {
      const value: unknown = tag.resolve(source, isExplicit, name);
      if (value === NOT_RESOLVED || String(value) === source) return value;
      onMark();
      return toMarked(source);
    },
  });
}

/**
 * Gives every marked scalar of a document its value, in place: the text it was written as where its schema
 * is of texts, else the number or truth value.
 */
export function settleScalars(root: unknown): unknown {
  const seen = new Set<unknown>();
  const textual = new Set<unknown>();
  const open: unknown[] = [root];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at) || typeof at !== "object" || at === null) continue;
    seen.add(at);
    if (isJson(at)) settleNames(at);
    // The variables of a server have no type: all of them are texts.
    if (isJson(at) && isJson(at["variables"])) {
      for (const one of Object.values(at["variables"])) textual.add(one);
    }
    const readerOf = textual.has(at) ? () => toPlainText : toReaders(at);
    for (const [key, member] of Object.entries(at)) {
      if (isMarked(member)) Reflect.set(at, key, readerOf(key)(member));
      else if (Array.isArray(member)) {
        for (const [index, item] of member.entries()) {
          if (isMarked(item)) member[index] = readerOf(key)(item);
        }
      }
      open.push(member);
    }
  }
  return isMarked(root) ? toValue(root) : root;
}

/** Names are texts, also those that look like numbers. */
function settleNames(object: Json): void {
  if (!Object.keys(object).some(isMarked)) return;
  const entries = Object.entries(object);
  for (const [name] of entries) Reflect.deleteProperty(object, name);
  for (const [name, value] of entries) {
    // Not by assignment: a name may be one that every object has.
    const property = { value, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(object, toPlainText(name), property);
  }
}

/** What reads the scalars of an object, by their key: as texts, or as the values they look like. */
function toReaders(object: object): (key: string) => (marked: string) => unknown {
  const own = isJson(object) && isOfTexts(object);
  const inner = isJson(object) && isOfTexts(object["schema"]);
  const isText = (key: string) =>
    (own && values.includes(key)) || (inner && ofSchema.includes(key)) || texts.includes(key);
  return (key) => (isText(key) ? toPlainText : toValue);
}

function isOfTexts(given: unknown): boolean {
  if (!isJson(given)) return false;
  const types = typeof given["type"] === "string" ? [given["type"]] : toList(given["type"]);
  return types.includes("string") && types.every((type) => type === "string" || type === "null");
}

function toValue(marked: string): unknown {
  const source = toPlainText(marked);
  if (/^(?:true|false)$/i.test(source)) return source.toLowerCase() === "true";
  if (/^[-+]?\.inf$/i.test(source)) return Number(`${source.startsWith("-") ? "-" : ""}Infinity`);
  return Number(source);
}
