import { randomUUID } from "node:crypto";

/** Begins a text that stands for a number. It leaves the process nowhere, so that nobody can forge it. */
const mark = `${randomUUID()} `;
const marked = new RegExp(`"${mark}([^"]*)"`, "g");

/**
 * Reads JSON without losing digits: a number that JavaScript would round or write otherwise, such as
 * 1917043659912705296 or 1.50, becomes a marked text, which `writeJson` writes as the number it was.
 * Throws SyntaxError for what is not JSON.
 */
export function parseJson(text: string): unknown {
  return JSON.parse(markDigits(text));
}

/** The same JSON with the numbers that would lose digits as marked texts; the very text without any. */
export function markDigits(text: string): string {
  const number = /-?\d[\d.eE+-]*/g;
  const pieces: string[] = [];
  let kept = 0;
  let quote = text.indexOf('"');
  for (let found = number.exec(text); found !== null; found = number.exec(text)) {
    const { index } = found;
    // Strings before the number are passed over, and with them what looks like numbers in them.
    let end = 0;
    while (quote !== -1 && quote < index) {
      end = findEnd(text, quote);
      quote = text.indexOf('"', end);
    }
    if (end > index) number.lastIndex = end;
    else if (losesDigits(found[0])) {
      pieces.push(text.slice(kept, index), `"${mark}${found[0]}"`);
      kept = number.lastIndex;
    }
  }
  return kept === 0 ? text : pieces.join("") + text.slice(kept);
}

/** A value as JSON, its marked texts as the numbers they stand for. */
export function writeJson(value: unknown): string {
  return (JSON.stringify(value) ?? "null").replace(marked, "$1");
}

/** A number by its digits, as it is to stand in a request. */
export function toMarked(digits: string): string {
  return mark + digits;
}

/** The digits of a marked text; any other text as it is. */
export function toPlainText(text: string): string {
  return isMarked(text) ? text.slice(mark.length) : text;
}

/** Whether a value is a number kept as marked text, so that it loses no digit. */
export function isMarked(value: unknown): value is string {
  return typeof value === "string" && value.startsWith(mark);
}

function losesDigits(number: string): boolean {
  return isNumber.test(number) && String(Number(number)) !== number;
}

const isNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Where a string of JSON ends, behind its closing quote. */
function findEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return text.length;
}
