import type { ApiData, OperationEntry } from "./data.ts";
import { isAkin, mine, self, Tokenizer, toDeeds } from "./vocabulary.ts";
import { numberOf, readPlaces, toPathText, toWords, weightOf } from "./words.ts";

/** An operation with the group it is found in. */
export interface Found {
  readonly entry: OperationEntry;
  readonly group: string;
}

interface Document extends Found {
  readonly path: string;
}

/** A word that was asked for, and the words of the index that will do, each with how well. */
interface Term {
  readonly word: string;
  readonly fits: ReadonlyMap<string, number>;
  /** Words of one's own say which of several is meant, and need not be met. */
  readonly extra: boolean;
}

/** How well words do that are not the very one: of the same deed, of the same stem. */
const deedFit = 0.5;
const stemFit = 0.6;
/** Of those that fit, how many are looked at closely. */
const closely = 1_000;

/** Finds operations by words: those that stand in few operations count most. */
export class SearchIndex {
  readonly #documents: readonly Document[];
  readonly #places: ReadonlyMap<string, string>;
  readonly #tokenizer = new Tokenizer();

  constructor({ groups, words = toWords(groups) }: Pick<ApiData, "groups" | "words">) {
    this.#documents = groups
      .flatMap(({ name, operations }) => operations.map((entry) => ({ entry, group: name })))
      .map((found, number) => ({ ...found, path: words.paths[number] ?? "" }));
    this.#places = new Map(words.places);
  }

  /** The operations that fit, the best first, and how many there are; all where nothing is asked for. */
  find(
    query: string,
    group?: string,
  ): { readonly found: readonly Found[]; readonly total: number } {
    const inGroup = (one: Document) => group === undefined || one.group === group;
    const terms = this.#toTerms(query);
    if (terms.length === 0) {
      const found = this.#documents.filter(inGroup);
      return { found, total: found.length };
    }
    const scores = this.#score(terms);
    const fitting = this.#documents
      .map((document, at) => ({ document, score: scores[at] ?? 0 }))
      .filter(({ document, score }) => score > 0 && inGroup(document));
    const found = toBest(fitting)
      .map(({ document, score }) => ({
        document,
        score: score * this.#toNearness(document, terms),
      }))
      .sort(byScore)
      .map(({ document }) => document);
    return { found, total: fitting.length };
  }

  /** How well each operation fits by its words alone. */
  #score(terms: readonly Term[]): Float64Array {
    const scores = new Float64Array(this.#documents.length);
    const met = new Float64Array(this.#documents.length);
    for (const { fits, extra } of terms) {
      const best = new Float64Array(this.#documents.length);
      for (const [word, fit] of fits) {
        const text = this.#places.get(word);
        if (text === undefined) continue;
        const places = readPlaces(text);
        const telling = fit * Math.log(1 + this.#documents.length / places.length);
        for (const place of places) {
          const number = numberOf(place);
          best[number] = Math.max(best[number] ?? 0, weightOf(place) * telling);
        }
      }
      for (const [at, score] of best.entries()) {
        if (score === 0 || (extra && met[at] === 0)) continue;
        scores[at] = (scores[at] ?? 0) + score;
        met[at] = (met[at] ?? 0) + (extra ? 0 : 1);
      }
    }
    // What has all the words comes before what has one of them often.
    const asked = terms.filter(({ extra }) => !extra).length;
    return scores.map((score, at) => score * ((met[at] ?? 0) / asked) ** 2);
  }

  #toTerms(query: string): Term[] {
    const all = this.#tokenizer.toAll(query);
    const words = [...new Set(this.#tokenizer.toWords(query))];
    const own = all.some((word) => mine.has(word));
    // Two words may be one to the API: `config map`, `to do`.
    const joined = new Map<string, string>();
    for (const [at, word] of all.entries()) {
      const both = word + (all[at + 1] ?? "");
      if (both === word || !this.#places.has(both)) continue;
      for (const one of [word, all[at + 1] ?? ""]) joined.set(one, both);
    }
    const terms = words.map((word) => ({
      word,
      fits: this.#toFits(word, joined.get(word)),
      extra: false,
    }));
    const fits = new Map(self.map((word) => [word, stemFit] as const));
    return own && terms.length > 0 ? [...terms, { word: "me", fits, extra: true }] : terms;
  }

  #toFits(word: string, joined: string | undefined): Map<string, number> {
    const fits = new Map<string, number>();
    for (const known of this.#places.keys()) {
      if (known === word || known === joined) fits.set(known, 1);
      else if (isAkin(known, word)) fits.set(known, stemFit);
    }
    for (const deed of toDeeds(word)) {
      if (!fits.has(deed) && this.#places.has(deed)) fits.set(deed, deedFit);
    }
    return fits;
  }

  /**
   * What is called just what was asked for comes before what is called that and more, and what ends
   * at the thing asked for before what is a part of it.
   */
  #toNearness({ entry, path }: Document, terms: readonly Term[]): number {
    const toWordsOf = (text: string) => this.#tokenizer.toWords(text);
    const steps = toWordsOf(toPathText(path));
    const called = [entry.name, entry.title].map((text) => toShare(toWordsOf(text), terms));
    const end = steps.at(-1);
    const ends = end !== undefined && isAsked(end, terms) ? 0.5 : 0;
    return (1 + Math.max(...called)) * (1 + toShare(steps, terms) + ends);
  }
}

/** How much of a label was asked for, from 0 to 1. */
function toShare(label: readonly string[], terms: readonly Term[]): number {
  if (label.length === 0) return 0;
  return label.filter((word) => isAsked(word, terms)).length / label.length;
}

function isAsked(word: string, terms: readonly Term[]): boolean {
  return terms.some(({ fits }) => fits.has(word));
}

interface Scored {
  readonly document: Document;
  readonly score: number;
}

/** Those that are looked at closely, found without putting all the others in order. */
function toBest(fitting: readonly Scored[]): Scored[] {
  const scores = Float64Array.from(fitting, ({ score }) => score).sort();
  const least = scores.at(-closely) ?? 0;
  return fitting
    .filter(({ score }) => score >= least)
    .sort(byScore)
    .slice(0, closely);
}

function byScore(a: Scored, b: Scored): number {
  return b.score - a.score || toLength(a) - toLength(b) || (toName(a) < toName(b) ? -1 : 1);
}

function toLength({ document }: Scored): number {
  return document.path.length;
}

function toName({ document }: Scored): string {
  return document.entry.name;
}
