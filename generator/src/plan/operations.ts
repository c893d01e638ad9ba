import { isJson, type Json, toJson, toText } from "../json.ts";
import { LostReference, type References } from "./schemas/references.ts";

/** An operation as it stands in the document. */
export interface Listed {
  readonly method: string;
  readonly path: string;
  readonly id: string | undefined;
  readonly item: Json;
  readonly own: Json;
}

/** An operation that cannot even be looked at. */
export interface Unlisted {
  readonly method: string;
  readonly path: string;
  readonly reason: string;
}

/** The methods OpenAPI has members for; 3.2 has `query` and any other in `additionalOperations`. */
const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/** Every operation of a document. Webhooks are none: they are what the API asks of others. */
export function listDocument(document: Json, references: References): (Listed | Unlisted)[] {
  const found: (Listed | Unlisted)[] = [];
  for (const [key, value] of Object.entries(toJson(document["paths"]))) {
    if (key.startsWith("x-")) continue;
    const path = key.startsWith("/") ? key : `/${key}`;
    try {
      const item = { ...references.resolve(value), ...withoutReference(value) };
      for (const [method, given] of listItem(item)) {
        const own = references.resolve(given);
        const id = toText(own["operationId"])?.trim() || undefined;
        found.push({ method, path, id, item, own });
      }
    } catch (error) {
      if (!(error instanceof LostReference)) throw error;
      found.push({ method: "*", path, reason: error.message });
    }
  }
  return found;
}

function listItem(item: Json): [string, Json][] {
  const usual = methods.flatMap((method): [string, Json][] => {
    const own = item[method];
    return isJson(own) ? [[method.toUpperCase(), own]] : [];
  });
  const others = Object.entries(toJson(item["additionalOperations"]));
  return [
    ...usual,
    ...others.flatMap(([method, own]): [string, Json][] => (isJson(own) ? [[method, own]] : [])),
  ];
}

function withoutReference(value: unknown): Json {
  const { $ref: _, ...rest } = toJson(value);
  return rest;
}
