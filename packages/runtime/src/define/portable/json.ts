import type { JsonSchema } from "../schema.ts";

export function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object, or an empty one for whatever else stands there. */
export function toObject(value: unknown): JsonSchema {
  return isObject(value) ? value : {};
}

export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Reads `#`, `#/$defs/Name` or any other pointer into the schema itself (RFC 6901 6). */
export function readReference(root: JsonSchema, reference: string): unknown {
  if (!reference.startsWith("#")) return undefined;
  const parts = reference.slice(1).split("/").slice(1);
  return parts.map(unescapePart).reduce<unknown>((at, part) => {
    if (Array.isArray(at)) return at[Number(part)];
    return isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  }, root);
}

export function unescapePart(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** Every `$ref` in a schema, wherever it stands. */
export function listReferences(schema: unknown): Set<string> {
  const found = new Set<string>();
  // No recursion: documents nest as deep as they like.
  const open: unknown[] = [schema];
  while (open.length > 0) {
    const at = open.pop();
    if (Array.isArray(at)) open.push(...at);
    if (!isObject(at)) continue;
    for (const [key, member] of Object.entries(at)) {
      if (key === "$ref" && typeof member === "string") found.add(member);
      else if (key !== "$defs") open.push(member);
    }
  }
  return found;
}

/** The references of a schema that lead back to themselves, at once or by way of others. */
export function findRecursive(root: JsonSchema): Set<string> {
  const next = new Map<string, ReadonlySet<string>>();
  const open = [...listReferences(root)];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (next.has(at)) continue;
    const references = listReferences(at === "#" ? root : readReference(root, at));
    next.set(at, references);
    open.push(...references);
  }
  const left = prune(next);
  return new Set([...left.keys()].filter((name) => reaches(name, left)));
}

/** What is left once all that leads nowhere is gone, again and again: circles and what leads to them. */
function prune(
  next: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const left = new Map([...next].map(([name, targets]) => [name, new Set(targets)]));
  const from = new Map<string, string[]>();
  for (const [name, targets] of left) {
    for (const target of targets) from.set(target, [...(from.get(target) ?? []), name]);
  }
  const ends = [...left].filter(([, targets]) => targets.size === 0).map(([name]) => name);
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
    left.delete(end);
    for (const name of from.get(end) ?? []) {
      const targets = left.get(name);
      if (targets?.delete(end) && targets.size === 0) ends.push(name);
    }
  }
  return left;
}

function reaches(target: string, next: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const seen = new Set<string>();
  const open = [...(next.get(target) ?? [])];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === target) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    open.push(...(next.get(at) ?? []));
  }
  return false;
}
