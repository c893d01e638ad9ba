import { isRecord } from "@fairlead/guard";

/** A node of the parser's tree, or a part of one. */
export type Part = { readonly [field: string]: unknown };

/** The fields of a node that stands in a wrapper named by its type, as `{ FuncCall: {…} }`. */
export function unwrap(value: unknown): { readonly tag: string; readonly node: Part } | undefined {
  if (!isRecord(value)) return undefined;
  const [tag] = Object.keys(value);
  const node = tag === undefined ? undefined : value[tag];
  return tag !== undefined && isRecord(node) ? { tag, node } : undefined;
}

/** The texts of a list of String nodes: the parts of a qualified name. */
export function toNames(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item) => {
    const found = unwrap(item);
    const text = found?.tag === "String" ? found.node["sval"] : undefined;
    return typeof text === "string" ? [text] : [];
  });
}

/** Every field of every part of a tree. A stack of our own: a deep tree must not exhaust the process's. */
export function* fieldsOf(start: unknown): Generator<readonly [string, unknown]> {
  const rest: unknown[] = [start];
  while (rest.length > 0) {
    const value = rest.pop();
    if (Array.isArray(value)) {
      for (const item of value) rest.push(item);
    } else if (isRecord(value)) {
      for (const field of Object.entries(value)) {
        yield field;
        rest.push(field[1]);
      }
    }
  }
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
