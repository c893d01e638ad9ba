import { type Fields, fieldsAt, isFields, leaves, listAt, parse, textAt } from "../json.ts";
import { holds } from "../judge/lost.ts";

type Leaf = string | number;

/**
 * What of a result a model has to see: of data every fence, and every string and number but those the
 * tool's output schema names; else every text and picture whole.
 */
export function toPayload(result: Fields, outputSchema: unknown): readonly Leaf[] {
  const parts = listAt(result, "content");
  const texts = parts.map((part) => textAt(part, "text").trimEnd());
  const data = result["structuredContent"];
  if (data === undefined) return [...texts, ...parts.map((part) => textAt(part, "data"))];
  const fences = texts.flatMap((text) => text.match(/<\/?untrusted\b[^>]*>/g) ?? []);
  return [...listUnnamed(data, outputSchema), ...fences];
}

/** The pieces of a payload that a view of it lacks. */
export function findLost(payload: readonly Leaf[], view: unknown): readonly Leaf[] {
  const shown = [...expand(view)].join("\n");
  // A text for people may have 12,345 where the data has 12345.
  const forms = [shown, shown.replaceAll(/(?<=\d),(?=\d{3}(?!\d))/g, "")];
  const numbers = new Set(
    forms.flatMap((form) => form.match(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g) ?? []).map(Number),
  );
  return payload.filter((piece) => {
    if (typeof piece === "number") return !numbers.has(piece);
    // It may also indent what has several lines.
    return !piece.split("\n").every((line) => holds(shown, line.trim()));
  });
}

function listUnnamed(value: unknown, schema: unknown): readonly Leaf[] {
  const branches = [schema, ...listAt(schema, "anyOf"), ...listAt(schema, "oneOf")].filter(
    isFields,
  );
  if (typeof value !== "object" || value === null) {
    const named = branches.some((branch) => "const" in branch || "enum" in branch);
    return named ? [] : [...leaves(value)];
  }
  if (Array.isArray(value)) {
    const items = branches.find((branch) => "items" in branch)?.["items"];
    return value.flatMap((item) => listUnnamed(item, items));
  }
  const properties = branches.map((branch) => fieldsAt(branch, "properties"));
  return Object.entries(value).flatMap(([name, member]) => {
    return listUnnamed(member, properties.find((all) => name in all)?.[name]);
  });
}

/** Every string and number of a view; what holds JSON, or has lines of it, is looked into as well. */
function* expand(view: unknown): Generator<Leaf> {
  for (const leaf of leaves(view)) {
    yield leaf;
    if (typeof leaf !== "string") continue;
    const whole = parse(leaf);
    const found = whole === undefined ? leaf.split("\n").map(parse) : [whole];
    for (const inner of found) if (inner !== undefined) yield* expand(inner);
  }
}
