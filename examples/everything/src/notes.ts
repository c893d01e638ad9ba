import { HintError } from "@fairlead/runtime/guard";

/** A few words under a name, kept in memory: something to change, and something to lose. */
export interface Notes {
  names(): string[];
  /** Throws NoteNotFound. */
  read(name: string): string;
  write(name: string, text: string): void;
  remove(name: string): boolean;
  clear(): number;
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
  return {
    names: () => [...texts.keys()].sort(),
    read(name) {
      const text = texts.get(name);
      if (text === undefined) throw new NoteNotFound(name);
      return text;
    },
    write: (name, text) => void texts.set(name, text),
    remove: (name) => texts.delete(name),
    clear() {
      const { size } = texts;
      texts.clear();
      return size;
    },
  };
}
