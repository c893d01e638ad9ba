/** One command as a person would type it. */
export interface Command {
  /** As it stands in the text, without comments. */
  readonly text: string;
  /** Its words without the quotes around them. */
  readonly words: readonly string[];
}

/** The commands of a shell text, which end with the line or with `&&`. */
export function splitCommands(script: string): Command[] {
  const commands: Command[] = [];
  // A quoted text, an escaped character or line end, a comment, the end of a command, anything else.
  const token = /'[^']*'|"(?:\\.|[^"\\])*"|\\\n|\\.|(?<=^|\s)#[^\n]*|&&|\n|\s|[^\s'"\\&]+|&/g;
  let text = "";
  let words: string[] = [];
  let word: string | undefined;
  const endWord = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) commands.push({ text: text.trim(), words });
    text = "";
    words = [];
  };
  for (const [part] of script.matchAll(token)) {
    if (part === "&&" || part === "\n") endCommand();
    else if (part.startsWith("#")) continue;
    else {
      text += part;
      if (part === "\\\n" || /^\s$/.test(part)) endWord();
      else word = `${word ?? ""}${unquote(part)}`;
    }
  }
  endCommand();
  return commands;
}

function unquote(part: string): string {
  if (/^['"]/.test(part)) return part.slice(1, -1);
  return part.startsWith("\\") ? part.slice(1) : part;
}
