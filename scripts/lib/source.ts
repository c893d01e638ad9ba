/** TypeScript split into what runs and what is only said; both keep every position. */
export interface Source {
  readonly text: string;
  /** The text with comments and the contents of strings blanked out. */
  readonly code: string;
  /** The text with everything but comments blanked out. */
  readonly comments: string;
}

export interface Import {
  readonly specifier: string;
  readonly line: number;
}

type Kind = "code" | "string" | "comment";

/** Tells code, strings and comments of a source text apart. */
export function toSource(text: string): Source {
  const kinds = classify(text);
  const keep = (kind: Kind) =>
    [...kinds].map((at, index) => (at === kind || text[index] === "\n" ? text[index] : " "));
  return { text, code: keep("code").join(""), comments: keep("comment").join("") };
}

/** Every module a source names, by any kind of import or re-export. */
export function listImports({ text, code }: Source): Import[] {
  const from = /\b(?:import|export)\b[^;'"()]*?\bfrom\s*["']( *)["']/g;
  const bare = /\bimport\s*\(?\s*["']( *)["']/g;
  return [...code.matchAll(from), ...code.matchAll(bare)].map((match) => {
    const blank = match.at(-1) ?? "";
    const end = match.index + match[0].length - 1;
    return { specifier: text.slice(end - blank.length, end), line: toLine(text, match.index) };
  });
}

/** The number of the line a position is on, from 1. */
export function toLine(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** The kind of each character; delimiters of strings count as code, so that they stay visible. */
function classify(text: string): Kind[] {
  const kinds: Kind[] = new Array(text.length).fill("code");
  const braces: number[] = [];
  let index = 0;
  const fill = (kind: Kind, end: number) => {
    kinds.fill(kind, index, end);
    index = end;
  };
  // Ends at a `${` or at the closing backtick, whichever comes first.
  const template = () => {
    const end = find(text, index, /`|\$\{/g);
    fill("string", end);
    if (text[end] === "$") {
      braces.push(0);
      index += 2;
    } else index += 1;
  };
  while (index < text.length) {
    const rest = text.slice(index, index + 2);
    const character = text[index];
    if (rest === "//") fill("comment", find(text, index, /\n/g));
    else if (rest === "/*") fill("comment", find(text, index + 2, /\*\//g) + 2);
    else if (character === '"' || character === "'") {
      index += 1;
      fill("string", find(text, index, character === '"' ? /["\n]/g : /['\n]/g));
      index += 1;
    } else if (character === "`") {
      index += 1;
      template();
    } else if (character === "/" && beginsRegex(text, kinds, index)) {
      index += 1;
      fill("string", endOfRegex(text, index));
      index += 1;
    } else {
      const depth = braces.at(-1);
      if (character === "{" && depth !== undefined) braces[braces.length - 1] = depth + 1;
      if (character === "}" && depth !== undefined) {
        braces[braces.length - 1] = depth - 1;
        if (depth === 0) {
          braces.pop();
          index += 1;
          template();
          continue;
        }
      }
      index += 1;
    }
  }
  return kinds;
}

/** The first match from `start` on that no backslash stands before; the end of the text without. */
function find(text: string, start: number, pattern: RegExp): number {
  pattern.lastIndex = start;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const slashes = /\\*$/.exec(text.slice(start, match.index))?.[0].length ?? 0;
    if (slashes % 2 === 0 || match[0] === "\n") return match.index;
  }
  return text.length;
}

/** A slash divides after a value and begins a pattern everywhere else. */
function beginsRegex(text: string, kinds: readonly Kind[], index: number): boolean {
  let at = index - 1;
  while (at >= 0 && (/\s/.test(text[at] ?? "") || kinds[at] === "comment")) at -= 1;
  const before = text.slice(Math.max(0, at - 10), at + 1);
  if (/\b(?:return|typeof|case|in|of|void|yield|await)$/.test(before)) return true;
  return !/[\w$)\]}"'`]$/.test(before);
}

function endOfRegex(text: string, start: number): number {
  let inClass = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === "\\") at += 1;
    else if (character === "[") inClass = true;
    else if (character === "]") inClass = false;
    else if ((character === "/" && !inClass) || character === "\n") return at;
  }
  return text.length;
}
