import {
  isPlural,
  leadingVerbs,
  prepositions,
  singleVerbs,
  things,
  toMethodVerb,
  toSingular,
  verbs,
} from "./verbs.ts";
import { toHash, toWords } from "./words.ts";

const longest = 64;
const longestText = 500;

/** What identifies an operation whatever its position in the document. */
export interface Identity {
  readonly method: string;
  readonly path: string;
  readonly id: string | undefined;
  /** The name somebody has chosen for it. */
  readonly chosen?: string | undefined;
  readonly summary?: string | undefined;
  readonly tag?: string | undefined;
}

/** What the ids of a document have in common, so that it need not stand in every name. */
export interface Habits {
  /** The first part of every id, as in `compute.instances.list`. */
  readonly prefix: string | undefined;
  /** Ids are made of method and path: `GetCustomersCustomer`. */
  readonly fromPath: boolean;
}

/** A verb, and the groups of words it is about, the widest first. */
interface Phrase {
  readonly verb: readonly string[];
  readonly about: readonly (readonly string[])[];
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
  const { id, method, path } = operation;
  const segments = toSegments(path);
  const byPath = [
    toPathPhrase(operation, segments),
    // Two paths may differ in nothing but what is one and what is many.
    toPathPhrase(operation, segments.map(toSpelled)),
    toPlainPhrase(method, path),
  ];
  const derived = id === undefined || (habits.fromPath && isFromPath(operation));
  const byId = id === undefined ? [] : toIdPhrases(id, operation, habits);
  const phrases = derived ? [...byPath, ...byId] : byId;
  // What is too long loses its widest words: all of a group, or as few as will do.
  const names = phrases.flatMap(({ verb, about }) => [
    toName({ verb, about }, operation),
    toName({ verb, about: about.flatMap((words) => words.map((word) => [word])) }, operation),
  ]);
  return names.flatMap((name) => name ?? []);
}

function toIdPhrases(id: string, operation: Identity, { prefix }: Habits): Phrase[] {
  const own = withoutRoute(id, operation);
  const parts = splitId(own);
  const short = parts.length > 1 && parts[0] === prefix ? parts.slice(1) : parts;
  const words = short.map(toWords).filter((part) => part.length > 0);
  const all = parts.map(toWords).filter((part) => part.length > 0);
  const full = splitId(id).map(toWords);
  const [first = []] = words;
  const bare = [first.slice(1), ...words.slice(1)].filter((part) => part.length > 0);
  // `POST_CreateQueue` says twice what is done, and beside it there is GET_CreateQueue.
  const apart = first.length === 1 || /^(?:post|put|patch)$/.test(first[0] ?? "");
  const method = operation.method.toLowerCase();
  const doubled = apart && first[0] === method && isVerb(bare[0]?.[0], operation);
  return [
    ...(doubled ? [toPhrase(bare, operation), toPhrase([...bare, [method]], operation)] : []),
    toPhrase(words, operation, prefix !== undefined),
    toPhrase(all, operation, prefix !== undefined),
    ...(own === id ? [] : [toPhrase(full, operation)]),
  ];
}

