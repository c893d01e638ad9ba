import { isRecord } from "@fairlead/guard/record";
import type { JsonSchema } from "../schema.ts";

export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Reads `#`, `#/$defs/Name` or any other pointer into the schema itself (RFC 6901 6). */
export function readReference(root: JsonSchema, reference: string): unknown {
  if (!reference.startsWith("#")) return undefined;
  const parts = reference.slice(1).split("/").slice(1);
  return parts.map(unescapePart).reduce<unknown>((at, part) => {
    if (Array.isArray(at)) return at[Number(part)];
    return isRecord(at) && Object.hasOwn(at, part) ? at[part] : undefined;
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
    if (!isRecord(at)) continue;
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
  return findCircles(next);
}

interface Visit {
  readonly name: string;
  readonly open: Iterator<string>;
}

/** All members of circles in a graph, in one walk (Tarjan's), without recursion of its own. */
function findCircles(next: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const circles = new Set<string>();
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const stacked = new Set<string>();
  const visits: Visit[] = [];
  const enter = (name: string) => {
    order.set(name, order.size);
    lowest.set(name, order.size - 1);
    stack.push(name);
    stacked.add(name);
    visits.push({ name, open: (next.get(name) ?? new Set()).values() });
  };
  const lower = (name: string, to: number | undefined) =>
    lowest.set(name, Math.min(lowest.get(name) ?? 0, to ?? 0));
  for (const start of next.keys()) {
    if (!order.has(start)) enter(start);
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const { name, open } = visit;
      const { value: target, done } = open.next();
      if (done !== true) {
        if (!order.has(target)) enter(target);
        else if (stacked.has(target)) lower(name, order.get(target));
        continue;
      }
      visits.pop();
      const parent = visits.at(-1);
      if (parent !== undefined) lower(parent.name, lowest.get(name));
      if (lowest.get(name) !== order.get(name)) continue;
      const members = stack.splice(stack.lastIndexOf(name));
      for (const member of members) stacked.delete(member);
      if (members.length === 1 && next.get(name)?.has(name) !== true) continue;
      for (const member of members) circles.add(member);
    }
  }
  return circles;
}
