import type { OperationEntry, OperationGroup, Words } from "./data.ts";
import { methodDeeds, Tokenizer } from "./vocabulary.ts";

/** How much a word says by where it stands. */
const nameWeight = 4;
const titleWeight = 3;
const pathWeight = 2;
const textWeight = 1;
const scale = 8;
const zero = "0".charCodeAt(0);

/** Writes down where the words of operations stand. */
export function toWords(groups: readonly OperationGroup[]): Words {
  const tokenizer = new Tokenizer();
  const places = new Map<string, number[]>();
  const paths: string[] = [];
  for (const group of groups) {
    for (const entry of group.operations) {
      const number = paths.push(entry.operation.path) - 1;
      for (const [weight, text] of toTexts(entry, group)) {
        for (const word of tokenizer.toWords(text)) add(places, word, number * scale + weight);
      }
    }
  }
  return { paths, places: [...places].map(([word, known]) => [word, writePlaces(known)]) };
}

function writePlaces(places: readonly number[]): string {
  return places.map((place, at) => place - (places[at - 1] ?? 0)).join();
}

/** The places of a word, to be taken apart by `numberOf` and `weightOf`. */
export function readPlaces(text: string): number[] {
  const places: number[] = [];
  let [place, step] = [0, 0];
  // By hand: a search may read a hundred thousand of them.
  for (let at = 0; at <= text.length; at += 1) {
    const digit = at === text.length ? -1 : text.charCodeAt(at) - zero;
    if (digit >= 0) step = step * 10 + digit;
    else {
      place += step;
      places.push(place);
      step = 0;
    }
  }
  return places;
}

/** The number of the operation. */
export const numberOf = (place: number) => Math.floor(place / scale);
/** How much the word says about it there. */
export const weightOf = (place: number) => place % scale;

/** The words of a path without its parameters. */
export function toPathText(path: string): string {
  return path.replace(/\{[^{}]*\}/g, " ");
}

/** The places that say most come first: what a word says is what it says there. */
function toTexts({ name, title, description, operation }: OperationEntry, group: OperationGroup) {
  const { method, path } = operation;
  return [
    [nameWeight, name],
    [titleWeight, title],
    [pathWeight, toPathText(path)],
    [pathWeight, methodDeeds[method] ?? ""],
    [textWeight, `${path} ${group.name} ${description}`],
  ] as const;
}

function add(places: Map<string, number[]>, word: string, place: number): void {
  const known = places.get(word);
  if (known === undefined) places.set(word, [place]);
  else if (numberOf(known.at(-1) ?? 0) !== numberOf(place)) known.push(place);
}
