import type { NextHint } from "@fairlead/openapi";
import { isJson, type Json, toJson } from "../json.ts";
import { LostReference, type References } from "./schemas/references.ts";

/** What a successful answer is. */
export interface AnswerPlan {
  readonly accept: readonly string[];
  /** Callers choose which of these types it is: each holds data of its own. */
  readonly chooses: boolean;
  /** Its fields in words. */
  readonly returns?: string;
  /** How many fields a caller could choose from. */
  readonly fields: number;
  readonly next?: NextHint;
}

const mostFields = 12;
const mostParts = 500;

/** Where answers say how to go on, and the parameters that take it; none where it is an address. */
const positions: readonly (readonly [string, readonly string[]])[] = [
  ["response_metadata.next_cursor", ["cursor"]],
  ["next_cursor", ["cursor", "next_cursor", "starting_after", "start_cursor", "page_token"]],
  ["nextCursor", ["cursor", "nextCursor"]],
  ["meta.next_cursor", ["cursor", "next_cursor"]],
  ["pagination.next_cursor", ["cursor", "next_cursor"]],
  ["paging.next_cursor", ["cursor", "next_cursor"]],
  ["page_info.end_cursor", ["after", "cursor"]],
  ["nextPageToken", ["pageToken", "page_token", "nextPageToken"]],
  ["next_page_token", ["page_token", "pageToken", "next_page_token"]],
  ["continuationToken", ["continuationToken", "continuation_token"]],
  ["metadata.continue", ["continue"]],
  ["next_marker", ["marker"]],
  ["next_offset", ["offset"]],
  ["next_page", ["page", "next_page"]],
  ["last_id", ["after", "after_id", "starting_after"]],
  ["next", ["cursor", "after"]],
  ["links.next", []],
  ["links.pages.next", []],
  ["next", []],
  ["next_url", []],
  ["next_page_url", []],
  ["nextLink", []],
];

/** Reads what an operation answers; what cannot be read is left unsaid. */
export function toAnswer(
  responses: unknown,
  queryArguments: ReadonlyMap<string, string>,
  references: References,
): AnswerPlan {
  const content = toJson(findSuccess(toJson(responses), references)["content"]);
  const types = Object.keys(content).map((type) => type.trim());
  const json = types.find((type) => /^[^;]*[/+]json\b/i.test(type));
  const accept = toAccept(types, json);
  if (json === undefined) {
    const what = types[0];
    return { ...accept, fields: 0, ...(what && !what.includes("*") && { returns: what }) };
  }
  const schema = toJson(content[Object.keys(content).find((type) => type.trim() === json) ?? ""])[
    "schema"
  ];
  const fields = listFields(schema, references);
  const next = findNext(schema, queryArguments, references);
  const returns = toReturns(schema, fields, references);
  return { ...accept, fields: fields.length, ...(next && { next }), ...(returns && { returns }) };
}

/** Types that say the same data in other words, or anything. */
const sameData =
  /[/+.](?:json|xml|ya?ml|javascript|ecmascript|msgpack|x-msgpack|cbor|protobuf|x-protobuf|x-www-form-urlencoded)\b|^text\/plain\b|\*/i;

function toAccept(types: readonly string[], json: string | undefined) {
  const others = types.filter((type) => !sameData.test(type));
  if (json !== undefined) return { accept: [json, ...others], chooses: others.length > 0 };
  return others.length > 1 ? { accept: others, chooses: true } : { accept: types, chooses: false };
}

function findSuccess(responses: Json, references: References): Json {
  const codes = Object.keys(responses).sort();
  const code = codes.find((one) => /^2/.test(one)) ?? codes.find((one) => one === "default");
  return code === undefined ? {} : tryResolve(responses[code], references);
}

function toReturns(schema: unknown, fields: readonly string[], references: References) {
  const isList = tryResolve(schema, references)["type"] === "array";
  if (fields.length === 0) return isList ? "a list" : undefined;
  const more = fields.length > mostFields ? ", …" : "";
  const names = fields.slice(0, mostFields).join(", ") + more;
  return isList ? `a list of {${names}}` : names;
}

/** The fields an answer has, `writeOnly` ones left out; those of its items where it is a list. */
function listFields(given: unknown, references: References, seen = new Set<Json>()): string[] {
  const schema = tryResolve(given, references);
  // Parts of parts may be the same ones many times over, and themselves.
  if (seen.has(schema) || seen.size > mostParts) return [];
  seen.add(schema);
  if (isJson(schema["items"])) return listFields(schema["items"], references, seen);
  const own = Object.entries(toJson(schema["properties"]))
    .filter(([, property]) => !isWriteOnly(property, references))
    .map(([name]) => name.replace(/[^\w.$@-]+/g, "_").slice(0, 40));
  const parts = [schema["allOf"], toFirst(schema["oneOf"]), toFirst(schema["anyOf"])]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .flatMap((part: unknown) => listFields(part, references, seen));
  return [...new Set([...own, ...parts])];
}

function toFirst(list: unknown): unknown {
  return Array.isArray(list) ? list.slice(0, 1) : undefined;
}

function findNext(
  schema: unknown,
  queryArguments: ReadonlyMap<string, string>,
  references: References,
): NextHint | undefined {
  for (const [path, parameters] of positions) {
    const member = path.split(".");
    if (!hasMember(schema, member, references)) continue;
    const name = parameters.find((parameter) => queryArguments.has(parameter));
    const argument = name === undefined ? undefined : queryArguments.get(name);
    if (argument !== undefined) return { member, argument };
    if (parameters.length === 0) return { member };
  }
  return undefined;
}

function hasMember(given: unknown, member: readonly string[], references: References): boolean {
  const [name, ...rest] = member;
  const schema = tryResolve(given, references);
  if (name === undefined) return !isJson(schema["properties"]);
  const own = toJson(schema["properties"]);
  if (Object.hasOwn(own, name)) return hasMember(own[name], rest, references);
  const parts = Array.isArray(schema["allOf"]) ? schema["allOf"] : [];
  return parts.some((part: unknown) => {
    const inner = toJson(tryResolve(part, references)["properties"]);
    return Object.hasOwn(inner, name) && hasMember(inner[name], rest, references);
  });
}

function tryResolve(value: unknown, references: References): Json {
  return orLost(() => references.resolveSchema(value), {});
}

function isWriteOnly(property: unknown, references: References): boolean {
  return orLost(() => references.isFlagged(property, "writeOnly"), false);
}

function orLost<T>(read: () => T, lost: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof LostReference) return lost;
    throw error;
  }
}
