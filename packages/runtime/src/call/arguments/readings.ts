/** What JSON has, with whole numbers apart from fractions, as a schema of integers tells them apart. */
export type Kind = "string" | "whole" | "fraction" | "boolean" | "null" | "array" | "object";

/** Arguments nested deeper than this are checked as they are, so that no reading runs out of stack. */
export const deepestReading = 256;

/**
 * The value that a text stands for where a schema takes no text, only these kinds. The text itself
 * where it stands for none of them. No text stands for two: a number, a truth value, an array and an
 * object all begin differently.
 */
export function readText(text: string, kinds: ReadonlySet<Kind>): unknown {
  if (kinds.has("array") || kinds.has("object")) {
    const parsed = parseContainer(text);
    if (parsed !== undefined && kinds.has(toKind(parsed))) return parsed;
  }
  const word = text.trim();
  // Python hosts write True.
  if (kinds.has("boolean") && /^(?:true|false)$/i.test(word)) return /^t/i.test(word);
  const number = readNumber(word, kinds);
  return number === undefined ? text : number;
}

/** The arguments of a tool call, which some hosts send as null or as the JSON text of an object. */
export function readArguments(given: unknown): unknown {
  if (given === null) return {};
  return typeof given === "string" ? readText(given, objects) : given;
}

/** A cursor as it was given; undefined for `""` and null, with which some hosts say they have none. */
export function readCursor(given: unknown): unknown {
  return given === "" || given === null ? undefined : given;
}

/** Whether an argument confirms a call: true, or its text. */
export function isConfirmation(given: unknown): boolean {
  return given === true || (typeof given === "string" && given.trim().toLowerCase() === "true");
}

/** The kind of a JSON value. */
export function toKind(value: unknown): Kind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  switch (typeof value) {
    case "string":
      return "string";
    case "boolean":
      return "boolean";
    case "number":
      return Number.isInteger(value) ? "whole" : "fraction";
    default:
      return "object";
  }
}

const objects: ReadonlySet<Kind> = new Set<Kind>(["object"]);

function parseContainer(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isContainer(parsed) && !isDeeper(parsed, deepestReading) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (!isContainer(value)) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}

const jsonNumber = /^-?(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** The number a text stands for exactly, as far as a double can: an id of 20 digits is not one. */
function readNumber(text: string, kinds: ReadonlySet<Kind>): number | undefined {
  if (!kinds.has("whole") && !kinds.has("fraction")) return undefined;
  const [matched, whole = "", fraction = "", exponent = "0"] = jsonNumber.exec(text) ?? [];
  if (matched === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return undefined;
  if (kinds.has("fraction")) return value;
  // "0.99999999999999999999" reads as 1 and is not.
  const digits = `${whole}${fraction}`;
  const spare = fraction.length - Number(exponent);
  const dropped = spare <= 0 ? "" : digits.slice(-spare);
  return /^0*$/.test(dropped) && Number.isInteger(value) ? value : undefined;
}
