/** Collects the frames of a tick into one write: a system call costs more than the frame. */
export class Outbox {
  readonly #write: (text: string) => void;
  #pending = "";
  #scheduled = false;
  /** What is added when the reader has caught up; undefined while it keeps up. */
  #held: Set<string> | undefined;
  readonly #delayed = new Map<NodeJS.Timeout, string>();

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  add(frame: string): void {
    this.#pending += `${frame}\n`;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#flushPending());
  }

  /** As `add`; to a reader that is behind, what waits already is not said again. */
  addOnce(frame: string): void {
    if (this.#held === undefined) this.add(frame);
    else this.#held.add(frame);
  }

  /** The reader is behind: what may be said once waits until `release`. */
  hold(): void {
    this.#held ??= new Set();
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const frame of held) this.add(frame);
  }

  /** As `add`, so many milliseconds from now, and in a write after all that was added before. */
  addLater(frame: string, afterMs: number): void {
    const addApart = () => {
      this.#flushPending();
      this.add(frame);
    };
    if (afterMs <= 0) return addApart();
    const timer = setTimeout(() => {
      this.#delayed.delete(timer);
      // In a busy process the timer may be over before what was added has been written.
      addApart();
    }, afterMs);
    this.#delayed.set(timer, frame);
  }

  /** Writes everything now, also what was to be written later. */
  flush(): void {
    for (const [timer, frame] of this.#delayed) {
      clearTimeout(timer);
      this.add(frame);
    }
    this.#delayed.clear();
    this.#flushPending();
  }

  #flushPending(): void {
    this.#scheduled = false;
    const text = this.#pending;
    this.#pending = "";
    if (text !== "") this.#write(text);
  }
}
