import { createRoom, type Room } from "@fairlead/guard";

/** What one of several parts may take of the room an answer has left. */
export class Share {
  readonly #room: Room;
  readonly #own: Room;

  /** `parts` are those that still come, this one among them. */
  constructor(room: Room, parts = 1) {
    this.#room = room;
    this.#own = createRoom(Math.floor(room.characters / parts));
  }

  /** Characters that still fit, if they are ASCII and without line ends. */
  get characters(): number {
    return Math.min(this.#own.characters, this.#room.characters);
  }

  /** How many code units of the piece's start still fit. */
  fit(piece: string): number {
    return Math.min(this.#own.fit(piece), this.#room.fit(piece));
  }

  fits(piece: string): boolean {
    return this.fit(piece) === piece.length;
  }

  /** Takes a piece if the whole of it fits. */
  take(piece: string): boolean {
    return this.fits(piece) && this.#own.take(piece) && this.#room.take(piece);
  }
}
