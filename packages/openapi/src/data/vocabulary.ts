/** Words that say nothing about which operation is meant. */
const empty = new Set(
  "a all an and any by do every for from i in is it me my of on one or our that the this to with".split(
    " ",
  ),
);

/** What people call their own, and how APIs do. */
export const mine: ReadonlySet<string> = new Set(["i", "me", "mine", "my", "our"]);
export const self = ["me", "authenticated", "self", "myself", "current", "own", "user"];

/** Words for the same deed. */
const deeds = [
  "get read show fetch retrieve describe view",
  "list get find browse enumerate",
  "create add new insert make open post register",
  "update change edit modify patch set",
  "delete remove destroy drop erase",
  "send post create publish",
  "search find query look",
  "start run launch trigger",
  "stop end cancel halt",
].map((line) => line.split(" "));

/** The deeds that are as good as this one. */
export function toDeeds(word: string): readonly string[] {
  const same = deeds.filter(([first]) => first === word);
  const found = same.length > 0 ? same : deeds.filter((words) => words.includes(word));
  return [...new Set(found.flat())].filter((one) => one !== word);
}

/** What methods do, as people say it. */
export const methodDeeds: Readonly<Record<string, string>> = {
  GET: "get read show fetch list",
  POST: "create add new",
  PUT: "replace set update",
  PATCH: "update change edit modify",
  DELETE: "delete remove",
};

/** Letters and digits of all scripts, roughly: exact classes take several times as long. */
const letters = /[A-Za-z0-9\u00c0-\u1fff\u3040-\uffdc]+/g;

/** Takes texts into words, each token only once: there are far fewer of them than of places they stand. */
export class Tokenizer {
  readonly #known = new Map<string, readonly string[]>();

  /** Lower-case words without plurals, names taken apart: `listUserRepos` has three. */
  toWords(text: string): string[] {
    return this.toAll(text).filter((word) => !empty.has(word));
  }

  /** The same, with the words that say nothing. */
  toAll(text: string): string[] {
    const words: string[] = [];
    for (const token of text.match(letters) ?? []) {
      let known = this.#known.get(token);
      if (known === undefined) {
        known = take(token);
        this.#known.set(token, known);
      }
      words.push(...known);
    }
    return words;
  }
}

function take(token: string): string[] {
  return token
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(" ")
    .map((word) => (word.length > 3 ? word.replace(/(?<=[^s])s$/, "").replace(/ie$/, "y") : word));
}

const endings = new Set(["", "al", "ation", "d", "e", "ed", "er", "ing", "ion", "ment", "or", "s"]);
const shortestStem = 4;

/** `evict` is in `eviction`, `forward` in `portforward`, and `moderate` has the stem of `moderation`. */
export function isAkin(one: string, two: string): boolean {
  const [short, long] = one.length < two.length ? [one, two] : [two, one];
  if (short.length < shortestStem) return false;
  if (long.startsWith(short) || long.endsWith(short)) return true;
  let same = 0;
  while (same < short.length && short[same] === long[same]) same += 1;
  const ends = endings.has(short.slice(same)) && endings.has(long.slice(same));
  return same > shortestStem && ends;
}
