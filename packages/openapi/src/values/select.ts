import { ArgumentError } from "./errors.ts";

/** The fields asked for, as a tree: `owner.login` and `owner.id` share `owner`. */
type Tree = Map<string, Tree>;

/**
 * Keeps of an answer only the named fields; dots go deeper, and lists are gone through. Throws
 * ArgumentError where none of them is there, with the names that are.
 */
export function selectFields(value: unknown, fields: readonly string[]): unknown {
  const tree: Tree = new Map();
  for (const field of fields) {
    let at = tree;
    for (const name of field.split(".").filter((part) => part !== "")) {
      const next = at.get(name) ?? new Map();
      at.set(name, next);
      at = next;
    }
  }
  if (tree.size === 0) return value;
  const kept = keep(value, tree);
  if (kept !== undefined) return kept;
  if (Array.isArray(value) && value.length === 0) return value;
  throw new ArgumentError(
    `The answer has no field ${fields.join(", ")}.`,
    `It has: ${listNames(value).slice(0, 50).join(", ") || "no fields"}.`,
  );
}

function keep(value: unknown, tree: Tree): unknown {
  if (tree.size === 0) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => keep(item, tree)).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  if (!isObject(value)) return undefined;
  const entries = [...tree].flatMap(([name, below]) => {
    if (!Object.hasOwn(value, name)) return [];
    const member = value[name];
    const kept = member === null ? null : keep(member, below);
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function listNames(value: unknown): string[] {
  if (Array.isArray(value)) return value.length > 0 ? listNames(value[0]) : [];
  return isObject(value) ? Object.keys(value) : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
