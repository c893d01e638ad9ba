/** Finds, in bytes that come in pieces, the first two zeros in a row that stand after so many others. */
export class ZerosFinder {
  #before: number;
  /** Whether the piece before ended with a zero that counts. */
  #open = false;

  constructor(before: number) {
    this.#before = before;
  }

  /** Where in the next piece they stand, which is its start if the first ended the piece before; or -1. */
  find(piece: Buffer): number {
    if (piece.length === 0) return -1;
    let from = 0;
    for (; this.#before > 0; this.#before--) {
      const at = piece.indexOf(0, from);
      if (at < 0) return -1;
      from = at + 1;
    }
    if (this.#open && piece[0] === 0) return 0;
    this.#open = from < piece.length && piece.at(-1) === 0;
    return piece.indexOf("\0\0", from);
  }
}
