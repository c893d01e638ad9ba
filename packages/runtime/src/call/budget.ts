import type { Part } from "../define/reply.ts";

/** Room the line takes that says what was cut. */
const noticeRoom = 150;

/** Shortens text to the budget at the end of a line and says so in its last line. */
export function fitText(text: string, budget: number): string {
  if (text.length <= budget) return text;
  const room = Math.max(budget - noticeRoom, 0);
  const lineEnd = text.lastIndexOf("\n", room);
  let end = lineEnd > room / 2 ? lineEnd : room;
  // A cut between the halves of a surrogate pair would leave a character that is none.
  if (end === room && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
  const kept = text.slice(0, end);
  return `${kept}\n\n[Cut: ${count(kept.length)} of ${count(text.length)} characters shown. Ask for a smaller part to see the rest.]`;
}

/**
 * Shortens the text parts of an answer so that together they keep the budget. The first that does
 * not fit is cut and says so; text after it is left out, since notices would add up.
 */
export function fitParts<P extends Part>(parts: readonly P[], budget: number): readonly P[] {
  let left = budget;
  let full = false;
  return parts.flatMap((part) => {
    const body = part.type === "text" ? part.text : part.type === "resource" ? part.body : "";
    if (typeof body !== "string" || body === "") return [part];
    if (full) return [];
    if (body.length <= left) {
      left -= body.length;
      return [part];
    }
    full = true;
    const fitted = fitText(body, left);
    return [part.type === "resource" ? { ...part, body: fitted } : { ...part, text: fitted }];
  });
}

/**
 * How many items of an array can stay so that the whole keeps the budget. `sizeOf` measures the
 * answer with that many; sizes grow with the count, so halving finds it in a few renderings.
 */
export function findKept(total: number, budget: number, sizeOf: (kept: number) => number): number {
  let fits = 0;
  let exceeds = total;
  while (exceeds - fits > 1) {
    const middle = Math.floor((fits + exceeds) / 2);
    if (sizeOf(middle) <= budget) fits = middle;
    else exceeds = middle;
  }
  return fits;
}

export function count(n: number): string {
  return n.toLocaleString("en-US");
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
