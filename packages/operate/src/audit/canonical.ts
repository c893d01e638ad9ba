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
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key.toWellFormed())}:${toCanonical(item)}`);
  return `{${members.join(",")}}`;
}
