import { type Encoding, styles } from "@fairlead/openapi";
import { isJson, type Json, toJson } from "../../json.ts";
import type { References } from "../schemas/references.ts";
import type { InputSchemas } from "../schemas/schemas.ts";
import { isFileMember } from "./uploads.ts";

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

/** Chooses the media type of a body: one that carries its files, else the best for arguments. */
export function chooseMedia(
  content: Json,
  wish: unknown,
  references: References,
  schemas: InputSchemas,
): readonly [string, Json] | undefined {
  const all = Object.entries(content).map(([type, media]) => [type, toJson(media)] as const);
  return (
    all
      .toSorted(([a], [b]) => toRank(a) - toRank(b))
      // No form holds what has no members.
      .toSorted(
        ([a, one], [b, two]) => Number(isStray(a, one, schemas)) - Number(isStray(b, two, schemas)),
      )
      .toSorted(
        ([a, one], [b, two]) =>
          Number(carriesFiles(b, two, references, schemas)) -
          Number(carriesFiles(a, one, references, schemas)),
      )
      .toSorted(([a], [b]) => Number(b === wish) - Number(a === wish))[0]
  );
}

/** The members of a form that are files. */
export function listFiles(
  type: string,
  media: Json,
  references: References,
  schemas: InputSchemas,
): string[] {
  if (!/^\s*multipart\//i.test(type)) return [];
  const members = schemas.toAnyMembers(media["schema"]);
  return [...members]
    .filter(([name, one]) => isFileMember(one, toEncoding(media, name), references))
    .map(([name]) => name);
}

export function isFormType(type: string): boolean {
  return /^\s*(?:multipart\/|application\/x-www-form-urlencoded\b)/i.test(type);
}

export function isJsonPatch(type: string): boolean {
  return /^application\/json-patch\+json\b/i.test(type);
}

/** Types that are one JSON value after another. */
export function isJsonLines(type: string): boolean {
  return /^application\/(?:x-)?(?:jsonl|jsonlines|ndjson|json-lines|json-seq)\b/i.test(type);
}

export function toEncoding(media: Json, name: string): Encoding {
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

function carriesFiles(
  type: string,
  media: Json,
  references: References,
  schemas: InputSchemas,
): boolean {
  return listFiles(type, media, references, schemas).length > 0;
}

function isStray(type: string, media: Json, schemas: InputSchemas): boolean {
  const { schema } = media;
  return isFormType(type) && isJson(schema) && schemas.toMembers(schema) === undefined;
}

function toRank(type: string): number {
  return preferred.findIndex((pattern) => pattern.test(type.trim()));
}
