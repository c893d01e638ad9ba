import { isJson, toText } from "../json.ts";

const prefix = "#/$defs/";

/** The names of all shared schemas that values lead to; each is looked into once. */
export function findShared(
  values: readonly unknown[],
  schemas: Readonly<Record<string, unknown>>,
): Set<string> {
  const found = new Set(values.flatMap(listReferences));
  // A set goes on to what is added to it on the way.
  for (const name of found) {
    const next = Object.hasOwn(schemas, name) ? listReferences(schemas[name]) : [];
    for (const one of next) found.add(one);
  }
  return found;
}

/** The shared schemas a value refers to; a property may be called `$ref` and refer to nothing. */
function listReferences(value: unknown): string[] {
  const names = new Set<string>();
  const open: unknown[] = [value];
  while (open.length > 0) {
    const at = open.pop();
    if (Array.isArray(at)) open.push(...at);
    if (!isJson(at)) continue;
    for (const [key, member] of Object.entries(at)) {
      const reference = key === "$ref" ? toText(member) : undefined;
      if (!reference?.startsWith(prefix)) open.push(member);
      else names.add(reference.slice(prefix.length).replaceAll("~1", "/").replaceAll("~0", "~"));
    }
  }
  return [...names];
}
