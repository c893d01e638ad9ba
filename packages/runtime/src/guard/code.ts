interface Fence {
  readonly sign: string;
  readonly length: number;
  /** Markers of quotes and columns of lists it stands behind. */
  readonly quotes: number;
  readonly column: number;
}

/** Blocks of raw HTML that blank lines do not end, and what ends them (CommonMark 0.31 4.6). */
const rawBlocks: readonly (readonly [RegExp, RegExp])[] = [
  [/^<(?:script|pre|style|textarea)(?:[\s>]|$)/i, /<\/(?:script|pre|style|textarea)>/i],
  [/^<\?/, /\?>/],
  [/^<!\[CDATA\[/, /\]\]>/],
  [/^<![a-z]/i, />/],
];
const listMarker = /^ {0,3}(?:[-+*]|(\d{1,9})[.)]) {1,4}(?=\S)/;
const htmlStart = /^(?:[\s>]|[-+*]\s|\d{1,9}[.)]\s|\[\^[^\]]*\]:)*(<[a-z/?!](?!--).*)$/is;

/**
 * Tells code in Markdown from the rest, line by line (CommonMark 0.31). In doubt a line holds none:
 * in HTML, in a paragraph in which HTML or an odd backtick stands, in a note.
 */
export class CodeFinder {
  #fence: Fence | undefined;
  #lists: number[] = [];
  /** What ends the HTML that is open: a blank line where it is not said. */
  #html: RegExp | "blank" | undefined;
  #doubt = false;
  #note = false;
  #blank = true;
  #indented = false;

  /** From here to the next blank line nothing counts as code that is in a line with other text. */
  doubt(): void {
    this.#doubt = true;
  }

  /** Where the first comment of the next line opens that is not in code; -1 where none does. */
  findComment(line: string): number {
    if (this.#fence !== undefined && this.#isFenced(line, this.#fence)) return -1;
    const content = line.replace(/\r?\n$/, "");
    if (/^[\s>]*$/.test(content)) {
      this.#endParagraph();
      return -1;
    }
    const code = this.#isCodeBlock(content);
    this.#blank = false;
    if (code) return -1;
    return this.#doubt ? line.indexOf("<!--") : this.#findOutsideSpans(line);
  }

  #endParagraph(): void {
    this.#blank = true;
    this.#doubt = this.#html !== undefined && this.#html !== "blank";
    if (this.#html === "blank") this.#html = undefined;
  }

  /** Whether a line is within the open fence or closes it; a line out of its list or quote ends it. */
  #isFenced(line: string, fence: Fence): boolean {
    const quoted = new RegExp(`^(?: {0,3}> ?){${fence.quotes}}`).exec(line)?.[0];
    const rest = quoted === undefined ? undefined : line.slice(quoted.length);
    if (rest === undefined || (rest.trim() !== "" && indentOf(rest) < fence.column)) {
      this.#fence = undefined;
      return false;
    }
    const own = rest.slice(fence.column).trimEnd();
    const closing = /^ {0,3}(`+|~+)$/.exec(own)?.[1];
    if (closing?.startsWith(fence.sign) && closing.length >= fence.length) this.#fence = undefined;
    return true;
  }

  /** Whether a line opens a fence or is indented code; keeps account of lists, notes and HTML. */
  #isCodeBlock(content: string): boolean {
    if (this.#html === undefined) this.#html = findHtml(content);
    if (this.#html !== undefined) {
      if (this.#html !== "blank" && this.#html.test(content)) this.#html = "blank";
      this.#doubt = true;
      return false;
    }
    if (/^ {0,3}\[\^/.test(content)) this.#note = true;
    else if (this.#blank && indentOf(content) === 0) this.#note = false;
    const quotes = /^(?: {0,3}> ?)*/.exec(content)?.[0] ?? "";
    const rest = content.slice(quotes.length);
    const column = this.#findColumn(rest);
    const deep = /^(?: {4}|\t)/.test(content);
    this.#indented = deep && column === 0 && !this.#note && (this.#blank || this.#indented);
    if (this.#indented) return true;
    const [, run] = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/.exec(rest.slice(column)) ?? [];
    if (run === undefined || this.#note) return false;
    const count = quotes.split(">").length - 1;
    this.#fence = { sign: run.charAt(0), length: run.length, quotes: count, column };
    return true;
  }

  /** The column at which the content of the list item begins that a line belongs to. */
  #findColumn(rest: string): number {
    const indent = indentOf(rest);
    const before = this.#lists.length;
    while (indent < (this.#lists.at(-1) ?? 0)) this.#lists.pop();
    const goesOn = !this.#blank && this.#lists.length === before;
    let column = this.#lists.at(-1) ?? 0;
    for (;;) {
      const [marker, number] = listMarker.exec(rest.slice(column)) ?? [];
      // In the middle of a paragraph only a first item begins a list.
      if (marker === undefined || (goesOn && number !== undefined && Number(number) !== 1)) break;
      column += marker.length;
      this.#lists.push(column);
    }
    return column;
  }

  #findOutsideSpans(line: string): number {
    const signs = [...line.matchAll(/\\[\s\S]|`+|<(?=!--)|<[a-z/?!]/gi)];
    const partners = pairRuns(signs);
    for (let at = 0; at < signs.length; at += 1) {
      const sign = signs[at];
      if (sign?.[0] === "<") return sign.index;
      const partner = partners.get(at);
      if (partner !== undefined) {
        at = partner;
        continue;
      }
      // An escape that is none of a backtick changes nothing.
      if (sign?.[0].startsWith("\\") && sign[0] !== "\\`") continue;
      this.#doubt = true;
      return line.indexOf("<!--", sign?.index);
    }
    return -1;
  }
}

/** For each run of backticks the place of the next one that is as long. */
function pairRuns(signs: readonly RegExpExecArray[]): ReadonlyMap<number, number> {
  const next = new Map<number, number>();
  const partners = new Map<number, number>();
  for (let at = signs.length - 1; at >= 0; at -= 1) {
    const run = signs[at]?.[0] ?? "";
    if (!run.startsWith("`")) continue;
    const partner = next.get(run.length);
    if (partner !== undefined) partners.set(at, partner);
    next.set(run.length, at);
  }
  return partners;
}

function findHtml(content: string): RegExp | "blank" | undefined {
  const [, start] = htmlStart.exec(content) ?? [];
  if (start === undefined) return undefined;
  return rawBlocks.find(([opens]) => opens.test(start))?.[1] ?? "blank";
}

function indentOf(text: string): number {
  return /^ */.exec(text)?.[0].length ?? 0;
}
