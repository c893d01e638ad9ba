import { isJson } from "../../json.ts";

/** Whether JSON is of a type of JSON Schema. */
function isOfType(value: unknown, type: string): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isJson(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "number") return Number.isFinite(value);
  return typeof value === type;
}

/**
 * A value in one of the types it is declared to have: documents write `"1"` among integers and `true`
 * among strings. Undefined where it can be none of them.
 */
export function toTyped(value: unknown, types: readonly string[]): unknown {
  if (types.length === 0 || types.some((type) => isOfType(value, type))) return value;
  if (value === undefined || value === null || typeof value === "object") return undefined;
  const text = String(value);
  for (const type of types) {
    if (type === "string") return text;
    if (type === "boolean" && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === "true";
    const number = Number(text);
    // `01` is a code, and no number.
    if (isOfType(number, type) && String(number) === text) return number;
  }
  return undefined;
}
