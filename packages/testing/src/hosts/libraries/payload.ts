import { type Fields, isFields, leaves, listOf, parse, textOf } from "./json.ts";

/**
 * What of a result a model has to see: of data every string, number and fence, else every text and
 * picture whole.
 */
export function toPayload(result: Fields): readonly (string | number)[] {
  const parts = listOf(result, "content");
  const texts = parts.map((part) => textOf(part, "text").trimEnd());
  const data = result["structuredContent"];
  if (data === undefined) return [...texts, ...parts.map((part) => textOf(part, "data"))];
  return [...leaves(data), ...texts.flatMap((text) => text.match(/<\/?untrusted\b[^>]*>/g) ?? [])];
}

/** The pieces of a payload that a view of it lacks. */
export function findLost(payload: readonly (string | number)[], view: unknown) {
  const shown = [...expand(view)].join("\n");
  const numbers = new Set(shown.match(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g)?.map(Number));
  return payload.filter((piece) => {
    return typeof piece === "number" ? !numbers.has(piece) : !shown.includes(piece);
  });
}

/** Every string and number of a view; a string that holds JSON is looked into as well. */
function* expand(view: unknown): Generator<string | number> {
  for (const leaf of leaves(view)) {
    yield leaf;
    const inner = typeof leaf === "string" ? parse(leaf) : undefined;
    if (isFields(inner) || Array.isArray(inner)) yield* expand(inner);
  }
}
