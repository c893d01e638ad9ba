import { type Body, type Encoding, styles } from "@fairlead/runtime/upstream";
import { isJson, type Json, toJson } from "../json.ts";
import type { Wanted } from "./arguments.ts";
import { type Place, whereabouts } from "./descriptions.ts";
import { argumentWords, describeArgument } from "./parameters.ts";
import type { References } from "./references.ts";
import { type InputSchemas, toTypes } from "./schemas.ts";
import { toPlain } from "./words.ts";

/** A body before its arguments have names. */
export interface WantedBody {
  readonly body: Omit<Body, "argument" | "members">;
  /** Its members as arguments; or the one argument that is the whole body. */
  readonly wanted: readonly Wanted[];
  readonly whole: boolean;
  /** It is a form, where APIs ask for their callers' tokens too. */
  readonly form?: boolean;
}

/** The media types a body may have, those that arguments are written in best first. */
const preferred: readonly RegExp[] = [
  /^application\/json(?![\w+.-])/i,
  /^application\/merge-patch\+json\b/i,
  /^[^;]*\+json\b(?<!patch\+json)/i,
  /^application\/x-www-form-urlencoded\b/i,
  /^multipart\/form-data\b/i,
  /^[^;]*[/+]json\b/i,
  /^multipart\//i,
  /^\*\/\*/,
  /^text\//i,
  /^application\/octet-stream\b/i,
  /./,
];

const fileWords = "Path of the file to upload, or a data: URL with its content.";

/** The body of an operation, in the best of the media types it may have. */
export function toWantedBody(
  given: unknown,
  { method, wish }: { readonly method: string; readonly wish: unknown },
  references: References,
  schemas: InputSchemas,
): WantedBody | undefined {
  if (given === undefined) return undefined;
  const request = references.resolve(given);
  const content = Object.entries(toJson(request["content"]));
  const best = content
    .toSorted(([a], [b]) => toRank(a) - toRank(b))
    // No form holds what has no members.
    .toSorted(
      ([a, one], [b, two]) => Number(isStray(a, one, schemas)) - Number(isStray(b, two, schemas)),
    )
    .toSorted(([a], [b]) => Number(b === wish) - Number(a === wish))[0];
  if (best === undefined) return undefined;
  const [type, media] = [best[0].trim(), toJson(best[1])];
  const schema = media["schema"];
  const isFile = isFileType(type, schema, references);
  // `*/*` is what a document says that does not care: what has members is JSON.
  const open = type.startsWith("*/*") || !type.includes("/");
  const contentType = open && !isFile ? "application/json" : type;
  const required = isRequired(request, method);
  const description = request["description"];
  if (isFile) {
    const words = [toPlain(description, argumentWords - fileWords.length), fileWords];
    const file = { type: "string", description: words.join(" ").trim() };
    const wanted: Wanted = { name: "file", place: "body", required, schema: file };
    return { body: { contentType, file: true }, wanted: [wanted], whole: true };
  }
  if (!required && isEmpty(references.resolve(schema))) return undefined;
  const members = schemas.toMembers(schema);
  const isForm = isFormType(contentType);
  const isJsonBody =
    /^[^;]*[/+]json\b/i.test(contentType) && !/json-patch\+json/i.test(contentType);
  if (members === undefined || !(isForm || isJsonBody)) {
    const written = isForm || isJsonBody || !schema ? (schema ?? {}) : toTextSchema(schema);
    const inner = schemas.toSchema(written, toPlace("body"));
    const wanted: Wanted = {
      name: "body",
      place: "body",
      required,
      schema: describeArgument(
        inner,
        { description: description ?? `The request body, as ${contentType}.` },
        toPlace("body"),
      ),
    };
    return { body: { contentType, ...toForm(media, []) }, wanted: [wanted], whole: true };
  }
  const files = contentType.startsWith("multipart/")
    ? [...members.properties].filter(([name, one]) =>
        isFileMember(one, toEncoding(media, name), references),
      )
    : [];
  const names = files.map(([name]) => name);
  const wanted = [...members.properties].map(([name, property]) => ({
    name,
    place: "body" as const,
    required: required && members.required.has(name),
    schema: names.includes(name)
      ? toFileSchema(property, references)
      : describeArgument(
          schemas.toSchema(property, toPlace(name)),
          // A description beside a reference is about this very member.
          toJson(property),
          toPlace(name),
        ),
  }));
  return {
    body: { contentType, ...(required && { required }), ...toForm(media, names) },
    wanted,
    whole: false,
    form: isForm,
  };
}

