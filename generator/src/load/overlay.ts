import { jsonpath } from "json-p3";
import { isJson, type Json, toList } from "../json.ts";
import { Problem } from "../problem.ts";

type Key = string | number;

/**
 * Applies an OpenAPI Overlay 1.x: each action removes what its JSONPath (RFC 9535) selects, or merges
 * `update` into it; lists grow at their end. Throws Problem for a path that is none.
 */
export function applyOverlay(document: Json, overlay: unknown): Json {
  if (!isJson(overlay) || !String(overlay["overlay"] ?? "").startsWith("1.")) {
    throw new Problem("The overlay has no `overlay: 1.0.0`.", "Name an OpenAPI Overlay document.");
  }
  let result = structuredClone(document);
  for (const action of toList(overlay["actions"])) {
    if (isJson(action)) result = apply(result, action);
  }
  return result;
}

function apply(document: Json, action: Json): Json {
  const { target, update, remove, copy } = action;
  const found = select(document, String(target));
  if (remove === true) {
    // From the end, so that the numbers of what is left of a list still hold.
    return found.toReversed().reduce((at, path) => drop(at, path), document);
  }
  const source = typeof copy === "string" ? select(document, copy)[0] : undefined;
  const value = source === undefined ? update : read(document, source);
  if (value === undefined) return document;
  return found.reduce((at, path) => change(at, path, (old) => merge(old, value)), document);
}

function select(document: Json, path: string): Key[][] {
  try {
    // The library takes any JSON, which a copy from JSON is.
    return jsonpath
      .query(path, JSON.parse(JSON.stringify(document)))
      .nodes.map(({ location }) => [...location]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem(`The overlay's target ${path} is not a JSONPath: ${reason}`, "Correct it.");
  }
}

function read(value: unknown, path: readonly Key[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined),
    value,
  );
}

function merge(old: unknown, update: unknown): unknown {
  if (Array.isArray(old)) return [...old, ...(Array.isArray(update) ? update : [update])];
  if (!isJson(old) || !isJson(update)) return update;
  const entries = Object.entries(update).map(([key, value]) => [
    key,
    Object.hasOwn(old, key) ? merge(old[key], value) : value,
  ]);
  return { ...old, ...Object.fromEntries(entries) };
}

function drop(document: Json, path: readonly Key[]): Json {
  const last = path.at(-1);
  if (last === undefined) return {};
  return change(document, path.slice(0, -1), (holder) => {
    if (Array.isArray(holder)) return holder.filter((_, at) => at !== last);
    if (!isJson(holder)) return holder;
    return Object.fromEntries(Object.entries(holder).filter(([key]) => key !== last));
  });
}

function change(document: Json, path: readonly Key[], by: (value: unknown) => unknown): Json {
  const changed = changeAt(document, path, by);
  return isJson(changed) ? changed : {};
}

function changeAt(value: unknown, path: readonly Key[], by: (value: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by(value);
  if (Array.isArray(value)) {
    return value.map((item, at) => (at === key ? changeAt(item, rest, by) : item));
  }
  if (!isJson(value)) return value;
  const entries = Object.entries(value).map(([name, item]) => [
    name,
    name === key ? changeAt(item, rest, by) : item,
  ]);
  return Object.fromEntries(entries);
}
