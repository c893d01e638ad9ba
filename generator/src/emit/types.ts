import openapiTS, { astToString } from "openapi-typescript";
import { isJson, type Json } from "../json.ts";

/**
 * The types of an API, by openapi-typescript. It reads a copy without examples and without anything
 * that leads out of the document: what it does not see, it cannot fetch.
 */
export async function toTypes(document: Json): Promise<string> {
  const closed = toClosed(document, false);
  // The library reads JSON from a text, which has no prototype and no getters to trip over.
  const nodes = await openapiTS(JSON.stringify(closed), { silent: true });
  return `// Written by openapi-to-mcp; do not edit.\n\n${astToString(nodes)}`;
}

const left = new Set(["example", "examples", "x-mcp", "mapping", "externalDocs", "links"]);

function toClosed(value: unknown, named: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => toClosed(item, false));
  if (!isJson(value)) return value;
  const reference = value["$ref"];
  if (!named && typeof reference === "string" && !reference.startsWith("#/")) return {};
  const entries = Object.entries(value)
    .filter(([key]) => named || !(left.has(key) || key.startsWith("x-")))
    .map(([key, item]) => [key, toClosed(item, !named && maps.has(key))]);
  return Object.fromEntries(entries);
}

/** Members whose keys are names of the document's own. */
const maps = new Set(["properties", "schemas", "parameters", "responses", "paths", "headers"]);
