import type { Json } from "../../json.ts";
import { toArgumentName, toHash } from "../names/words.ts";

/** Where an argument goes; those before keep a name that several want. */
export const places = ["path", "query", "querystring", "header", "cookie", "body"] as const;

export type Place = (typeof places)[number];

/** Something an operation can be given. */
export interface Wanted {
  readonly name: string;
  readonly place: Place;
  readonly required: boolean;
  readonly schema: Json;
}

/**
 * Names the arguments of one operation. What several places call the same keeps its name in the first
 * of them and bears its place in the others: `id`, `id_query`, `id_body`. So does a reserved name.
 */
export function nameArguments<W extends Wanted>(
  wanted: readonly W[],
  reserved: readonly string[] = [],
): Map<W, string> {
  const names = new Map<W, string>();
  const taken = new Set<string>(reserved);
  const ordered = wanted.toSorted((a, b) => places.indexOf(a.place) - places.indexOf(b.place));
  for (const one of ordered) {
    const plain = toArgumentName(one.name);
    const placed = `${plain}_${one.place}`;
    const free = [plain, placed].find((name) => !taken.has(name));
    const name = free ?? `${placed}_${toHash(one.name)}`;
    taken.add(name);
    names.set(one, name);
  }
  return names;
}

/** The input of a tool: arguments next to each other, nothing but these. */
export function toInput(names: ReadonlyMap<Wanted, string>): Json {
  const entries = [...names];
  const required = entries.filter(([wanted]) => wanted.required).map(([, name]) => name);
  return {
    type: "object",
    properties: Object.fromEntries(entries.map(([wanted, name]) => [name, wanted.schema])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}
