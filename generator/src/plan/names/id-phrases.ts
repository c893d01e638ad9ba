import { endSingular, type Identity, isVerb, type Phrase, toMethodPhrase } from "./phrases.ts";
import { prepositions, searches, singleVerbs, things, verbs } from "./verbs.ts";
import { toWords } from "./words.ts";

/** The phrases of an id: without the first part that all ids of a document have, and with it. */
export function toIdPhrases(id: string, operation: Identity, prefix: string | undefined): Phrase[] {
  const own = withoutRoute(id, operation);
  const parts = splitId(own);
  const short = parts.length > 1 && parts[0] === prefix ? parts.slice(1) : parts;
  const words = short.map(toWords).filter((part) => part.length > 0);
  const all = parts.map(toWords).filter((part) => part.length > 0);
  const full = splitId(id).map(toWords);
  const [first = []] = words;
  const bare = [first.slice(1), ...words.slice(1)].filter((part) => part.length > 0);
  // `POST_CreateQueue` says twice what is done, and next to it there is GET_CreateQueue.
  const apart = first.length === 1 || /^(?:post|put|patch)$/.test(first[0] ?? "");
  const method = operation.method.toLowerCase();
  const doubled = apart && first[0] === method && isVerb(bare[0]?.[0], operation);
  // In ids such as `gmail.users.messages.trash` what stands last is what is done.
  const order = { endsInVerb: prefix !== undefined };
  return [
    ...(doubled ? [toPhrase(bare, operation), toPhrase([...bare, [method]], operation)] : []),
    toPhrase(words, operation, order),
    toPhrase(all, operation, order),
    ...(own === id ? [] : [toPhrase(full, operation)]),
  ];
}

/** `issues/list-for-repo` has two parts, and so have `Machines_ListAll` and `chat_postMessage`. */
export function splitId(id: string): string[] {
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
export function isFromPath({ id, method, path }: Identity): boolean {
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
  { endsInVerb = false }: { readonly endsInVerb?: boolean } = {},
): Phrase {
  const [first = []] = parts;
  const [last = [], context] = [parts.at(-1), parts.slice(0, -1)];
  const ends = context.length > 0 && isVerb(last[0], operation);
  // `Connect_GetConfigs` is about what is called Connect.
  const group = ends && first.length === 1 && last.length > 1;
  // GET schedule does not schedule.
  const thing =
    operation.method === "GET" && parts.flat().length === 1 && things.has(first[0] ?? "");
  if (thing) return toMethodPhrase(operation.method, parts);
  if (isVerb(first[0], operation) && !group) return toVerbFirst(first, parts.slice(1), []);
  if (ends || (endsInVerb && context.length > 0 && last.length === 1)) {
    const single = last.length === 1 && isSingle(last[0] ?? "", operation);
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

/** Whether it is about one thing: one that the path names, or one that is made. */
function isSingle(verb: string, { method, path }: Identity): boolean {
  // `PUT /pulls/{number}/merge` merges one of them.
  const deed = method !== "GET" && !searches.has(verb) && /\}[/:][^/{}]+\/?$/.test(path);
  return deed || (singleVerbs.has(verb) && (/\}\/?$/.test(path) || method === "POST"));
}
