const smallest = 4_096;
const nothing = Buffer.alloc(0);

/**
 * The bytes of a message as they come. What comes in one piece is not copied; what comes in many is
 * joined on the way, so that it costs about twice its size however small the pieces are.
 */
export class Pieces {
  #bytes: Buffer = nothing;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(piece: Buffer): void {
    const length = this.#length + piece.length;
    if (this.#length === 0) this.#bytes = piece;
    else {
      if (length > this.#bytes.length) this.#grow(length);
      piece.copy(this.#bytes, this.#length);
    }
    this.#length = length;
  }

  /** All of it; the next piece begins another message. */
  take(): Buffer {
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#bytes = nothing;
    this.#length = 0;
    return bytes;
  }

  #grow(length: number): void {
    const grown = Buffer.allocUnsafe(Math.max(2 * length, smallest));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
