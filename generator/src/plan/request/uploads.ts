import type { Encoding } from "@fairlead/openapi";
import { isJson, type Json, toJson, toList } from "../../json.ts";
import { toPlain } from "../names/words.ts";
import { toTypes } from "../schemas/keywords.ts";
import type { References } from "../schemas/references.ts";
import { argumentWords } from "./parameters.ts";

const fileWords = "Path of the file to upload, or a data: URL with its content.";
const mostParts = 200;

/** How many files a value holds: one, a list of them, or either. */
interface Holding {
  readonly one: boolean;
  readonly many: boolean;
}

const none: Holding = { one: false, many: false };

/** Whether a member of a form is a file, or a list of files, by its schema or by its encoding. */
export function isFileMember(
  property: unknown,
  { contentType }: Encoding,
  references: References,
): boolean {
  const { one, many } = findFiles(property, references);
  if (one || many) return true;
  if (contentType === undefined || /json|^text\//.test(contentType)) return false;
  const types = toTypes(references.resolveSchema(property));
  return types.every((type) => type === "string" || type === "null");
}

/** The argument that names a file, or several. */
export function toFileSchema(property: unknown, references: References): Json {
  const schema = references.resolveSchema(property);
  const description = toFileWords(schema["description"]);
  const { one, many } = findFiles(property, references);
  const isList = toTypes(schema).includes("array");
  const text: Json = { type: isNullable(schema, references) ? ["string", "null"] : "string" };
  const list: Json = { type: "array", items: { type: "string" } };
  if (one && many) return { anyOf: [text, list], description };
  return { ...(many || isList ? list : text), description };
}

/** What is said of a file, and how to give one. */
export function toFileWords(description: unknown): string {
  return `${toPlain(description, argumentWords - fileWords.length)} ${fileWords}`.trim();
}

/** Whether a whole body is bytes. */
export function isFileType(type: string, schema: unknown, references: References): boolean {
  const resolved = references.resolveSchema(schema);
  const files = findFiles(resolved, references);
  if (files.one && !/json/i.test(type)) return true;
  const untyped = Object.keys(resolved).length === 0 || "contentMediaType" in resolved;
  if (type.startsWith("*/*")) return schema !== undefined && "contentMediaType" in resolved;
  return bytes.test(type) && (untyped || toTypes(resolved).includes("string"));
}

/** Media types that are not text: documents, archives, pictures, sounds, and what vendors pack. */
const bytes =
  /^(?:(?:image|audio|video|font|model)\/(?!svg)|application\/(?:octet-stream|pdf|zip|gzip|wasm|msword|rtf|epub\+zip|java-archive|zstd|x-(?:tar|gzip|gtar|bzip2?|xz|7z-compressed|rar-compressed|zip-compressed|sqlite3|protobuf)|protobuf|cbor|msgpack|vnd\.(?!.*[+.](?:json|xml|yaml)\b)))/i;

/** Which files a value may hold, whatever it is composed of. */
function findFiles(given: unknown, references: References, seen = new Set<Json>()): Holding {
  if (!isJson(given)) return none;
  const schema = references.resolveSchema(given);
  if (isBinary(schema)) return { one: true, many: false };
  // Parts of parts may be the same ones many times over, and themselves.
  if (seen.has(schema) || seen.size > mostParts) return none;
  seen.add(schema);
  const items = findFiles(schema["items"], references, seen);
  const parts = ["allOf", "anyOf", "oneOf"].flatMap((key) => toList(schema[key]));
  const all = parts.map((part) => findFiles(part, references, seen));
  return {
    one: all.some(({ one }) => one),
    many: items.one || all.some(({ many }) => many),
  };
}

function isBinary(schema: Json): boolean {
  const raw = schema["format"] === "binary" || schema["type"] === "file";
  const media = schema["contentMediaType"];
  const encoded = "contentEncoding" in schema;
  return raw || (typeof media === "string" && !encoded && !/json|^text\//.test(media));
}

function isNullable(schema: Json, references: References): boolean {
  if (schema["nullable"] === true || toTypes(schema).includes("null")) return true;
  const choices = [...toList(schema["anyOf"]), ...toList(schema["oneOf"])];
  return choices.some((one) => toJson(references.resolveSchema(one))["type"] === "null");
}
