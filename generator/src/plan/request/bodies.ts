import type { Body } from "@fairlead/openapi";
import { isJson, type Json, toJson } from "../../json.ts";
import { type Place, whereabouts } from "../schemas/descriptions.ts";
import { toTypes } from "../schemas/keywords.ts";
import type { Members } from "../schemas/members.ts";
import type { References } from "../schemas/references.ts";
import type { InputSchemas } from "../schemas/schemas.ts";
import type { Wanted } from "./arguments.ts";
import {
  chooseMedia,
  isFormType,
  isJsonLines,
  isJsonPatch,
  listFiles,
  toEncoding,
} from "./media.ts";
import { describeArgument } from "./parameters.ts";
import { isFileType, toFileSchema, toFileWords } from "./uploads.ts";

/** A body before its arguments have names. */
export interface WantedBody {
  readonly body: Omit<Body, "argument" | "members">;
  /** Its members as arguments; or the one argument that is the whole body. */
  readonly wanted: readonly Wanted[];
  readonly whole: boolean;
  /** It is a form, where APIs ask for their callers' tokens too. */
  readonly form?: boolean;
}

interface Chosen {
  readonly contentType: string;
  readonly media: Json;
  readonly schema: unknown;
  readonly required: boolean;
  readonly description: unknown;
}

/** The operations of RFC 6902, for documents that describe what is patched instead of the patch. */
const patch: Json = {
  type: "array",
  items: {
    type: "object",
    properties: {
      op: {
        type: "string",
        enum: ["add", "remove", "replace", "move", "copy", "test"],
        description: "What to do at the path.",
      },
      path: { type: "string", description: "Where, as a JSON Pointer such as /tags/0." },
      from: { type: "string", description: "Where `move` and `copy` take the value from." },
      value: { description: "The value for `add`, `replace` and `test`." },
    },
    required: ["op", "path"],
  },
};

/** The body of an operation, in the best of the media types it may have. */
export function toWantedBody(
  given: unknown,
  { method, wish }: { readonly method: string; readonly wish: unknown },
  references: References,
  schemas: InputSchemas,
): WantedBody | undefined {
  if (given === undefined) return undefined;
  const request = references.resolve(given);
  const best = chooseMedia(toJson(request["content"]), wish, references, schemas);
  if (best === undefined) return undefined;
  const [type, media] = [best[0].trim(), best[1]];
  const schema = toSequence(type, media);
  const isFile = isFileType(type, schema, references);
  // `*/*` is what a document says that does not care: what has members is JSON.
  const open = type.startsWith("*/*") || !type.includes("/");
  const contentType = open && !isFile ? "application/json" : type;
  const required = isRequired(request, method);
  const chosen = { contentType, media, schema, required, description: request["description"] };
  if (isFile) return toFileBody(chosen);
  if (!required && isEmpty(references.resolveSchema(schema))) return undefined;
  const files = listFiles(contentType, media, references, schemas);
  const isForm = isFormType(contentType);
  const takesMembers = isForm || (isJsonType(contentType) && !isJsonPatch(contentType));
  const plain = takesMembers ? schemas.toMembers(schema) : undefined;
  // A form that is one of several has the members of all, or its files would be lost.
  const members = plain ?? (files.length > 0 ? toLoose(schemas.toAnyMembers(schema)) : undefined);
  if (members === undefined) return toWholeBody(chosen, references, schemas);
  const wanted = [...members.properties].map(([name, property]) => ({
    name,
    place: "body" as const,
    required: required && members.required.has(name),
    schema: files.includes(name)
      ? toFileSchema(property, references)
      : describeArgument(
          schemas.toSchema(property, toPlace(name)),
          // A description next to a reference is about this very member.
          toJson(property),
          toPlace(name),
        ),
  }));
  return {
    body: { contentType, ...(required && { required }), ...toForm(media, files) },
    wanted,
    whole: false,
    form: isForm,
  };
}

/** What is sent item by item is a list, also where only the schema of an item is given. */
function toSequence(type: string, media: Json): unknown {
  const { schema, itemSchema } = media;
  return isJsonLines(type) && isJson(itemSchema) ? { type: "array", items: itemSchema } : schema;
}

/** The content of a file: the body itself, or the one part of a form whose document names none. */
function toFileBody({ contentType, required, description }: Chosen): WantedBody {
  const schema = { type: "string", description: toFileWords(description) };
  const wanted: Wanted = { name: "file", place: "body", required, schema };
  if (!isFormType(contentType)) {
    return { body: { contentType, file: true }, wanted: [wanted], whole: true };
  }
  return { body: { contentType, files: ["file"] }, wanted: [wanted], whole: false, form: true };
}

/** A body that is one argument. */
function toWholeBody(
  { contentType, media, schema, required, description }: Chosen,
  references: References,
  schemas: InputSchemas,
): WantedBody {
  const words = description ?? `The request body, as ${contentType}.`;
  const inner = schemas.toSchema(toWritten(contentType, schema, references), toPlace("body"));
  const wanted: Wanted = {
    name: "body",
    place: "body",
    required,
    schema: describeArgument(inner, { description: words }, toPlace("body")),
  };
  return { body: { contentType, ...toForm(media, []) }, wanted: [wanted], whole: true };
}

/** The schema of a body as callers write it: XML and the like is text. */
function toWritten(contentType: string, schema: unknown, references: References): unknown {
  const types = toTypes(references.resolveSchema(schema));
  if (isJsonPatch(contentType)) return types.includes("array") ? schema : patch;
  if (isJsonLines(contentType) && types.includes("array")) return schema;
  const isJsonLike = isFormType(contentType) || isJsonType(contentType);
  if (schema === undefined || isJsonLike) return schema ?? {};
  return types.includes("string") ? schema : { type: "string" };
}

function toPlace(name: string): Place {
  return { name, where: whereabouts.body, owner: name };
}

/** Members of which nobody knows which belong together. */
function toLoose(properties: ReadonlyMap<string, unknown>): Members {
  return { properties, required: new Set() };
}

function isJsonType(type: string): boolean {
  return /^[^;]*[/+]json\b/i.test(type) && !isJsonLines(type);
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
  const combined = ["allOf", "anyOf", "oneOf", "patternProperties", "then", "else"].some(
    (key) => key in schema,
  );
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
