import { type Source, toLine } from "./source.ts";
import type { Violation } from "./violation.ts";

const opening = "([{";
const closing = ")]}";

/** The `run` functions of a file that are longer than `most` lines, or handle errors. */
export function checkToolBodies(path: string, source: Source, most: number): Violation[] {
  const { code } = source;
  return [...code.matchAll(/(?<=[{,]\s*)(?:async\s+)?run\s*(\(|:)/g)].flatMap((match) => {
    const form = match[1] === "(" ? "method" : "property";
    const body = toBody(code, match.index + match[0].length - 1, form);
    const line = toLine(code, match.index);
    const found: Violation[] = [];
    const lines = body.split("\n").filter((text) => text.trim() !== "").length;
    if (lines > most) {
      const message = `\`run\` has ${lines} lines, more than ${most}. Move the work to the domain.`;
      found.push({ path, line, rule: "thin-tool", message });
    }
    if (/\b(?:try|catch)\b/.test(body)) {
      const message =
        "`run` catches. Throw a ToolError for what the model can fix, let the rest fly.";
      found.push({ path, line, rule: "thin-tool", message });
    }
    return found;
  });
}

/** What stands inside a method, or right of the arrow (without the braces, if it has any). */
function toBody(code: string, start: number, form: "method" | "property"): string {
  const from = form === "method" ? endOfGroup(code, start) : code.indexOf("=>", start) + 2;
  if (form === "method" || /^\s*\{/.test(code.slice(from))) {
    const brace = code.indexOf("{", from);
    return code.slice(brace + 1, endOfGroup(code, brace) - 1);
  }
  let depth = 0;
  for (let at = from; at < code.length; at += 1) {
    const character = code[at] ?? "";
    if (opening.includes(character)) depth += 1;
    if (closing.includes(character)) depth -= 1;
    if (depth < 0 || (depth === 0 && character === ",")) return code.slice(from, at);
  }
  return code.slice(from);
}

/** The position behind the bracket that closes the one at `start`. */
function endOfGroup(code: string, start: number): number {
  let depth = 0;
  for (let at = start; at < code.length; at += 1) {
    const character = code[at] ?? "";
    if (opening.includes(character)) depth += 1;
    if (closing.includes(character)) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return code.length;
}
