import type { Identity } from "./phrases.ts";
import { addHash, toHabits, toWishes } from "./wishes.ts";
import { toWords } from "./words.ts";

/** The names given so far: by method and path, with the operation's id at that time. */
export type NameLock = Readonly<Record<string, { readonly name: string; readonly id?: string }>>;

export function toKey({ method, path }: Pick<Identity, "method" | "path">): string {
  return `${method} ${path}`;
}

/**
 * A name for each operation: the one it had, else `verb_noun` from its id or its path. Those that would
 * share a name all take the next they could have, and a hash of their own address in the end, so that
 * no name depends on the order of the document.
 */
export function toNames(operations: readonly Identity[], lock: NameLock = {}): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const keys = new Set(operations.map(toKey));
  const moved = findMoved(lock, keys);
  const open: Identity[] = [];
  for (const operation of operations) {
    const key = toKey(operation);
    const held = Object.hasOwn(lock, key) ? lock[key] : moved.get(operation.id ?? "");
    const name = operation.chosen ?? held?.name;
    if (name === undefined || taken.has(name)) open.push(operation);
    else {
      names.set(key, name);
      taken.add(name);
    }
  }
  const habits = toHabits(operations);
  const wishes = new Map(open.map((operation) => [operation, toWishes(operation, habits)]));
  let waiting: readonly Identity[] = open;
  for (let round = 0; waiting.length > 0; round += 1) {
    const wanted = Map.groupBy(waiting, (one) => wishes.get(one)?.[round]);
    const left: Identity[] = [];
    for (const [name, sharing] of wanted) {
      for (const operation of sharing) {
        const alone = sharing.length === 1 && name !== undefined && !taken.has(name);
        if (alone) names.set(toKey(operation), name);
        else if (name !== undefined) left.push(operation);
        else names.set(toKey(operation), toHashed(operation, wishes.get(operation), taken));
      }
    }
    for (const operation of waiting) taken.add(names.get(toKey(operation)) ?? "");
    waiting = left;
  }
  return names;
}

/** Names of operations that are gone: one whose id turns up elsewhere has moved. */
function findMoved(lock: NameLock, keys: ReadonlySet<string>) {
  const gone = Object.entries(lock).filter(([key]) => !keys.has(key));
  return new Map(gone.flatMap(([, held]) => (held.id ? [[held.id, held] as const] : [])));
}

function toHashed(
  operation: Identity,
  [first]: readonly string[] = [],
  taken: ReadonlySet<string>,
): string {
  const said = (operation.id ?? operation.path).slice(0, 200);
  const words = [operation.method.toLowerCase(), ...toWords(said)];
  const name = first ?? words.filter((word, at) => word !== words[at - 1]).join("_");
  let text = toKey(operation);
  while (taken.has(addHash(name, text))) text += "+";
  return addHash(name, text);
}

/** Whether a name somebody chose can be one. */
export function isName(name: unknown): name is string {
  return typeof name === "string" && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name);
}
