import { writeJson } from "./digits.ts";

/** A JSON answer that keeps its budget, and what was left out of it. */
export interface Fitted {
  readonly text: string;
  readonly notice?: string;
}

interface List {
  readonly path: readonly string[];
  readonly items: readonly unknown[];
  readonly size: number;
}

/** Room for what else is said about the answer. */
const noticeRoom = 200;

/**
 * An answer as JSON within a number of characters. What is too long loses items from the end of its
 * longest list, so that it stays JSON; without such a list it stays whole, for the reader's budget
 * to cut.
 */
export function fitJson(value: unknown, budget: number): Fitted {
  const text = writeJson(value);
  const size = weigh(text);
  if (size <= budget) return { text };
  const list = findList(value, [], 3);
  if (list === undefined || size - list.size > budget - noticeRoom) return { text };
  const room = budget - noticeRoom - (size - list.size);
  let used = 0;
  const kept = list.items.findIndex((item) => {
    used += toSize(item) + 1;
    return used > room;
  });
  if (kept <= 0) return { text };
  const where = list.path.length > 0 ? ` of ${list.path.join(".")}` : "";
  return {
    text: writeJson(replace(value, list.path, list.items.slice(0, kept))),
    notice: `Cut: ${kept} of ${list.items.length} items${where} shown. Ask for fewer, or for fewer fields.`,
  };
}

/** The longest list no deeper than a few objects, by characters. */
function findList(value: unknown, path: readonly string[], depth: number): List | undefined {
  if (Array.isArray(value)) return { path, items: value, size: toSize(value) };
  if (typeof value !== "object" || value === null || depth === 0) return undefined;
  const lists = Object.entries(value).flatMap(
    ([name, member]) => findList(member, [...path, name], depth - 1) ?? [],
  );
  return lists.sort((a, b) => b.size - a.size)[0];
}

function replace(value: unknown, path: readonly string[], by: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return by;
  const object: Record<string, unknown> = typeof value === "object" ? { ...value } : {};
  return { ...object, [name]: replace(object[name], rest, by) };
}

function toSize(value: unknown): number {
  return weigh(writeJson(value));
}

/** What a text takes of a budget in characters, which allows 1.2 bytes for each (see toBudget). */
function weigh(text: string): number {
  return Math.max(text.length, Math.ceil(Buffer.byteLength(text) / 1.2));
}
