import { type ArgumentParameter, type Parameter, type Style, styles } from "@fairlead/openapi";
import { isJson, type Json, toJson, toList, toText } from "../../json.ts";
import { toPlain } from "../names/words.ts";
import { type Place, toUseful, whereabouts } from "../schemas/descriptions.ts";
import type { References } from "../schemas/references.ts";
import type { InputSchemas } from "../schemas/schemas.ts";
import type { Wanted } from "./arguments.ts";

/** How many characters the description of an argument may have. */
export const argumentWords = 160;

/** A parameter of an operation, with the schema of its argument. */
export interface WantedParameter extends Wanted {
  readonly parameter: Omit<ArgumentParameter, "argument">;
}

const ignored = ["accept", "content-type", "authorization"];

/** The parameters of an operation, those of its path that it does not replace, and those its path names. */
export function listParameters(
  path: string,
  given: { readonly shared: unknown; readonly own: unknown },
  references: References,
): Json[] {
  const found = new Map<string, Json>();
  for (const one of [...toList(given.shared), ...toList(given.own)]) {
    const parameter = references.resolve(one);
    found.set(`${String(parameter["in"])} ${String(parameter["name"])}`, parameter);
  }
  for (const [, name = ""] of path.matchAll(/\{([^{}]*)\}/g)) {
    const key = `path ${name}`;
    if (!found.has(key)) found.set(key, { name, in: "path", schema: { type: "string" } });
  }
  // What the path does not name has no place to go to.
  return [...found.values()].filter(
    ({ in: place, name }) => place !== "path" || path.includes(`{${String(name)}}`),
  );
}

/** A parameter as an argument; undefined for one that callers have no business with, or that is none. */
export function toWanted(given: Json, schemas: InputSchemas): WantedParameter | undefined {
  const { in: place } = given;
  // YAML takes an unquoted 7 for a number.
  const name = typeof given["name"] === "number" ? String(given["name"]) : given["name"];
  if (typeof name !== "string" || name === "" || !isPlace(place)) return undefined;
  if (place === "header" && ignored.includes(name.toLowerCase())) return undefined;
  // Other names can stand in no header (RFC 9110 5.1) and no cookie.
  if ((place === "header" || place === "cookie") && !/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
    return undefined;
  }
  const [contentType, media] = Object.entries(toJson(given["content"]))[0] ?? [];
  const own = isJson(media) ? media["schema"] : given["schema"];
  const at: Place = { name, where: whereabouts[place], owner: name };
  const written = schemas.toSchema(withExample(own, given), at);
  // A part of a path that is an object of nothing is whatever the object is written as.
  const empty = written["type"] === "object" && !("properties" in written);
  const shapeless = empty || schemas.toMembers(own)?.properties.size === 0;
  const schema: Json = place === "path" && shapeless ? { type: "string" } : written;
  const parameter = {
    name,
    in: place,
    ...toStyle(given["style"]),
    ...(typeof given["explode"] === "boolean" && { explode: given["explode"] }),
    ...(given["allowReserved"] === true && { allowReserved: true }),
    ...(contentType !== undefined && { contentType }),
    // A cursor of digits stays text where the API takes text.
    ...(place === "query" && schema["type"] === "string" && { text: true }),
  };
  return {
    name,
    place,
    required: given["required"] === true || place === "path",
    schema: describeArgument(schema, given, at),
    parameter,
  };
}

/** An argument says what it is for: in the words it is given with, else in those of its schema. */
export function describeArgument(schema: Json, given: Json, place: Place): Json {
  const own = toPlain(given["description"], argumentWords);
  const inner = toPlain(schema["description"], argumentWords);
  if (own === "") return { ...schema, description: inner || toUseful("", schema, given, place) };
  const matches = /Matches .+$/.exec(inner)?.[0];
  const both = matches !== undefined && own !== inner ? `${own} ${matches}` : own;
  return { ...schema, description: toUseful(both, schema, given, place) };
}

/** A parameter's example is one of its schema, which may have none of its own. */
function withExample(schema: unknown, { example }: Json): unknown {
  return isJson(schema) && example !== undefined ? { example, ...schema } : schema;
}

function toStyle(style: unknown): { style?: Style } {
  const known = styles.find((one) => one === style);
  return known === undefined ? {} : { style: known };
}

function isPlace(place: unknown): place is Parameter["in"] {
  return ["path", "query", "header", "cookie", "querystring"].includes(toText(place) ?? "");
}
