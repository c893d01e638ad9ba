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
  const line = text.replace(/\s+/g, " ").trim();
  // A full stop ends a sentence only before a capital, so "e.g. this" stays whole.
  return /^.*?[.!?](?= [A-Z`"'(])/.exec(line)?.[0] ?? line;
}

/** Text inside a Markdown table cell: one line, no column breaks, no markup outside code. */
export function toCell(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replace(/[<&*]/g, plain)))
    .join("")
    .replaceAll("|", "\\|");
}

function plain(character: string): string {
  if (character === "*") return "\\*";
  return character === "<" ? "&lt;" : "&amp;";
}

/** A Markdown table; the cells are Markdown already. */
export function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
