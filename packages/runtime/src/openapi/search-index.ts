import type { OperationEntry, OperationGroup } from "./data.ts";
import { isAkin, methodDeeds, mine, self, Tokenizer, toDeeds } from "./vocabulary.ts";

/** An operation with the group it is found in. */
export interface Found {
  readonly entry: OperationEntry;
  readonly group: string;
}

interface Document extends Found {
  /** The words of its name, those of its title and those of its path. */
  readonly labels: readonly (readonly string[])[];
  readonly path: readonly string[];
}

/** The operations a word stands in, and how much it says about each. */
interface Postings {
  readonly at: number[];
  readonly weights: number[];
}

/** A word that was asked for, and the words of the index that will do, each with how well. */
interface Term {
  readonly word: string;
  readonly fits: ReadonlyMap<string, number>;
  /** Words of one's own say which of several is meant, and need not be met. */
  readonly extra: boolean;
}

/** How much a word says by where it stands. */
const nameWeight = 4;
const titleWeight = 3;
const pathWeight = 2;
const textWeight = 1;

/** How well words do that are not the very one: of the same deed, of the same stem. */
const deedFit = 0.5;
const stemFit = 0.6;
/** Of those that fit, how many are looked at closely. */
const closely = 1_000;

/** Finds operations by words: those that stand in few operations count most. */
export class SearchIndex {
  readonly #documents: readonly Document[];
  readonly #postings = new Map<string, Postings>();
  readonly #tokenizer = new Tokenizer();

  constructor(groups: readonly OperationGroup[]) {
    this.#documents = groups.flatMap((group) =>
      group.operations.map((entry) => this.#toDocument(entry, group)),
    );
    for (const [at, document] of this.#documents.entries()) this.#add(at, document);
  }

  /** The operations that fit, the best first; all of a group where nothing is asked for. */
  find(query: string, group?: string): readonly Found[] {
    const inGroup = (one: Document) => group === undefined || one.group === group;
    const terms = this.#toTerms(query);
    if (terms.length === 0) return this.#documents.filter(inGroup);
    const scores = this.#score(terms);
    const fitting = this.#documents
      .map((document, at) => ({ document, score: scores[at] ?? 0 }))
      .filter(({ document, score }) => score > 0 && inGroup(document))
      .sort(byScore);
    const near = fitting
      .slice(0, closely)
      .map(({ document, score }) => ({ document, score: score * toNearness(document, terms) }))
      .sort(byScore);
    return [...near, ...fitting.slice(closely)].map(({ document }) => document);
  }

  /** How well each operation fits by its words alone. */
  #score(terms: readonly Term[]): Float64Array {
    const scores = new Float64Array(this.#documents.length);
    const met = new Float64Array(this.#documents.length);
    for (const { fits, extra } of terms) {
      const best = new Float64Array(this.#documents.length);
      for (const [word, fit] of fits) {
        const { at = [], weights = [] } = this.#postings.get(word) ?? {};
        const telling = fit * Math.log(1 + this.#documents.length / at.length);
        for (const [index, document] of at.entries()) {
          best[document] = Math.max(best[document] ?? 0, (weights[index] ?? 0) * telling);
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
      if (both === word || !this.#postings.has(both)) continue;
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
    for (const known of this.#postings.keys()) {
      if (known === word || known === joined) fits.set(known, 1);
      else if (isAkin(known, word)) fits.set(known, stemFit);
    }
    for (const deed of toDeeds(word)) {
      if (!fits.has(deed) && this.#postings.has(deed)) fits.set(deed, deedFit);
    }
    return fits;
  }

  #toDocument(entry: OperationEntry, group: OperationGroup): Document {
    const { name, title, operation } = entry;
    const path = this.#tokenizer.toWords(operation.path.replace(/\{[^{}]*\}/g, " "));
    const labels = [this.#tokenizer.toWords(name), this.#tokenizer.toWords(title)];
    return { entry, group: group.name, labels, path };
  }

  #add(at: number, { entry, group, labels: [name = [], title = []], path }: Document): void {
    const { description, operation } = entry;
    const method = methodDeeds[operation.method] ?? "";
    const text = `${operation.path} ${group} ${description}`;
    // The places that say most come first: what a word says is what it says there.
    this.#post(at, name, nameWeight);
    this.#post(at, title, titleWeight);
    this.#post(at, path, pathWeight);
    this.#post(at, this.#tokenizer.toWords(method), pathWeight);
    this.#post(at, this.#tokenizer.toWords(text), textWeight);
  }

  #post(document: number, words: readonly string[], weight: number): void {
    for (const word of words) {
      let postings = this.#postings.get(word);
      if (postings === undefined) {
        postings = { at: [], weights: [] };
        this.#postings.set(word, postings);
      }
      if (postings.at.at(-1) === document) continue;
      postings.at.push(document);
      postings.weights.push(weight);
    }
  }
}

/**
 * What is called just what was asked for comes before what is called that and more, and what ends at
 * the thing asked for before what is a part of it.
 */
function toNearness({ labels, path }: Document, terms: readonly Term[]): number {
  const called = labels.map((label) => toShare(label, terms));
  const end = path.at(-1);
  const ends = end !== undefined && isAsked(end, terms) ? 0.5 : 0;
  return (1 + Math.max(...called)) * (1 + toShare(path, terms) + ends);
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

function byScore(a: Scored, b: Scored): number {
  return b.score - a.score || toLength(a) - toLength(b) || (toName(a) < toName(b) ? -1 : 1);
}

function toLength({ document }: Scored): number {
  return document.entry.operation.path.length;
}

function toName({ document }: Scored): string {
  return document.entry.name;
}
