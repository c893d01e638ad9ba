/** What of a file a query can ask about. */
export interface Queryable {
  readonly name: string;
  readonly mimeType: string;
  readonly text: string;
  readonly parents: readonly string[];
  readonly trashed: boolean;
  readonly starred: boolean;
}

export type Predicate = (file: Queryable) => boolean;

const token = /\s*(?:(\(|\))|(!=|>=|<=|=|>|<)|'((?:\\['\\]|[^'\\])*)'|(\w+))/y;

/**
 * Compiles a query in Drive's language (developers.google.com/drive/api/guides/ref-search-terms), as
 * far as it is used. Throws SyntaxError, which Drive answers with 400.
 */
export function compileQuery(query: string): Predicate {
  const words = tokenize(query);
  let at = 0;
  const peek = () => words[at] ?? "";
  const take = () => words[at++] ?? "";

  const either = (): Predicate => {
    let left = both();
    while (peek() === "or") {
      take();
      const [a, b] = [left, both()];
      left = (file) => a(file) || b(file);
    }
    return left;
  };
  const both = (): Predicate => {
    let left = single();
    while (peek() === "and") {
      take();
      const [a, b] = [left, single()];
      left = (file) => a(file) && b(file);
    }
    return left;
  };
  const single = (): Predicate => {
    const word = take();
    if (word === "not") {
      const inner = single();
      return (file) => !inner(file);
    }
    if (word === "(") {
      const inner = either();
      if (take() !== ")") throw new SyntaxError("unbalanced");
      return inner;
    }
    return toTerm(word, take(), take());
  };

  const predicate = either();
  if (at !== words.length) throw new SyntaxError(`unexpected ${peek()}`);
  return predicate;
}

/** Strings keep a quote in front, so that none is taken for a word. */
function tokenize(query: string): string[] {
  const words: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < query.trimEnd().length) {
    const found = token.exec(query);
    if (found === null) throw new SyntaxError("Invalid Value");
    const [, bracket, operator, string, word] = found;
    const text = string === undefined ? undefined : `'${string.replace(/\\(.)/g, "$1")}`;
    words.push(bracket ?? operator ?? text ?? word ?? "");
  }
  return words;
}

function toTerm(left: string, operator: string, right: string): Predicate {
  if (left.startsWith("'") && operator === "in" && right === "parents") {
    return ({ parents }) => parents.includes(left.slice(1));
  }
  if (left === "trashed" || left === "starred") {
    if (!["=", "!="].includes(operator) || !["true", "false"].includes(right)) throw invalid(left);
    const wanted = (right === "true") === (operator === "=");
    return (file) => file[left] === wanted;
  }
  if (!right.startsWith("'")) throw invalid(right);
  const value = right.slice(1).toLowerCase();
  if (left === "fullText" && operator === "contains") {
    const terms = value.split(/\s+/);
    return ({ text, name }) => {
      const all = `${name} ${text}`.toLowerCase();
      return terms.every((term) => all.includes(term));
    };
  }
  if (left !== "name" && left !== "mimeType") throw invalid(left);
  if (operator === "=") return (file) => file[left].toLowerCase() === value;
  if (operator === "!=") return (file) => file[left].toLowerCase() !== value;
  if (operator !== "contains") throw invalid(operator);
  // Words of a name count from their beginning.
  return (file) => ` ${file[left].toLowerCase()}`.includes(left === "name" ? ` ${value}` : value);
}

function invalid(what: string): SyntaxError {
  return new SyntaxError(`Invalid Value ${what}`);
}
