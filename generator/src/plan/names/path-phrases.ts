import { endSingular, type Identity, isVerb, type Phrase, toMethodPhrase } from "./phrases.ts";
import { isPlural, things, toSingular, verbs } from "./verbs.ts";
import { toWords } from "./words.ts";

/** The phrases of a path, the shortest first. */
export function toPathPhrases(operation: Identity): Phrase[] {
  const { method, path } = operation;
  const segments = toSegments(path);
  return [
    toPathPhrase(operation, segments),
    // Two paths may differ in nothing but what is one and what is many.
    toPathPhrase(operation, segments.map(toSpelled)),
    toPlainPhrase(method, path),
  ];
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
  const verb = toPathVerb(method, { many, said: same === undefined ? said : undefined });
  const makes = verb === "create" || (verb === "add" && method === "POST");
  const about = [...context, makes ? endSingular(last.noun) : last.noun];
  return verb === undefined ? toMethodPhrase(method, about) : { verb: [verb], about };
}

function toPathVerb(
  method: string,
  { many, said }: { readonly many: boolean; readonly said: string | undefined },
): string | undefined {
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

/** The words of each part of a path that is not a parameter. */
export function listNouns(path: string): (readonly string[])[] {
  return toSegments(path).map(({ words }) => words);
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
