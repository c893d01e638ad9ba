import { createConfig } from "@redocly/openapi-core";
import { isJson, type Json, toJson } from "../json.ts";

/**
 * The types of an API, by openapi-typescript. It reads a copy without examples and without anything
 * that leads out of the document: what it does not see, it cannot fetch.
 */
export async function toTypes(document: Json): Promise<string> {
  const closed = withUniqueIds(toJson(toClosed(document, "keywords")));
  // With it comes a compiler, which most runs have no use for.
  const { astToString, default: openapiTS } = await import("openapi-typescript");
  // Without rules: a document that breaks some of them still has types.
  const redocly = await createConfig({});
  const nodes = await openapiTS(JSON.stringify(closed), { silent: true, redocly });
  return `// Written by openapi-to-mcp; do not edit.\n\n${astToString(nodes).replace(/\r\n?/g, "\n")}`;
}

/** Each id names one member of the types; operations that share one are written where they stand. */
function withUniqueIds(document: Json): Json {
  const seen = new Set<unknown>();
  const paths = Object.entries(toJson(document["paths"])).map(([path, item]) => {
    const members = Object.entries(toJson(item)).map(([method, operation]) => {
      const { operationId, ...rest } = toJson(operation);
      if (operationId === undefined || !isJson(operation)) return [method, operation];
      const again = seen.has(operationId);
      seen.add(operationId);
      return [method, again ? rest : operation];
    });
    return [path, Object.fromEntries(members)];
  });
  return { ...document, paths: Object.fromEntries(paths) };
}

const left = new Set(["example", "examples", "x-mcp", "mapping", "externalDocs", "links"]);

/** Keys are keywords, or names of the document's own, which may look like anything. */
function toClosed(value: unknown, keys: "keywords" | "names"): unknown {
  if (Array.isArray(value)) return value.map((item) => toClosed(item, "keywords"));
  if (!isJson(value)) return value;
  const named = keys === "names";
  const reference = value["$ref"];
  if (!named && typeof reference === "string" && !reference.startsWith("#/")) return {};
  const entries = Object.entries(value)
    .filter(([key]) => named || !(left.has(key) || key.startsWith("x-")))
    .map(([key, item]) => [key, toClosed(item, !named && maps.has(key) ? "names" : "keywords")]);
  return Object.fromEntries(entries);
}

/** Members whose keys are names of the document's own. */
const maps = new Set(["properties", "schemas", "parameters", "responses", "paths", "headers"]);
