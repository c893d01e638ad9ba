/** Indented as people write it: a list of words stays on one line. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  const short = text.replace(/\[\n\s+([^[\]{}]*?)\n\s+\]/g, (_, items: string) => {
    return `[${items.replace(/\n\s+/g, " ")}]`;
  });
  return `${short}\n`;
}

/** One command line, in which the shell expands nothing. */
export function toShell(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
}

/** A key of a TOML table, quoted where it must be. */
export function toTomlKey(key: string): string {
  return /^[\w-]+$/.test(key) ? key : toToml(key);
}

/** TOML's basic strings and arrays of them are written as JSON writes them. */
export function toToml(value: string | readonly string[]): string {
  return typeof value === "string" ? JSON.stringify(value) : `[${value.map(toToml).join(", ")}]`;
}
