import { toHash, toWords } from "./words.ts";

/** What identifies an operation whatever its position in the document. */
export interface Identity {
  readonly method: string;
  readonly path: string;
  readonly id: string | undefined;
  /** The name somebody has chosen for it. */
  readonly chosen: string | undefined;
}

/** The names given so far: by method and path, with the operation's id at that time. */
export type NameLock = Readonly<Record<string, { readonly name: string; readonly id?: string }>>;

const longest = 64;

/** Words that say what is done, as ids have them. */
const verbs = new Set(
  (
    "accept activate add approve archive assign attach authorize batch block build cancel change " +
    "check clear close complete confirm connect convert copy count create deactivate decline delete " +
    "deploy deprecate destroy detach disable disconnect dismiss download duplicate edit enable end " +
    "enqueue exchange execute exists expire export fetch find follow force generate get grant import " +
    "index insert install invite join kick leave list lock login logout lookup mark merge migrate " +
    "modify move mute open patch pause ping pin place post preview process provision publish purge " +
    "push put query read rebuild recover redeliver refresh register reject release remove rename " +
    "render reopen reorder replace request reset resend resolve restart restore resume retrieve " +
    "retry revoke rotate run save schedule search send set share show sign start stop submit " +
    "subscribe suspend sync test toggle transfer trigger unarchive unassign unblock undelete " +
    "unfollow uninstall unlock unmute unpin unpublish unsubscribe unsuspend update upload upsert " +
    "validate verify view watch withdraw write"
  ).split(" "),
);

/** Verbs for operations whose id has none. */
const methodVerbs: Readonly<Record<string, string>> = {
  HEAD: "check",
  OPTIONS: "get",
  QUERY: "query",
};

export function toKey({ method, path }: Pick<Identity, "method" | "path">): string {
  return `${method} ${path}`;
}

/**
 * A name for each operation: the one it had, else `verb_noun` from its id or its path. Of those that
 * would share a name, each gets a hash of its own address behind it, so that no name depends on the
 * order of the document.
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
  const wanted = Map.groupBy(open, (operation) => toName(operation));
  for (const [name, sharing] of wanted) {
    for (const operation of sharing) {
      const alone = sharing.length === 1 && !taken.has(name);
      names.set(toKey(operation), alone ? name : addHash(name, toKey(operation)));
    }
  }
  return names;
}

/** Names of operations that are gone: one whose id turns up elsewhere has moved. */
function findMoved(lock: NameLock, keys: ReadonlySet<string>) {
  const gone = Object.entries(lock).filter(([key]) => !keys.has(key));
  return new Map(gone.flatMap(([, held]) => (held.id ? [[held.id, held] as const] : [])));
}

/** The name an operation asks for by itself. */
export function toName({ method, path, id }: Pick<Identity, "method" | "path" | "id">): string {
  const words = id === undefined ? [] : toIdWords(id);
  const all = words.length > 0 ? words : toPathWords(path);
  const first = all[0] ?? "";
  const named = verbs.has(first) ? all : [methodVerbs[method] ?? method.toLowerCase(), ...all];
  const name = named.filter((word, at) => word !== named[at - 1]).join("_");
  return name.length <= longest ? name : addHash(name, name);
}

/** `issues/list-for-repo` becomes list issues for repo, and `v1.items.list` list v1 items. */
function toIdWords(id: string): string[] {
  const parts = id
    .split(/[/.#:]|__/)
    .map(toWords)
    .filter((words) => words.length > 0);
  const all = parts.flat();
  if (verbs.has(all[0] ?? "")) return all;
  const [verb, ...rest] = parts.at(-1) ?? [];
  if (verb !== undefined && verbs.has(verb)) return [verb, ...parts.slice(0, -1).flat(), ...rest];
  // `users_list` and `petsCreate` say it at their end.
  const end = all.at(-1);
  return end !== undefined && verbs.has(end) ? [end, ...all.slice(0, -1)] : all;
}

function toPathWords(path: string): string[] {
  return path.split("/").flatMap((segment) => {
    const words = toWords(segment);
    return /^\{.*\}$/.test(segment) ? ["by", ...words] : words;
  });
}

function addHash(name: string, text: string): string {
  return `${name.slice(0, longest - 7).replace(/_+$/, "")}_${toHash(text)}`;
}

/** Whether a name somebody chose can be one. */
export function isName(name: unknown): name is string {
  return typeof name === "string" && /^[A-Za-z0-9_.-]{1,64}$/.test(name);
}
