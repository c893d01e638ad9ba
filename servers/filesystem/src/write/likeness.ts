/** Characters of a line that are compared. */
const longest = 400;
/** Kinds of pairs that are told apart: those of Latin letters all, of others most. */
const kinds = 1 << 16;

/**
 * Rates how much lines are like others by the pairs of neighbouring characters they share (Dice), the
 * spaces around them left out. It makes no object for a pair, since a file may have millions.
 */
export class Likeness {
  /** In which comparison a pair was last met. */
  readonly #met = new Uint32Array(kinds);
  #round = 0;

  /** Compares many lines with one: the rates go from 0 to 1. */
  rate(line: string, others: readonly string[]): number[] {
    const own = new Uint8Array(kinds);
    const size = this.#each(line, (pair) => {
      own[pair] = 1;
    });
    return others.map((other) => {
      let shared = 0;
      const count = this.#each(other, (pair) => {
        shared += own[pair] ?? 0;
      });
      return (2 * shared) / (size + count);
    });
  }

  /** Passes each kind of pair in a line once; returns how many there are. */
  #each(line: string, visit: (pair: number) => void): number {
    const round = ++this.#round;
    const text = line.trim().slice(0, longest);
    let count = 0;
    // A line of one character, or none, has one pair too.
    for (let at = 0; at === 0 || at < text.length - 1; at++) {
      const pair = ((text.charCodeAt(at) << 8) ^ text.charCodeAt(at + 1)) & (kinds - 1);
      if (this.#met[pair] === round) continue;
      this.#met[pair] = round;
      count++;
      visit(pair);
    }
    return count;
  }
}
