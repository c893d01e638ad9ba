import { leadingVerbs, toMethodVerb, toSingular, verbs } from "./verbs.ts";

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

/** A verb, and the groups of words it is about, the widest first. */
export interface Phrase {
  readonly verb: readonly string[];
  readonly about: readonly (readonly string[])[];
}

/** Whether a word says what is done. In operations that only read, some of the verbs are things. */
export function isVerb(word: string | undefined, { method }: Identity): boolean {
  if (word === undefined) return false;
  return verbs.has(word) || (leadingVerbs.has(word) && method !== "GET");
}

/** What asks for the options of a thing gets them. */
export function toMethodPhrase(method: string, about: Phrase["about"]): Phrase {
  const options = method === "OPTIONS" ? [["options"]] : [];
  return { verb: [toMethodVerb(method)], about: [...about, ...options] };
}

/** The same words, about one of its kind. */
export function endSingular(words: readonly string[]): string[] {
  return words.map((word, at) => (at === words.length - 1 ? toSingular(word) : word));
}