/** `issues/list-for-repo` has two parts, and so have `Machines_ListAll` and `chat_postMessage`. */
function splitId(id: string): string[] {
  return id
    .split(
      /[/.#:]|__|(?<=[a-z0-9])_(?=[A-Z][a-z])|(?<=^[A-Z][A-Za-z0-9]*)_(?=[A-Z])|_(?=[a-z]+[A-Z][A-Za-z]*$)/,
    )
    .filter((part) => /[A-Za-z0-9]/.test(part));
}

/** FastAPI makes ids of a function's name, its path and its method. */
function withoutRoute(id: string, { path, method }: Identity): string {
  const route = `${path.replace(/\W/g, "_")}_${method}`.toLowerCase();
  return id.toLowerCase().endsWith(route) ? id.slice(0, -route.length) || id : id;
}

/** Whether an id only repeats its method and path: `get_files_id_content`. */
function isFromPath({ id, method, path }: Identity): boolean {
  const [first, ...rest] = toWords(id ?? "");
  if (first !== method.toLowerCase() || rest.length === 0) return false;
  const parts = path
    .split(/[/?#&]/)
    .map((segment) => ({ words: toWords(segment).join(" "), held: segment.includes("{") }))
    .filter(({ words }) => words !== "");
  const from = parts.findIndex(({ words }) => !/^(?:api|rest|v?\d[\w ]*)$/.test(words));
  return [0, Math.max(from, 0)].some((at) => follows(rest.join(" "), parts.slice(at)));
}

/** Whether words go through these parts, a parameter being called by its name or `id`. */
function follows(
  words: string,
  parts: readonly { readonly words: string; readonly held: boolean }[],
): boolean {
  const [part, ...rest] = parts;
  if (part === undefined) return words === "";
  const names = part.held ? [part.words, `by ${part.words}`, "id", "by id"] : [part.words];
  return names.some(
    (name) =>
      (words === name || words.startsWith(`${name} `)) &&
      follows(words.slice(name.length + 1), rest),
  );
}

/** Puts the verb first, wherever the id has it. */
function toPhrase(
  parts: readonly (readonly string[])[],
  operation: Identity,
  /** What stands last is what is done, in ids such as `gmail.users.messages.trash`. */
  does = false,
): Phrase {
  const [first = []] = parts;
  const [last = [], context] = [parts.at(-1), parts.slice(0, -1)];
  const ends = context.length > 0 && isVerb(last[0], operation);
  // `Connect_GetConfigs` is about what is called Connect.
  const group = ends && first.length === 1 && last.length > 1;
  if (isVerb(first[0], operation) && !group) return toVerbFirst(first, parts.slice(1), []);
  if (ends || (does && context.length > 0 && last.length === 1)) {
    const single = last.length === 1 && singleVerbs.has(last[0] ?? "") && isSingle(operation);
    const narrows = last.length === 1 || prepositions.has(last[1] ?? "") || last[1] === "all";
    return toVerbFirst(last, [], single || !narrows ? context.map(endSingular) : context);
  }
  const all = parts.flat();
  const end = all.at(-1);
  // `users_list` and `petsCreate` say it at their end.
  if (all.length > 1 && end !== undefined && verbs.has(end)) {
    return { verb: [end], about: [...context, last.slice(0, -1)] };
  }
  return toMethodPhrase(operation.method, parts);
}

/** What asks for the options of a thing gets them. */
function toMethodPhrase(method: string, about: Phrase["about"]): Phrase {
  const options = method === "OPTIONS" ? [["options"]] : [];
  return { verb: [toMethodVerb(method)], about: [...about, ...options] };
}

/** `create or update` is one verb, and `for repo` comes behind what it narrows. */
function toVerbFirst(
  words: readonly string[],
  after: readonly (readonly string[])[],
  context: readonly (readonly string[])[],
): Phrase {
  const joined = /^(?:or|and)$/.test(words[1] ?? "") && verbs.has(words[2] ?? "");
  const verb = words.slice(0, joined ? 3 : 1);
  const rest = words.slice(verb.length);
  const [all, ...others] = rest;
  if (all === "all") return { verb: [...verb, all], about: [...context, others, ...after] };
  return { verb, about: [...context, rest, ...after] };
}

function isVerb(word: string | undefined, { method }: Identity): boolean {
  if (word === undefined) return false;
  return verbs.has(word) || (leadingVerbs.has(word) && method !== "GET");
}

/** Whether it is about one thing: one that the path names, or one that is made. */
function isSingle({ method, path }: Identity): boolean {
  return /\}\/?$/.test(path) || (method === "POST" && !path.endsWith("}"));
}

function endSingular(words: readonly string[]): string[] {
  return words.map((word, at) => (at === words.length - 1 ? toSingular(word) : word));
}

interface Segment {
  readonly words: readonly string[];
  /** The words for one of its kind, where a parameter behind it names one. */
  readonly noun: readonly string[];
  readonly one: boolean;
  /** The last parameter behind it. */
  readonly by: readonly string[];
}

function toSpelled({ words, by, one }: Segment, at: number, all: readonly Segment[]): Segment {
  const noun = one && at === all.length - 1 ? [...words, "by", ...by] : words;
  return { words, noun, one, by };
}

/** What a path is about: `POST /users/{id}/keys` creates a user's key. */
function toPathPhrase(operation: Identity, segments: readonly Segment[]): Phrase {
  const { method, path } = operation;
  const last = segments.at(-1);
  if (last === undefined) return toPlainPhrase(method, path);
  const context = segments.slice(0, -1).map(({ noun }) => noun);
  const [first = "", ...rest] = last.words;
  const end = last.words.at(-1) ?? "";
  const reads = method === "GET" || method === "HEAD";
  const thing = rest.length === 0 && things.has(first) && reads;
  if (!last.one && isVerb(first, operation) && !thing && method !== "DELETE") {
    return { verb: [first], about: [...context, rest] };
  }
  const many = isPlural(end) && !last.one;
  const said = toSaid(operation);
  // `POST /payments/{id}/cancels` cancels a payment, and `POST /transfers` makes a transfer.
  const same = said === toSingular(end) ? said : undefined;
  if (same !== undefined && context.length > 0) return { verb: [same], about: context };
  const verb = toPathVerb(method, many, same === undefined ? said : undefined);
  const makes = verb === "create" || (verb === "add" && method === "POST");
  const about = [...context, makes ? endSingular(last.noun) : last.noun];
  return verb === undefined ? toMethodPhrase(method, about) : { verb: [verb], about };
}

function toPathVerb(method: string, many: boolean, said: string | undefined): string | undefined {
  if (method === "GET") return many ? "list" : "get";
  if (method === "PATCH") return "update";
  return said ?? (many && method === "POST" ? "create" : undefined);
}

/** The verb with which a summary says what is done: `Updates a customer`. */
function toSaid({ method, summary = "" }: Identity): string | undefined {
  if (method !== "POST" && method !== "PUT") return undefined;
  const [word = ""] = toWords(summary);
  return [word, word.replace(/s$/, ""), word.replace(/es$/, "")].find((one) => verbs.has(one));
}

function toSegments(path: string): Segment[] {
  const raw = path.split(/[/?#&]/).filter((segment) => segment !== "");
  const from = raw.findIndex((segment) => !/^(?:api|rest|v?\d[\w.-]*)$/i.test(segment));
  const segments: Segment[] = [];
  for (const segment of raw.slice(Math.max(from, 0))) {
    const bare = segment.replace(/\{[^{}]*\}/g, " ");
    const words = toWords(bare.replace(/\.(?:json|xml|html?|php|aspx?)\s*$/i, ""));
    const held = segment.includes("{");
    const by = toWords(/\{([^{}]*)\}[^{}]*$/.exec(segment)?.[1] ?? "");
    // `{id}:cancel` does something to what stands before it.
    const before = segments.at(-1);
    if (before && held && (words.length === 0 || /\}[^{}]+$/.test(segment))) {
      segments.splice(-1, 1, { ...before, noun: endSingular(before.words), one: true, by });
    }
    const one = /\{[^{}]*\}$/.test(segment);
    if (words.length > 0) segments.push({ words, noun: one ? endSingular(words) : words, one, by });
  }
  return segments;
}

/** Method and path, word for word. */
function toPlainPhrase(method: string, path: string): Phrase {
  const words = path.split(/[/?#&]/).flatMap((segment) => {
    const own = toWords(segment);
    return /^\{.*\}$/.test(segment) ? ["by", ...own] : own;
  });
  const [first = ""] = words;
  if (verbs.has(first)) return { verb: [first], about: [words.slice(1)] };
  return toMethodPhrase(method, [words]);
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

/** `priority packages` beside `delete priority packages` says nothing more. */
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
  const candidates = [
    ...toSegments(path)
      .map(({ words }) => words)
      .reverse(),
    toWords(tag),
    ["api"],
  ];
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
