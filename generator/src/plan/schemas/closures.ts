import { isJson, toText } from "../../json.ts";

const prefix = "#/$defs/";

/**
 * Which shared schemas inputs lead to, and what they weigh: each schema is looked into once, since many
 * operations lead to the same thousands of them.
 */
export class Closures {
  readonly #schemas: Readonly<Record<string, unknown>>;
  readonly #references = new Map<string, readonly string[]>();
  readonly #sizes = new Map<string, number>();

  constructor(schemas: Readonly<Record<string, unknown>>) {
    this.#schemas = schemas;
  }

  /** The names of all schemas that values lead to. */
  find(values: readonly unknown[]): Set<string> {
    const found = new Set(values.flatMap(listReferences));
    // A set goes on to what is added to it on the way.
    for (const name of found) for (const next of this.#referencesOf(name)) found.add(next);
    return found;
  }

  /** How many characters `$defs` adds to an input as JSON. */
  toSize(input: unknown): number {
    const names = this.find([input]);
    let size = names.size === 0 ? 0 : ',"$defs":{}'.length + names.size - 1;
    for (const name of names) size += this.#sizeOf(name);
    return size;
  }

  #referencesOf(name: string): readonly string[] {
    let known = this.#references.get(name);
    if (known === undefined) {
      known = Object.hasOwn(this.#schemas, name) ? listReferences(this.#schemas[name]) : [];
      this.#references.set(name, known);
    }
    return known;
  }

  #sizeOf(name: string): number {
    let known = this.#sizes.get(name);
    if (known === undefined) {
      const schema = Object.hasOwn(this.#schemas, name) ? this.#schemas[name] : {};
      known = JSON.stringify(name).length + 1 + JSON.stringify(schema).length;
      this.#sizes.set(name, known);
    }
    return known;
  }
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
