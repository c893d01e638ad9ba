/** Fewer characters than this are in nearly every file. */
const shortest = 2;
/** One escape with all that belongs to it, or with what may. */
const escaped = /\\(?:x[\da-f]{2}|u[\da-f]{4}|[up]\{[^}]*\}|c[a-z]|k<[^>]*>|\d+|.)/isy;
const repetition = /\{\d+(?:,\d*)?\}/y;

/**
 * The longest plain ASCII text that stands in all that a valid regular expression matches; undefined
 * where there is none, or none that can be told without much thought.
 */
export function findRequired(source: string): string | undefined {
  let [longest, run] = ["", ""];
  const end = () => {
    if (run.length > longest.length) longest = run;
    run = "";
  };
  for (let at = 0; at < source.length; ) {
    const sign = source.charAt(at);
    const atom = source.slice(at, endOfAtom(source, at));
    if (sign === "|") return undefined;
    const literal = toLiteral(atom);
    if (literal !== undefined) run += literal;
    else {
      // What may be there no time at all is not part of what must be.
      if (sign === "*" || sign === "?" || sign === "{") run = run.slice(0, -1);
      end();
    }
    at += atom.length;
  }
  end();
  return longest.length < shortest ? undefined : longest;
}

/** The character an atom stands for; undefined for one that stands for several, none or other ones. */
function toLiteral(atom: string): string | undefined {
  const [first = "", second = ""] = atom;
  if (atom.length === 1)
    return /[ -~]/.test(first) && !/[\^$.*+?()[\]{}|\\]/.test(first) ? first : undefined;
  return first === "\\" && atom.length === 2 && /[!-/:-@[-`{-~]/.test(second) ? second : undefined;
}

/** Where the atom ends that starts at a place: a group and a class are one, and so is a repetition. */
function endOfAtom(source: string, start: number): number {
  const sign = source[start];
  if (sign === "[") return endOfClass(source, start);
  if (sign === "(") return endOfGroup(source, start);
  const whole = sign === "\\" ? escaped : sign === "{" ? repetition : undefined;
  if (whole === undefined) return start + 1;
  whole.lastIndex = start;
  return whole.test(source) ? whole.lastIndex : start + 1;
}

function endOfGroup(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source[at] !== ")") at = endOfAtom(source, at);
  return at + 1;
}

/** Where a character class ends that opens at a place. */
export function endOfClass(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source[at] !== "]") at += source[at] === "\\" ? 2 : 1;
  return at + 1;
}
