/** One message of a stream, by its place in it. */
export interface StreamEvent {
  readonly stream: string;
  /** From 1. */
  readonly number: number;
  readonly frame: string;
}

/**
 * Where the events of sessions are kept, so that a client whose connection broke gets the rest. It may
 * forget events, the oldest first.
 */
export interface EventStore {
  /** Keeps an event. Does not reject: what could not be kept is for the store's own log. */
  add(session: string, event: StreamEvent): void | Promise<void>;
  /** What is kept of a stream after the event with this number, oldest first. */
  after(
    session: string,
    stream: string,
    number: number,
  ): readonly StreamEvent[] | Promise<readonly StreamEvent[]>;
  /** Forgets a session with all its events. */
  forget(session: string): void | Promise<void>;
}

/** How much a store in memory keeps. */
export interface StoreBounds {
  /** Events of one session. */
  readonly events: number;
  /** Characters of one session, and of all. The newest event of a session is kept at any size. */
  readonly characters: number;
  readonly allCharacters: number;
}

const defaultBounds: StoreBounds = {
  events: 1_000,
  characters: 4 * 1024 * 1024,
  allCharacters: 64 * 1024 * 1024,
};

interface Kept {
  readonly events: StreamEvent[];
  characters: number;
}

/** Keeps events in the memory of this process. */
export class MemoryEventStore implements EventStore {
  readonly #bounds: StoreBounds;
  /** The session that was quiet for longest comes first. */
  readonly #sessions = new Map<string, Kept>();
  #characters = 0;

  constructor(bounds: StoreBounds = defaultBounds) {
    this.#bounds = bounds;
  }

  add(session: string, event: StreamEvent): void {
    const { events, characters, allCharacters } = this.#bounds;
    const kept = this.#sessions.get(session) ?? { events: [], characters: 0 };
    this.#sessions.delete(session);
    this.#sessions.set(session, kept);
    kept.events.push(event);
    this.#count(kept, event.frame.length);
    while (
      kept.events.length > 1 &&
      (kept.events.length > events || kept.characters > characters)
    ) {
      this.#drop(kept);
    }
    for (const [id, quiet] of this.#sessions) {
      while (this.#characters > allCharacters && quiet.events.length > 0 && quiet !== kept) {
        this.#drop(quiet);
      }
      if (this.#characters <= allCharacters) break;
      if (quiet !== kept) this.#sessions.delete(id);
    }
  }

  after(session: string, stream: string, number: number): readonly StreamEvent[] {
    const { events = [] } = this.#sessions.get(session) ?? {};
    return events.filter((event) => event.stream === stream && event.number > number);
  }

  forget(session: string): void {
    const kept = this.#sessions.get(session);
    if (kept === undefined) return;
    this.#count(kept, -kept.characters);
    this.#sessions.delete(session);
  }

  #drop(kept: Kept): void {
    this.#count(kept, -(kept.events.shift()?.frame.length ?? 0));
  }

  #count(kept: Kept, characters: number): void {
    kept.characters += characters;
    this.#characters += characters;
  }
}
