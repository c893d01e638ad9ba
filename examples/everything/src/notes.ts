import { HintError } from "@fairlead/guard";

/** A few words under a name, kept in memory: something to change, and something to lose. */
export interface Notes {
  names(): string[];
  /** Throws NoteNotFound. */
  read(name: string): string;
  write(name: string, text: string): void;
  remove(name: string): boolean;
  clear(): number;
  /** Tells of every change until it is stopped, and whether there are other names now. */
  watch(tell: (change: "text" | "names") => void, signal: AbortSignal): void;
}

/** A note that is asked for and is not there. Its hint tells a reader what to do about it. */
export class NoteNotFound extends HintError {
  override readonly name = "NoteNotFound";

  constructor(note: string) {
    super(`No note named "${note}".`, "Call list_notes to see the names there are.");
  }
}

export function createNotes(): Notes {
  const texts = new Map([["welcome", "Everything here may be changed or deleted."]]);
  const watchers = new Set<(change: "text" | "names") => void>();
  const tellAll = (change: "text" | "names") => {
    for (const tell of watchers) tell(change);
  };
  return {
    names: () => [...texts.keys()].sort(),
    read(name) {
      const text = texts.get(name);
      if (text === undefined) throw new NoteNotFound(name);
      return text;
    },
    write(name, text) {
      const change = texts.has(name) ? "text" : "names";
      texts.set(name, text);
      tellAll(change);
    },
    remove(name) {
      const removed = texts.delete(name);
      if (removed) tellAll("names");
      return removed;
    },
    clear() {
      const { size } = texts;
      texts.clear();
      if (size > 0) tellAll("names");
      return size;
    },
    watch(tell, signal) {
      watchers.add(tell);
      signal.addEventListener("abort", () => watchers.delete(tell), { once: true });
    },
  };
}
