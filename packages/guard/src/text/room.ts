/** How much one answer may hold; whichever limit comes first ends it. Infinity lifts one. */
export interface Budget {
  /** UTF-16 code units, as JavaScript counts a string. */
  readonly characters: number;
  /** Bytes of UTF-8. */
  readonly bytes: number;
  readonly lines: number;
}

/**
 * The budget of so many characters. Hosts cut an answer above 40,000 characters (Gemini CLI 0.61),
 * 48,000 bytes (Codex 0.171) or 2,000 lines (opencode 1.18), and count up to 41 characters of their
 * own, so the three limits keep that proportion and the default is 39,900 characters.
 */
export function toBudget(characters: number): Budget {
  return { characters, bytes: Math.floor(characters * 1.2), lines: Math.ceil(characters / 20) };
}

/** Whether a text keeps the budget. */
export function fits(text: string, { characters, bytes, lines }: Budget): boolean {
  const { length } = text;
  if (length > characters) return false;
  // No character takes more than three bytes a code unit, and no text has more lines than characters.
  if (length * 3 > bytes && Buffer.byteLength(text) > bytes) return false;
  return length < lines || findLineEnd(text, lines, length) === length;
}

/**
 * What is left of an answer's budget while a tool fills it piece by piece.
 *
 * @example
 * const room = context.room(200); // 200 characters stay free for a closing note
 * const shown = lines.filter((line) => room.take(`${line}\n`));
 */
export class Room {
  #characters: number;
  #bytes: number;
  #lines: number;

  constructor({ characters, bytes, lines }: Budget) {
    this.#characters = characters;
    this.#bytes = bytes;
    this.#lines = lines;
  }

  /** Characters that still fit, if they are ASCII and without line ends. */
  get characters(): number {
    return Math.max(0, Math.min(this.#characters, this.#bytes));
  }

  /** Takes a piece if the whole of it fits; false leaves the room as it was. */
  take(piece: string): boolean {
    if (this.fit(piece) < piece.length) return false;
    this.#characters -= piece.length;
    if (this.#bytes !== Number.POSITIVE_INFINITY) this.#bytes -= Buffer.byteLength(piece);
    if (this.#lines !== Number.POSITIVE_INFINITY) this.#lines -= countLineEnds(piece);
    return true;
  }

  /** How many code units of the piece's start still fit; never ends within a character. */
  fit(piece: string): number {
    let end = Math.min(piece.length, Math.max(this.#characters, 0));
    if (end >= this.#lines) end = findLineEnd(piece, this.#lines, end);
    if (end * 3 > this.#bytes) {
      const target = new Uint8Array(Math.max(this.#bytes, 0));
      end = new TextEncoder().encodeInto(piece.slice(0, end), target).read;
    }
    // A cut between the halves of a surrogate pair would leave a character that is none.
    return end < piece.length && isHighSurrogate(piece.charCodeAt(end - 1)) ? end - 1 : end;
  }
}

/** Opens a room of so many characters, and of bytes and lines in proportion. */
export function createRoom(characters: number): Room {
  return new Room(toBudget(characters));
}

/** Where the line ends that is the last of so many, or `end` where the text up to it has fewer. */
function findLineEnd(text: string, lines: number, end: number): number {
  let at = -1;
  for (let line = 0; line < lines; line += 1) {
    at = text.indexOf("\n", at + 1);
    if (at < 0 || at >= end) return end;
  }
  return Math.max(at, 0);
}

function countLineEnds(text: string): number {
  let found = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) found += 1;
  return found;
}

/** Whether a UTF-16 code is the first half of a pair, which belongs together. */
export function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