function toPlace(name: string): Place {
  return { name, where: whereabouts.body, owner: name };
}

function isStray(type: string, media: unknown, schemas: InputSchemas): boolean {
  const schema = toJson(media)["schema"];
  return isFormType(type) && isJson(schema) && schemas.toMembers(schema) === undefined;
}

function isFormType(type: string): boolean {
  return /^\s*(?:multipart\/|application\/x-www-form-urlencoded\b)/i.test(type);
}

function toRank(type: string): number {
  return preferred.findIndex((pattern) => pattern.test(type.trim()));
}

/**
 * Whether a body must be there. Documents forget to say so more often than a POST can do without the
 * members it requires.
 */
function isRequired(request: Json, method: string): boolean {
  if (typeof request["required"] === "boolean") return request["required"];
  return ["POST", "PUT", "PATCH"].includes(method);
}

/** An object that lists its members and has none: some documents give every operation such a body. */
function isEmpty(schema: Json): boolean {
  const { properties, additionalProperties } = schema;
  const open = additionalProperties !== undefined && additionalProperties !== false;
  const combined = ["allOf", "anyOf", "oneOf"].some((key) => key in schema);
  return isJson(properties) && Object.keys(properties).length === 0 && !open && !combined;
}

function toForm(media: Json, files: readonly string[]): Pick<Body, "files" | "encoding"> {
  const names = Object.keys(toJson(media["encoding"]));
  const encoding = names.flatMap((name) => {
    const found = toEncoding(media, name);
    return Object.keys(found).length > 0 ? [[name, found] as const] : [];
  });
  return {
    ...(files.length > 0 && { files }),
    ...(encoding.length > 0 && { encoding: Object.fromEntries(encoding) }),
  };
}

function toEncoding(media: Json, name: string): Encoding {
  const given = toJson(toJson(media["encoding"])[name]);
  const { contentType, explode, allowReserved } = given;
  const style = styles.find((one) => one === given["style"]);
  return {
    ...(typeof contentType === "string" && { contentType }),
    ...(style && { style }),
    ...(typeof explode === "boolean" && { explode }),
    ...(allowReserved === true && { allowReserved }),
  };
}

/** Whether a whole body is bytes. */
function isFileType(type: string, schema: unknown, references: References): boolean {
  const resolved = references.resolve(schema);
  if (isBinary(resolved)) return true;
  const untyped = Object.keys(resolved).length === 0 || "contentMediaType" in resolved;
  if (type.startsWith("*/*")) return schema !== undefined && "contentMediaType" in resolved;
  const bytes = /^(?:application\/(?:octet-stream|pdf|zip|gzip|x-tar)|image\/|audio\/|video\/)/i;
  return bytes.test(type) && (untyped || toTypes(resolved).includes("string"));
}

function isFileMember(property: unknown, { contentType }: Encoding, references: References) {
  const schema = references.resolve(property);
  const items = references.resolve(schema["items"]);
  if (isBinary(schema) || isBinary(items)) return true;
  if (contentType === undefined || /json|^text\//.test(contentType)) return false;
  return toTypes(schema).every((type) => type === "string");
}

function isBinary(schema: Json): boolean {
  const bytes = schema["format"] === "binary" || schema["type"] === "file";
  const media = schema["contentMediaType"];
  const encoded = "contentEncoding" in schema;
  return bytes || (typeof media === "string" && !encoded && !/json|^text\//.test(media));
}

function toFileSchema(property: unknown, references: References): Json {
  const schema = references.resolve(property);
  const own = toPlain(schema["description"], argumentWords - fileWords.length);
  const description = `${own} ${fileWords}`.trim();
  if (!toTypes(schema).includes("array")) return { type: "string", description };
  return { type: "array", items: { type: "string" }, description };
}

/** XML and the like is written by whoever calls. */
function toTextSchema(schema: unknown): unknown {
  const types = isJson(schema) ? toTypes(schema) : [];
  return types.includes("string") ? schema : { type: "string" };
}
