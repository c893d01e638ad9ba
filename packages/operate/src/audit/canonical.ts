import { isRecord } from "@fairlead/guard/record";

/**
 * A value as canonical JSON (RFC 8785): object keys sorted by their UTF-16 code units, no spaces. Two
 * clients that mean the same arguments give the same text. A lone surrogate becomes U+FFFD, and what
 * JSON cannot hold is left out as `JSON.stringify` does it. Throws RangeError for a value that is
 * nested too deeply.
 *
 * @example
 * toCanonical({ b: [1, "x"], a: null }); // '{"a":null,"b":[1,"x"]}'
 */
export function toCanonical(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.toWellFormed());
  if (Array.isArray(value)) return `[${value.map(toCanonical).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? "null";
  let members = "";
  for (const key of Object.keys(value).sort()) {
    const item = value[key];
    if (item === undefined) continue;
    if (members !== "") members += ",";
    members += `${JSON.stringify(key.toWellFormed())}:${toCanonical(item)}`;
  }
  return `{${members}}`;
}
