import { type Source, toLine } from "./source.ts";
import type { Violation } from "./violation.ts";

/** A boolean by type or by default. A list of booleans, or a boolean or something else, is a value. */
const flag =
  /([\w$]+)\s*(?:\??:\s*(?:(?:undefined|null)\s*\|\s*)?(?:boolean|true|false)\b(?!\s*(?:\[|\|(?!\s*(?:undefined|null)\b)))|=\s*(?:true|false)\b)/g;

const opening = "([{";
const closing = ")]}";

/**
 * The parameters of a file that are a bare boolean: a call that says `true` does not say what is
 * true. A property of an options object has a name in the call, and so has the value of a setter.
 */
export function checkFlags(path: string, { code }: Source): Violation[] {
  return [...code.matchAll(flag)].flatMap((match) => {
    const isDefault = /=\s*\w+$/.test(match[0]);
    if (!isParameter(code, match.index, isDefault ? "body" : "signature")) return [];
    const message = `\`${match[1]}\` is a boolean parameter. Take an options object or a union, or make two functions.`;
    return [{ path, line: toLine(code, match.index), rule: "no-flags", message }];
  });
}

/**
 * Whether parentheses hold a position directly, and what may follow a list of parameters follows
 * them. Only the list of a mere signature may end its statement.
 */
function isParameter(code: string, index: number, of: "body" | "signature"): boolean {
  const start = findUnmatched(code, index - 1, -1);
  if (code[start] !== "(") return false;
  const before = code.slice(Math.max(0, start - 80), start);
  if (/\b(?:for|if|while|switch)(?:\s+await)?\s*$|\bset\s+#?[\w$]+\s*$/.test(before)) return false;
  const end = findUnmatched(code, index, 1);
  const behind = of === "body" ? /^\s*(?:=>|[{:])/ : /^\s*(?:=>|[{:;])/;
  return behind.test(code.slice(end + 1, end + 80));
}

/** The nearest bracket before or behind a position that has no partner in between. */
function findUnmatched(code: string, from: number, step: 1 | -1): number {
  const [enters, leaves] = step === 1 ? [opening, closing] : [closing, opening];
  let depth = 0;
  for (let at = from; at >= 0 && at < code.length; at += step) {
    const character = code[at] ?? "";
    if (enters.includes(character)) depth += 1;
    else if (leaves.includes(character)) {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return -1;
}
