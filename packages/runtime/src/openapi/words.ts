import type { OperationEntry, OperationGroup } from "./data.ts";
import { methodDeeds, Tokenizer } from "./vocabulary.ts";

/** What operations are found by: plain data, in the order of the operations. */
export interface Words {
  readonly paths: readonly string[];
  /** Where each word stands: of each operation its number times 8, and the weight added to it. */
  readonly places: readonly (readonly [word: string, places: readonly number[]])[];
}

/** How much a word says by where it stands. */
const nameWeight = 4;
const titleWeight = 3;
const pathWeight = 2;
const textWeight = 1;
const scale = 8;

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
  return { paths, places: [...places] };
}

/** A place of `places`, taken apart. */
export function readPlace(place: number): { readonly number: number; readonly weight: number } {
  return { number: Math.floor(place / scale), weight: place % scale };
}

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
  else if (readPlace(known.at(-1) ?? 0).number !== readPlace(place).number) known.push(place);
}
