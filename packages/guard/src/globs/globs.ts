/**
 * File globs in the language of .gitignore, matched in linear space and polynomial time whatever
 * the pattern: no regular expression is built from it.
 */
export interface Glob {
  readonly segments: readonly string[];
  /** Matches from the top only, not at any depth. */
  readonly anchored: boolean;
  /** Matches directories only. */
  readonly directory: boolean;
}

/** Reads one pattern; undefined for one that can match nothing. */
export function parseGlob(pattern: string): Glob | undefined {
  const directory = pattern.endsWith("/");
  const body = directory ? pattern.slice(0, -1) : pattern;
  const anchored = body.includes("/") && !body.startsWith("**/");
  const segments = body.split("/").filter((segment) => segment !== "");
  return segments.length === 0 ? undefined : { segments, anchored, directory };
}

/** Whether a path, as segments below the glob's own directory, is one the glob names. */
export function matchesGlob(glob: Glob, path: readonly string[]): boolean {
  const pattern = glob.anchored ? glob.segments : ["**", ...glob.segments];
  // One row of reachable positions per pattern segment: `**` may stand for any number of names.
  let reached = path.map(() => false);
  reached.push(false);
  reached[0] = true;
  for (const [index, segment] of pattern.entries()) {
    const last = index === pattern.length - 1;
    const next = reached.map(() => false);
    if (segment === "**") {
      let open = false;
      // At the end it stands for what is inside, so for at least one name.
      for (let at = 0; at <= path.length; at++) {
        if (!last && reached[at]) open = true;
        next[at] = open;
        if (last && reached[at]) open = true;
      }
    } else {
      for (const [at, name] of path.entries()) {
        if (reached[at] && matchesName(segment, name)) next[at + 1] = true;
      }
    }
    reached = next;
  }
  return reached[path.length] ?? false;
}

/** Whether one name matches one segment with `*`, `?`, `[a-z]` and `\` escapes. */
export function matchesName(pattern: string, name: string): boolean {
  const tokens = toTokens(pattern);
  const characters = [...name];
  let token = 0;
  let at = 0;
  let retryToken = -1;
  let retryAt = -1;
  // Only the last star is ever taken back, which keeps this at pattern times name.
  while (at < characters.length) {
    const test = tokens[token];
    const character = characters[at];
    if (test === "*") {
      retryToken = token++;
      retryAt = at;
    } else if (test !== undefined && character !== undefined && test(character)) {
      token++;
      at++;
    } else if (retryToken >= 0) {
      token = retryToken + 1;
      at = ++retryAt;
    } else {
      return false;
    }
  }
  while (tokens[token] === "*") token++;
  return token === tokens.length;
}

type Token = "*" | ((character: string) => boolean);

function toTokens(pattern: string): Token[] {
  const characters = [...pattern];
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at];
    if (character === "*") {
      if (tokens.at(-1) !== "*") tokens.push("*");
    } else if (character === "?") {
      tokens.push(() => true);
    } else if (character === "[") {
      const group = toGroup(characters, at);
      tokens.push(group.test);
      at = group.end;
    } else {
      const literal = character === "\\" ? (characters[++at] ?? "\\") : character;
      tokens.push((other) => other === literal);
    }
  }
  return tokens;
}

/** The test of a `[...]` group that opens at `start`; a bracket never closed is a plain one. */
function toGroup(characters: readonly string[], start: number) {
  const negated = characters[start + 1] === "!" || characters[start + 1] === "^";
  const first = start + (negated ? 2 : 1);
  const end = characters.indexOf("]", first + 1);
  if (end < 0) return { test: (other: string) => other === "[", end: start };
  const members = characters.slice(first, end);
  const test = (other: string) => {
    let found = false;
    for (let at = 0; at < members.length; at++) {
      const from = members[at] ?? "";
      const isRange = members[at + 1] === "-" && at + 2 < members.length;
      const to = isRange ? (members[at + 2] ?? from) : from;
      if (isRange) at += 2;
      if (from <= other && other <= to) found = true;
    }
    return found !== negated;
  };
  return { test, end };
}
