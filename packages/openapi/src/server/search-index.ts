import { type ApiData, listOperations, type OperationEntry } from "../data/data.ts";
import { isAkin, mine, self, Tokenizer, toDeeds } from "../data/vocabulary.ts";
import { numberOf, readPlaces, toPathText, toWords, weightOf } from "../data/words.ts";

/** What a search comes to: the operations that fit best, and how many fit at all. */
export interface Found {
  readonly entries: readonly OperationEntry[];
  readonly total: number;
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
  readonly #entries: readonly OperationEntry[];
  readonly #groups: ApiData["groups"];
  readonly #paths: readonly string[];
  readonly #places: ReadonlyMap<string, string>;
  readonly #tokenizer = new Tokenizer();

  constructor(data: Pick<ApiData, "groups" | "words">) {
    const { paths, places } = data.words ?? toWords(data.groups);
    this.#groups = data.groups;
    this.#entries = listOperations(data);
    this.#paths = paths;
    this.#places = new Map(places);
  }

  /** The operations that fit, the best first, and how many there are; all where nothing is asked for. */
  find(query: string, group?: string): Found {
    const numbers = this.#toNumbers(group);
    const terms = this.#toTerms(query);
    if (terms.length === 0) return this.#toFound(numbers, numbers.length);
    const scores = this.#score(terms);
    const fitting: number[] = [];
    for (const number of numbers) if ((scores[number] ?? 0) > 0) fitting.push(number);
    const best = this.#toBest(fitting, scores);
    for (const number of best) {
      scores[number] = (scores[number] ?? 0) * this.#toNearness(number, terms);
    }
    return this.#toFound(this.#sort(best, scores), fitting.length);
  }

  #toFound(numbers: readonly number[], total: number): Found {
    return { entries: numbers.flatMap((number) => this.#entries[number] ?? []), total };
  }

  /** The numbers of the operations of a group, or of all. */
  #toNumbers(group: string | undefined): number[] {
    const numbers: number[] = [];
    let number = 0;
    for (const { name, operations } of this.#groups) {
      const end = number + operations.length;
      for (; number < end; number += 1) {
        if (group === undefined || group === name) numbers.push(number);
      }
    }
    return numbers;
  }

  /** Those that are looked at closely, found without putting all the others in order. */
  #toBest(fitting: readonly number[], scores: Float64Array): number[] {
    const sorted = Float64Array.from(fitting, (number) => scores[number] ?? 0).sort();
    const least = sorted.at(-closely) ?? 0;
    const best = fitting.filter((number) => (scores[number] ?? 0) >= least);
    return this.#sort(best, scores).slice(0, closely);
  }

  #sort(numbers: readonly number[], scores: Float64Array): number[] {
    const length = (number: number) => this.#paths[number]?.length ?? 0;
    const name = (number: number) => this.#entries[number]?.name ?? "";
    return numbers.toSorted(
      (a, b) =>
        (scores[b] ?? 0) - (scores[a] ?? 0) ||
        length(a) - length(b) ||
        (name(a) < name(b) ? -1 : 1),
    );
  }

  /** How well each operation fits by its words alone. */
  #score(terms: readonly Term[]): Float64Array {
    const scores = new Float64Array(this.#entries.length);
    const met = new Float64Array(this.#entries.length);
    for (const { fits, extra } of terms) {
      const best = new Float64Array(this.#entries.length);
      for (const [word, fit] of fits) {
        const text = this.#places.get(word);
        if (text === undefined) continue;
        const places = readPlaces(text);
        const telling = fit * Math.log(1 + this.#entries.length / places.length);
        for (const place of places) {
          const number = numberOf(place);
          best[number] = Math.max(best[number] ?? 0, weightOf(place) * telling);
        }
      }
      for (let at = 0; at < best.length; at += 1) {
        const score = best[at] ?? 0;
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
  #toNearness(number: number, terms: readonly Term[]): number {
    const toWordsOf = (text: string) => this.#tokenizer.toWords(text);
    const steps = toWordsOf(toPathText(this.#paths[number] ?? ""));
    const { name = "", title = "" } = this.#entries[number] ?? {};
    const called = [name, title].map((text) => toShare(toWordsOf(text), terms));
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
