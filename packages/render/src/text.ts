/** Breaks text into lines of at most `width` characters, at spaces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}

/** The first sentence of a description, on one line. */
export function toOneLine(text: string): string {
  return toSentences(text).first;
}

/** A description on one line, apart after its first sentence. */
export function toSentences(text: string): { readonly first: string; readonly rest: string } {
  const line = toLine(text);
  // A full stop ends a sentence only before a capital, so "e.g. this" stays whole.
  const first = /^.*?[.!?](?= [A-Z`"'(])/.exec(line)?.[0] ?? line;
  return { first, rest: line.slice(first.length + 1) };
}

/** What begins an element or an entity, and what emphasizes: an underscore inside a word does not. */
const markup = /[<&*]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/** Text on one line of Markdown, without markup outside code. */
export function toInline(text: string): string {
  return toLine(text)
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replace(markup, toPlain)))
    .join("");
}

/** Text inside a Markdown table cell: one line, no column breaks, no markup outside code. */
export function toCell(text: string): string {
  return toInline(text).replaceAll("|", "\\|");
}

/** Text on one line of HTML, in which Markdown is not read; code in backticks becomes an element. */
export function toMarkup(text: string): string {
  return toLine(text)
    .replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/`([^`]+)`/g, "<code>$1</code>");
}

/** Code in a line or a table cell. */
export function toCode(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}

/** Words as a sentence lists them: `a, b and c`. */
export function toList(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** A block of code, in a fence longer than any that it holds. */
export function toFence(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function toLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function toPlain(character: string): string {
  if (character === "*" || character === "_") return `\\${character}`;
  return character === "<" ? "&lt;" : "&amp;";
}

/** A Markdown table; the cells are Markdown already. */
export function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
