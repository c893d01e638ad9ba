import type { OperationEntry, OperationGroup } from "./data.ts";

/** An operation with the group it is found in. */
export interface Found {
  readonly entry: OperationEntry;
  readonly group: string;
}

interface Document extends Found {
  /** How much each word says about this operation. */
  readonly weights: ReadonlyMap<string, number>;
  /** The words of its name, and those of its title. */
  readonly labels: readonly (readonly string[])[];
}

/** How much a word says by where it stands. */
const nameWeight = 4;
const titleWeight = 3;
const pathWeight = 2;
const textWeight = 1;

/** Words people use for what methods do. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  GET: ["get", "read", "show", "fetch", "list"],
  POST: ["create", "add", "new"],
  PUT: ["replace", "set", "update"],
  PATCH: ["update", "change", "edit", "modify"],
  DELETE: ["delete", "remove"],
};

/** Finds operations by words: those that stand in few operations count most. */
export class SearchIndex {
  readonly #documents: readonly Document[];
  readonly #frequency = new Map<string, number>();

  constructor(groups: readonly OperationGroup[]) {
    this.#documents = groups.flatMap((group) =>
      group.operations.map((entry) => ({
        entry,
        group: group.name,
        weights: toWeights(entry, group),
        labels: [toWords(entry.name), toWords(entry.title)],
      })),
    );
    for (const { weights } of this.#documents) {
      for (const word of weights.keys()) {
        this.#frequency.set(word, (this.#frequency.get(word) ?? 0) + 1);
      }
    }
  }

  /** The operations that fit, the best first; all of a group where nothing is asked for. */
  find(query: string, group?: string): readonly Found[] {
    const pool = this.#documents.filter((one) => group === undefined || one.group === group);
    const words = [...new Set(toWords(query))];
    if (words.length === 0) return pool;
    return pool
      .map((document) => ({ document, score: this.#score(document, words) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || compare(a.document, b.document))
      .map(({ document }) => document);
  }

  #score({ weights, labels }: Document, words: readonly string[]): number {
    let score = 0;
    let met = 0;
    for (const word of words) {
      const weight = weights.get(word) ?? 0;
      if (weight === 0) continue;
      met += 1;
      score += weight * Math.log(1 + this.#documents.length / (this.#frequency.get(word) ?? 1));
    }
    // What has all the words comes before what has one of them often, and what is called just that
    // before what is called that and more.
    const called = labels.map((label) => toShare(label, words));
    return score * (met / words.length) ** 2 * (1 + Math.max(...called));
  }
}

/** How much of a label was asked for, from 0 to 1. */
function toShare(label: readonly string[], words: readonly string[]): number {
  if (label.length === 0) return 0;
  return label.filter((word) => words.includes(word)).length / label.length;
}

function toWeights(entry: OperationEntry, group: OperationGroup): Map<string, number> {
  const { name, title, description, operation } = entry;
  const weights = new Map<string, number>();
  const add = (text: string, weight: number) => {
    for (const word of toWords(text)) weights.set(word, Math.max(weights.get(word) ?? 0, weight));
  };
  add(name, nameWeight);
  add(title, titleWeight);
  add(operation.path, pathWeight);
  add((synonyms[operation.method] ?? []).join(" "), pathWeight);
  add(`${group.name} ${description}`, textWeight);
  return weights;
}

/** Words that say nothing about which operation is meant. */
const empty = new Set(
  "a all an and any by every for from in is it my of on one or that the this to with".split(" "),
);

/** Lower-case words without plurals, names taken apart: `listUserRepos` has three. */
function toWords(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "" && !empty.has(word))
    .map((word) => (word.length > 3 ? word.replace(/(?<=[^s])s$/, "").replace(/ie$/, "y") : word));
}

function compare(a: Found, b: Found): number {
  return a.entry.name < b.entry.name ? -1 : 1;
}
