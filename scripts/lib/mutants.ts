import { toLine, toSource } from "./source.ts";

/** A change of a source text that its tests should notice. */
export interface Mutant {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  readonly line: number;
  /** What was there, and what is now. */
  readonly change: string;
}

/** A pattern of code and what stands for each match; undefined for one that stays as it is. */
type Operator = readonly [pattern: RegExp, mutate: (found: string) => string | undefined];

const opposites = new Map([
  ["===", "!=="],
  ["!==", "==="],
  ["&&", "||"],
  ["||", "&&"],
  ["<", "<="],
  ["<=", "<"],
  [">", ">="],
  [">=", ">"],
  ["+", "-"],
  ["-", "+"],
  ["true", "false"],
  ["false", "true"],
]);

/** Biome puts a space on both sides of binary operators, and of those only. */
const operators: readonly Operator[] = [
  [/(?<= )(?:===|!==|&&|\|\||[<>]=?|[+-])(?= )/g, (found) => opposites.get(found)],
  [/(?<=(?:return|=|\?|:) )(?:true|false)(?=[;,)])/g, (found) => opposites.get(found)],
  // A condition that always holds, and one that never does.
  [/(?<=\bif \()[^\n{}]+(?=\) (?:\{|return|throw|continue|break))/g, () => "true"],
  [/(?<=\bif \()[^\n{}]+(?=\) (?:\{|return|throw|continue|break))/g, () => "false"],
  [/!(?=[a-z(])/gi, () => ""],
  [/(?<![\w.$[])\d[\d_]*(?![\w.])/g, (found) => String(Number(found.replaceAll("_", "")) + 1)],
  // A statement that is left out, in one line.
  [/(?<=\n +)(?:await )?[\w.#?]+\([^\n]*\);(?=\n)/g, () => ";"],
  [/(?<=\n +|\) )throw [^\n]+;(?=\n)/g, () => ";"],
];

/** Every mutant of a source text, in the order of their places. */
export function listMutants(text: string): readonly Mutant[] {
  const { code } = toSource(text);
  const found = operators.flatMap(([pattern, mutate]) =>
    [...code.matchAll(pattern)].flatMap(({ index, 0: match }) => {
      const replacement = mutate(match);
      if (replacement === undefined || isTypeOnly(code, index)) return [];
      const end = index + match.length;
      const change = `${text.slice(index, end)} -> ${replacement || "nothing"}`;
      return [{ start: index, end, replacement, line: toLine(text, index), change }];
    }),
  );
  return found.sort((a, b) => a.start - b.start || a.replacement.localeCompare(b.replacement));
}

export function applyMutant(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** So many of a list, drawn by a seed: the same seed draws the same ones from the same list. */
export function draw<T>(list: readonly T[], count: number, seed: number): readonly T[] {
  const left = [...list];
  const next = createRandom(seed);
  const drawn: T[] = [];
  while (drawn.length < count && left.length > 0) {
    drawn.push(...left.splice(Math.floor(next() * left.length), 1));
  }
  return drawn;
}

/** Imports and declarations of types have nothing that runs. */
function isTypeOnly(code: string, index: number): boolean {
  const line = code.slice(code.lastIndexOf("\n", index) + 1, code.indexOf("\n", index));
  return /^(?:import|export type|type|export \{)\b|^ +readonly \w+\??: /.test(line);
}

/** Numbers from 0 to 1 by mulberry32, which is even enough to draw from a list. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
