/** A text that can be found, under its name. */
export interface Document {
  readonly name: string;
  readonly text: string;
}

const k1 = 1.2;
const b = 0.75;

/**
 * The names of the documents, the best match first, by Okapi BM25 in its plain form: words are runs
 * of letters and digits in lower case, without stemming or stop words.
 */
export function rank(query: string, documents: readonly Document[]): readonly string[] {
  const bags = documents.map(({ name, text }) => ({ name, words: toWords(text) }));
  const average = bags.reduce((sum, { words }) => sum + words.length, 0) / bags.length;
  const scored = bags.map(({ name, words }) => {
    const length = 1 - b + (b * words.length) / average;
    const score = toWords(query).reduce((sum, word) => {
      const holding = bags.filter((bag) => bag.words.includes(word)).length;
      const times = words.filter((other) => other === word).length;
      const rarity = Math.log(1 + (bags.length - holding + 0.5) / (holding + 0.5));
      return sum + (rarity * times * (k1 + 1)) / (times + k1 * length);
    }, 0);
    return { name, score };
  });
  return scored.sort((one, other) => other.score - one.score).map(({ name }) => name);
}

function toWords(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
