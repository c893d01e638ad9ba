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
/** With the column its content begins at: more than four spaces are one, and code behind it. */
const listMarker = /^ {0,3}(?:[-+*]|(\d{1,9})[.)])(?: (?= {4})| {1,4}(?=[^ ])| *$)/;
const htmlStart = /^(?:[\s>]|[-+*]\s|\d{1,9}[.)]\s|\[\^[^\]]*\]:)*(<[a-z/?!](?!--).*)$/is;

/**
 * Tells code in Markdown from the rest, line by line (CommonMark 0.31). In doubt a line holds none:
 * in HTML, in a paragraph in which HTML or an odd backtick stands, in a note.
 */
export class CodeFinder {
  #fence: Fence | undefined;
  #lists: number[] = [];
  /** Whether a list was seen: what belongs to its items and what is indented code is hard to tell. */
  #listed = false;
  #distrusts = false;
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

  /** Whether the last line may be part of a block of HTML. */
  get isInHtml(): boolean {
    return this.#html !== undefined || this.#distrusts;
  }

  /**
   * A comment was skipped that began in this line, as a block of its own or in the middle of the line.
   * One that goes over several lines from the middle takes lines along that may open or close
   * others: from here on nothing counts as code.
   */
  skip(comment: string, place: "block" | "line"): void {
    this.#doubt = true;
    const isBlock = place === "block" && this.#lists.length === 0;
    if (comment.includes("\n") && !isBlock) this.#distrusts = true;
  }

  /** Where the first comment of the next line opens that is not in code; -1 where none does. */
  findComment(line: string): number {
    if (this.#distrusts) return line.indexOf("<!--");
    const content = expandTabs(line.replace(/\r?\n$/, ""));
    if (this.#fence !== undefined && this.#isFenced(content, this.#fence)) return -1;
    if (/^[ >]*$/.test(content)) {
      // It ends HTML in a quote, and no other.
      if (this.#html !== undefined && content.includes(">")) this.#distrusts = true;
      this.#endParagraph();
      return -1;
    }
    const kind = this.#kindOf(content);
    this.#blank = false;
    if (kind === "code") return -1;
    // What stands behind the fence is not shown; what goes on in the next line belongs to the code.
    if (kind === "fence") return /<!--(?:.*-)?->/.exec(line)?.index ?? -1;
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
    if (rest === undefined || (/[^ ]/.test(rest) && indentOf(rest) < fence.column)) {
      this.#fence = undefined;
      return false;
    }
    const closing = /^ {0,3}(`+|~+) *$/.exec(rest.slice(fence.column))?.[1];
    if (closing?.startsWith(fence.sign) && closing.length >= fence.length) this.#fence = undefined;
    return true;
  }

  /** What a line is; keeps account of lists, notes and HTML. */
  #kindOf(content: string): "fence" | "code" | "text" {
    const html = findHtml(content);
    // Whether HTML begins within HTML depends on more than is looked at here.
    if (this.#html === "blank" && html instanceof RegExp) this.#distrusts = true;
    this.#html ??= html;
    if (this.#html !== undefined) {
      if (this.#html !== "blank" && this.#html.test(content)) this.#html = "blank";
      this.#doubt = true;
      this.#listed ||= /(?:^|[ >])(?:[-+*]|\d{1,9}[.)])(?: |$)/.test(content);
      return "text";
    }
    if (/^ {0,3}\[\^/.test(content)) this.#note = true;
    else if (this.#blank && indentOf(content) === 0) this.#note = false;
    const quotes = /^(?: {0,3}> ?)*/.exec(content)?.[0] ?? "";
    const rest = content.slice(quotes.length);
    const column = this.#findColumn(rest);
    const deep = content.startsWith("    ");
    this.#indented = deep && !this.#listed && !this.#note && (this.#blank || this.#indented);
    if (this.#indented) return "code";
    const [, run] = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/.exec(rest.slice(column)) ?? [];
    if (run === undefined || this.#note) return "text";
    const count = quotes.split(">").length - 1;
    this.#fence = { sign: run.charAt(0), length: run.length, quotes: count, column };
    return "fence";
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
      if (marker === undefined) break;
      this.#listed = true;
      const isEmpty = column + marker.length === rest.length;
      // In the middle of a paragraph only a first item begins a list, and none that is empty.
      if (goesOn && (isEmpty || (number !== undefined && Number(number) !== 1))) break;
      column += isEmpty ? marker.trimEnd().length + 1 : marker.length;
      this.#lists.push(column);
      if (isEmpty) break;
    }
    return column;
  }

  #findOutsideSpans(line: string): number {
    const closers = listRuns(line);
    for (const sign of line.matchAll(/\\[\s\S]|`+|<(?=!--)|<[a-z/?!]/gi)) {
      const { index, 0: text } = sign;
      if (index < closers.passed) continue;
      if (text === "<") return index;
      if (text.startsWith("`") && closers.pass(index, text.length)) continue;
      // An escape that is none of a backtick changes nothing.
      if (text.startsWith("\\") && text !== "\\`") continue;
      this.#doubt = true;
      return line.indexOf("<!--", index);
    }
    return -1;
  }
}

/** The runs of backticks in a line by their length: what closes code is not escaped by anything. */
function listRuns(line: string) {
  const starts = Map.groupBy(line.matchAll(/`+/g), ([run]) => run.length);
  let passed = 0;
  return {
    /** Where the code ends that was found last. */
    get passed() {
      return passed;
    },
    /** Whether a run closes the code that one of this length opens here; then it is passed. */
    pass(index: number, length: number): boolean {
      const runs = starts.get(length);
      // Each is looked at once, for they are asked for in order.
      while (runs?.[0] && runs[0].index <= index) runs.shift();
      const closer = runs?.[0];
      if (closer === undefined) return false;
      passed = closer.index + length;
      return true;
    },
  };
}

function findHtml(content: string): RegExp | "blank" | undefined {
  const [, start] = htmlStart.exec(content) ?? [];
  if (start === undefined) return undefined;
  return rawBlocks.find(([opens]) => opens.test(start))?.[1] ?? "blank";
}

/** A tab goes on to the next fourth column (CommonMark 0.31 2.2). */
function expandTabs(line: string): string {
  if (!line.includes("\t")) return line;
  let expanded = "";
  for (const part of line.split(/(?<=\t)/)) {
    const text = part.replace("\t", "");
    expanded += text;
    if (text !== part) expanded += " ".repeat(4 - (expanded.length % 4));
  }
  return expanded;
}

function indentOf(text: string): number {
  return /^ */.exec(text)?.[0].length ?? 0;
}
