import { isFromPath, splitId, toIdPhrases } from "./id-phrases.ts";
import { listNouns, toPathPhrases } from "./path-phrases.ts";
import type { Identity, Phrase } from "./phrases.ts";
import { toSingular } from "./verbs.ts";
import { toHash, toWords } from "./words.ts";

const longest = 64;
const longestText = 500;

/** What the ids of a document have in common, so that it need not stand in every name. */
export interface Habits {
  /** The first part of every id, as in `compute.instances.list`. */
  readonly prefix: string | undefined;
  /** Ids are made of method and path: `GetCustomersCustomer`. */
  readonly fromPath: boolean;
}

/** Reads the habits of a document from all its operations. */
export function toHabits(all: readonly Identity[]): Habits {
  const operations = all.map(toShort);
  const ids = operations.flatMap(({ id }) => (id === undefined ? [] : [splitId(id)]));
  const [first = []] = ids;
  const shared = ids.length > 2 && ids.every((parts) => parts.length > 2 && parts[0] === first[0]);
  const telling = operations.filter(({ id, path }) => id !== undefined && path.includes("{"));
  const made = telling.filter(isFromPath);
  return {
    prefix: shared ? first[0] : undefined,
    fromPath: made.length > 0 && made.length * 2 > telling.length,
  };
}

/** No name says more than the beginning of what is this long. */
function toShort(operation: Identity): Identity {
  const { id, path } = operation;
  return { ...operation, id: id?.slice(0, longestText), path: path.slice(0, longestText) };
}

/** The names an operation asks for, the best first; the last says all there is to say. */
export function toWishes(given: Identity, habits: Habits): string[] {
  const operation = toShort(given);
  const { id } = operation;
  const byPath = toPathPhrases(operation);
  const derived = id === undefined || (habits.fromPath && isFromPath(operation));
  const byId = id === undefined ? [] : toIdPhrases(id, operation, habits.prefix);
  const phrases = derived ? [...byPath, ...byId] : byId;
  // What is too long loses its widest words: all of a group, or as few as will do.
  const names = phrases.flatMap(({ verb, about }) => [
    toName({ verb, about }, operation),
    toName({ verb, about: about.flatMap((words) => words.map((word) => [word])) }, operation),
  ]);
  return names.flatMap((name) => name ?? []);
}

/** The words of a phrase, no more than a name holds: the widest groups go first. */
function toName({ verb, about }: Phrase, operation: Identity): string | undefined {
  const groups = withoutRepeats(about.filter((words) => words.length > 0));
  const says = groups.flat().some((word) => !verb.includes(word));
  const nouns = says ? groups : toNoun(verb, operation);
  for (let from = 0; from < nouns.length; from += 1) {
    const words = [...verb, ...nouns.slice(from).flat()];
    const name = words.filter((word, at) => word !== words[at - 1]).join("_");
    if (name.length <= longest) return name;
  }
  return undefined;
}

/** `priority packages` next to `delete priority packages` says nothing more. */
function withoutRepeats(groups: readonly (readonly string[])[]): (readonly string[])[] {
  return groups.map((words, at) => {
    const next = groups[at + 1] ?? [];
    for (let from = 0; from < words.length; from += 1) {
      const tail = words.slice(from);
      if (tail.every((word, index) => toSingular(word) === toSingular(next[index] ?? ""))) {
        return words.slice(0, from);
      }
    }
    return words;
  });
}

/** A verb alone is about what its path or its tag says. */
function toNoun(verb: readonly string[], { path, tag = "" }: Identity): string[][] {
  const candidates = [...listNouns(path).reverse(), toWords(tag), ["api"]];
  const found = candidates.find(
    (words) =>
      words.length > 0 && words.some((word) => !verb.includes(word) && !/^v?\d/.test(word)),
  );
  return [(found ?? []).filter((word) => !verb.includes(word))];
}

export function addHash(name: string, text: string): string {
  const room = longest - 7;
  const end = name.length <= room ? room : name.slice(0, room + 1).lastIndexOf("_");
  return `${name.slice(0, end > room / 2 ? end : room)}_${toHash(text)}`;
}
