/** One line of a snapshot before it is put into words. */
export interface Line {
  /** Where it stands among all lines of its frame, counted from 0. */
  readonly at: number;
  readonly depth: number;
  readonly role: string;
  readonly name: string;
  readonly flags: readonly string[];
  readonly ref: string;
  readonly value?: string | undefined;
  readonly url?: string | undefined;
  /** Left, top, width and height in the view, in pixels. */
  readonly box?: readonly number[] | undefined;
  /** It shows itself without words, and whether it can be used only its listeners tell. */
  readonly doubtful?: boolean | undefined;
  /** It is a frame, whose own lines belong below it. */
  readonly frame?: boolean | undefined;
}

export interface WalkOptions {
  /** The element to begin with; the whole document by default. */
  readonly ref?: string | undefined;
  /** Levels below the first line; all by default. */
  readonly depth?: number | undefined;
  /** Lines to leave out at the beginning. */
  readonly skip: number;
  /** Characters of the lines together, about. */
  readonly limit: number;
  readonly mostLines: number;
  readonly milliseconds: number;
  /** Only lines that contain this, in upper or lower case. */
  readonly text?: string | undefined;
  /** With the box of each line, this far from where the frame's own view begins. */
  readonly boxes?: { readonly x: number; readonly y: number } | undefined;
  /** Characters of a name or value that are wanted. */
  readonly longest: number;
}

export interface Walked {
  readonly lines: readonly Line[];
  /** There is more; with what number it goes on. */
  readonly next: number | undefined;
  /** Lines walked, with those that were not wanted. */
  readonly total: number;
  /** It took too long or the page is too large. */
  readonly exhausted: boolean;
  /** How many refs the frame has given out. */
  readonly count: number;
}

/** A line that is not finished: text that follows may become its name. */
export interface Draft {
  readonly element: Element;
  readonly depth: number;
  readonly role: string;
  name: string;
  flags: readonly string[];
  readonly value?: string | undefined;
  readonly url?: string | undefined;
  readonly doubtful?: boolean | undefined;
  readonly frame?: boolean | undefined;
  /** Whose ref it has: that of the text it took its name from. */
  owner: Element;
}

/** The lines of one walk, cut to what is wanted of them. */
export interface Lines {
  /** Whether enough has been taken. */
  readonly full: boolean;
  add(draft: Draft): void;
  finish(): Pick<Walked, "lines" | "next" | "total">;
}

/** Runs in the page. */
export function createLines(options: WalkOptions, refOf: (element: Element) => string): Lines {
  // Characters that nobody sees; the joiners among them can be part of a word or of a sign.
  const unseen = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
  const lines: Line[] = [];
  const wanted = options.text?.toLowerCase();
  let position = 0;
  let size = 0;
  let next: number | undefined;

  const cut = (text: string) => text.slice(0, options.longest);

  function isWanted({ role, name, value = "", url = "", flags }: Draft): boolean {
    if (wanted === undefined) return true;
    const all = `${role} ${JSON.stringify(name)} ${value} ${flags.join(" ")} ${url}`;
    return all.replace(unseen, "").toLowerCase().includes(wanted);
  }

  function boxOf(element: Element): readonly number[] | undefined {
    if (options.boxes === undefined) return undefined;
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x + options.boxes.x, y + options.boxes.y, width, height].map(Math.round);
  }

  function add(draft: Draft): void {
    if (next !== undefined) return;
    const at = position;
    position += 1;
    // A frame comes along in any case: what is wanted can be inside it.
    if (at < options.skip || !(draft.frame || isWanted(draft))) return;
    const { role, name, value, url, flags, depth } = draft;
    const length = role.length + Math.min(name.length, 200) + (value?.length ?? 0) + 12;
    const doubtful = draft.doubtful === true;
    if (!doubtful) size += length + Math.min(url?.length ?? 0, 200) + flags.join(" ").length;
    if ((size > options.limit && lines.length > 0) || lines.length >= options.mostLines) {
      next = at;
      return;
    }
    lines.push({
      at,
      depth,
      role,
      name: cut(name),
      flags,
      ref: refOf(draft.owner),
      value: value === undefined ? undefined : cut(value),
      url: url === undefined ? undefined : cut(url),
      box: boxOf(draft.owner),
      doubtful: draft.doubtful,
      frame: draft.frame,
    });
  }

  return {
    get full() {
      return next !== undefined;
    },
    add,
    finish: () => ({ lines, next, total: position }),
  };
}
