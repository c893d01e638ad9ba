import type { Part } from "@fairlead/define";
import { type Budget, fits, Room } from "@fairlead/guard/text";

/** Room the line takes that says what was cut. */
const noticeRoom = 150;

/** Shortens text to the budget at the end of a line and says so in its last line. */
export function fitText(text: string, budget: Budget): string {
  return fits(text, budget) ? text : cutText(text, new Room(withoutNotice(budget)));
}

/**
 * Shortens the text parts of an answer so that together they keep the budget. The first that does
 * not fit is cut and says so; text after it is left out, since notices would add up.
 */
export function fitParts<P extends Part>(parts: readonly P[], budget: Budget): readonly P[] {
  const room = new Room(budget);
  if (parts.every((part) => room.take(textOf(part)))) return parts;
  const left = new Room(withoutNotice(budget));
  let full = false;
  return parts.flatMap((part) => {
    const body = textOf(part);
    if (body === "") return [part];
    if (full) return [];
    if (left.take(body)) return [part];
    full = true;
    const cut = cutText(body, left);
    return [part.type === "resource" ? { ...part, body: cut } : { ...part, text: cut }];
  });
}

/** How many items of an array can stay; halving finds it in a few renderings. */
export function findKept(total: number, keepsBudget: (kept: number) => boolean): number {
  let kept = 0;
  let exceeds = total;
  while (exceeds - kept > 1) {
    const middle = Math.floor((kept + exceeds) / 2);
    if (keepsBudget(middle)) kept = middle;
    else exceeds = middle;
  }
  return kept;
}

/** The budget with some characters and a blank line and a notice kept free. */
export function withoutNotice(
  { characters, bytes, lines }: Budget,
  characterRoom: number = noticeRoom,
): Budget {
  return {
    characters: characters - characterRoom,
    bytes: bytes - characterRoom,
    lines: Math.max(lines - 3, 1),
  };
}

export function count(n: number): string {
  return n.toLocaleString("en-US");
}

function cutText(text: string, room: Room): string {
  const fitting = room.fit(text);
  const lineEnd = text.lastIndexOf("\n", fitting);
  const kept = text.slice(0, lineEnd > fitting / 2 ? lineEnd : fitting);
  return `${kept}\n\n[Cut: ${count(kept.length)} of ${count(text.length)} characters shown. Ask for a smaller part to see the rest.]`;
}

function textOf(part: Part): string {
  if (part.type === "text") return part.text;
  return part.type === "resource" && typeof part.body === "string" ? part.body : "";
}
