import { isJson, type Json, toJson, toList } from "../../json.ts";

const prefix = "#/$defs/";
/** Keywords whose schemas say something of the same value; those of the others, of values inside it. */
const combining = ["allOf", "anyOf"] as const;
/** What a schema says of a value itself, and of what is inside. */
const isOwn = (key: string) => key !== "$ref" && key !== "allOf" && key !== "anyOf";

/**
 * Ends the circles in which a schema is a part of itself, as where a parent chooses between children
 * that each have the parent as a part: no validator comes to an end with these. A part that leads back
 * keeps what it says itself. Circles through members and items are left, as each value ends them.
 */
export function cutCircles(shared: Record<string, Json>): void {
  for (const keyword of combining) {
    const edges = new Map(
      Object.entries(shared).map(([name, schema]) => [name, listParts(schema)]),
    );
    const circles = new Set([...edges.keys()].filter((name) => leadsTo(edges, name, name)));
    for (const name of circles) {
      const back = (part: string) => circles.has(part) && leadsTo(edges, part, name);
      const schema = shared[name];
      if (schema !== undefined) shared[name] = cut(schema, keyword, back, shared);
    }
  }
}

/** The schema with its parts that lead back replaced by what these say themselves. */
function cut(
  schema: Json,
  keyword: (typeof combining)[number],
  isBack: (name: string) => boolean,
  shared: Readonly<Record<string, Json>>,
): Json {
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (key !== "allOf" && key !== "anyOf") return [key, value];
    const parts = toList(value).map((part) => {
      const name = toName(part);
      if (name === undefined || !isBack(name)) {
        return isJson(part) ? cut(part, keyword, isBack, shared) : part;
      }
      return key === keyword ? toOwn(toJson(shared[name])) : part;
    });
    return [key, parts];
  });
  return Object.fromEntries(entries);
}

function toOwn(schema: Json): Json {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => isOwn(key)));
}

/** The shared schemas that say something of the same value. */
function listParts(schema: Json): string[] {
  const name = toName(schema);
  const parts = combining.flatMap((key) => toList(schema[key])).filter(isJson);
  return [...(name === undefined ? [] : [name]), ...parts.flatMap(listParts)];
}

function leadsTo(edges: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [...(edges.get(from) ?? [])];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === to) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    open.push(...(edges.get(at) ?? []));
  }
  return false;
}

function toName(schema: unknown): string | undefined {
  const reference = isJson(schema) ? schema["$ref"] : undefined;
  if (typeof reference !== "string" || !reference.startsWith(prefix)) return undefined;
  return reference.slice(prefix.length).replaceAll("~1", "/").replaceAll("~0", "~");
}
