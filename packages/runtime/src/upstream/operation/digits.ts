import { randomUUID } from "node:crypto";

/** Begins a text that stands for a number. It leaves the process nowhere, so that nobody can forge it. */
const mark = `${randomUUID()} `;
const marked = new RegExp(`"${mark}([^"]*)"`, "g");
const numbers = /-?\d[\d.eE+-]*/g;

/**
 * Reads JSON without losing digits: a number that JavaScript would round or write otherwise, such as
 * 1917043659912705296 or 1.50, becomes a marked text, which `writeJson` writes as the number it was.
 * Throws SyntaxError for what is no JSON.
 */
export function parseJson(text: string): unknown {
  const pieces: string[] = [];
  let at = 0;
  while (at < text.length) {
    const quote = text.indexOf('"', at);
    const end = quote === -1 ? text.length : quote;
    pieces.push(text.slice(at, end).replace(numbers, keepDigits));
    at = quote === -1 ? end : findEnd(text, quote);
    pieces.push(text.slice(end, at));
  }
  return JSON.parse(pieces.join(""));
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

export function isMarked(value: unknown): value is string {
  return typeof value === "string" && value.startsWith(mark);
}

function keepDigits(number: string): string {
  return isNumber.test(number) && String(Number(number)) !== number ? `"${mark}${number}"` : number;
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
