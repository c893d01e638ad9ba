import type { Json } from "../json.ts";

/** Places whose references name schemas: these may run in circles, so they stay references. */
const schemaKeys = new Set([
  ...["schema", "itemSchema", "items", "additionalProperties", "not", "if", "then", "else"],
  ...["propertyNames", "unevaluatedItems", "unevaluatedProperties", "additionalItems", "contains"],
]);
const schemaLists = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const schemaMaps = new Set([
  ...["properties", "patternProperties", "dependentSchemas", "definitions", "$defs", "schemas"],
]);
/** Places whose members are named by the document's author: `default` is a response, and no value. */
const maps = new Set([
  ...["paths", "webhooks", "pathItems", "responses", "requestBodies", "headers", "securitySchemes"],
  ...["parameters", "callbacks", "links", "content", "encoding", "variables"],
  "additionalOperations",
]);
/** Members that hold what their author likes, references to nothing included. */
const opaque = new Set(["example", "examples", "default", "enum", "const", "value", "mapping"]);

/** What a place means for the references in it. */
export type Place = "schema" | "schemas" | "map" | "other";

/** Whether a member holds what its author likes, of which nothing is to be followed. */
export function isOpaque(key: string, place: Place): boolean {
  if (key.startsWith("x-")) return place !== "schemas";
  return place !== "schemas" && place !== "map" && opaque.has(key);
}

/** What the place of a member is, by the place of its object. */
export function toPlace(key: string, place: Place): Place {
  if (place === "schemas") return "schema";
  if (place === "map") return "other";
  if (maps.has(key)) return "map";
  if (schemaMaps.has(key)) return "schemas";
  if (schemaKeys.has(key) || schemaLists.has(key)) return "schema";
  return "other";
}

/** Whether an object is one, and no map whose members somebody has named. */
export function isNamed(place: Place): boolean {
  return place === "schemas" || place === "map";
}

/** A text member of an object that is not a map. */
export function readKeyword(object: Json, key: string, place: Place): string | undefined {
  const value = object[key];
  return typeof value === "string" && !isNamed(place) ? value : undefined;
}
