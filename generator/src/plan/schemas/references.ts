import { isJson, type Json, readPointer, toJson, toList } from "../../json.ts";

/** A reference that leads nowhere, which costs its operation. */
export class LostReference extends Error {
  override readonly name = "LostReference";
}

const mostSteps = 50;

/** Members next to a `$ref` that say something of the place and nothing of the value. */
const annotations = new Set([
  ...["description", "title", "summary", "example", "examples", "deprecated", "default", "xml"],
  ...["readOnly", "writeOnly", "nullable", "externalDocs", "discriminator", "$comment"],
]);

/** Follows references inside the one document that is left. */
export class References {
  readonly #document: Json;
  readonly #schemas = new WeakMap<Json, Json>();
  readonly #children = new Map<Json, string[]>();
  #hasChildren = false;

  constructor(document: Json) {
    this.#document = document;
  }

  /** The object a value is or refers to, however many steps away. Throws LostReference. */
  resolve(value: unknown): Json {
    let at = value;
    for (let step = 0; step < mostSteps; step += 1) {
      if (!isJson(at)) return {};
      const reference = at["$ref"];
      if (typeof reference !== "string") return at;
      at = this.find(reference);
    }
    throw new LostReference(`${String(toReference(value))} refers to itself`);
  }

  /**
   * The schema a value is or refers to, with what stands next to the reference: both hold, as OpenAPI
   * 3.1 has it, and many documents of 3.0 mean it. Throws LostReference.
   */
  resolveSchema(value: unknown, steps = 0): Json {
    if (!isJson(value)) return {};
    const { $ref: reference, ...beside } = value;
    if (typeof reference !== "string") return value;
    const known = this.#schemas.get(value);
    if (known !== undefined) return known;
    if (steps > mostSteps) throw new LostReference(`${reference} refers to itself`);
    const target = this.resolveSchema(this.find(reference), steps + 1);
    const whole = combine(reference, target, beside);
    this.#schemas.set(value, whole);
    return whole;
  }

  /** Whether a schema, or a part that must hold as well, has this flag. */
  isFlagged(value: unknown, flag: "readOnly" | "writeOnly"): boolean {
    const own = this.resolveSchema(value);
    if (flag in own) return own[flag] === true;
    // A set goes on to what is added to it on the way; parts may be the same ones many times over.
    const parts = new Set(toList(own["allOf"]).map((part) => this.resolveSchema(part)));
    for (const part of parts) {
      if (part[flag] === true) return true;
      for (const inner of toList(part["allOf"])) parts.add(this.resolveSchema(inner));
    }
    return false;
  }

  /** References to the schemas that have this one as a part, which its discriminator tells apart. */
  listChildren(parent: Json): readonly string[] {
    if (!this.#hasChildren) this.#findChildren();
    return this.#children.get(parent) ?? [];
  }

  find(reference: string): unknown {
    const found = reference.startsWith("#") ? readPointer(this.#document, reference) : undefined;
    if (found === undefined) throw new LostReference(`${reference} leads nowhere`);
    return found;
  }

  #findChildren(): void {
    this.#hasChildren = true;
    const schemas = toJson(toJson(this.#document["components"])["schemas"]);
    for (const [name, schema] of Object.entries(schemas)) {
      const own = `#/components/schemas/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      for (const part of toList(toJson(schema)["allOf"])) {
        const reference = toReference(part);
        const parent = typeof reference === "string" ? this.#tryFind(reference) : undefined;
        if (!isJson(parent)) continue;
        const list = this.#children.get(parent) ?? [];
        this.#children.set(parent, [...list, own]);
      }
    }
  }

  #tryFind(reference: string): unknown {
    return reference.startsWith("#") ? readPointer(this.#document, reference) : undefined;
  }
}

/** A schema with what stands next to the reference to it. */
function combine(reference: string, target: Json, beside: Json): Json {
  const entries = Object.entries(beside);
  const constraints = entries.filter(([key]) => !annotations.has(key) && !key.startsWith("x-"));
  if (constraints.length === 0) return entries.length === 0 ? target : { ...target, ...beside };
  const said = entries.filter(([key]) => annotations.has(key));
  const { description, title } = target;
  return {
    ...(description !== undefined && { description }),
    ...(title !== undefined && { title }),
    ...Object.fromEntries(said),
    allOf: [{ $ref: reference }, Object.fromEntries(constraints)],
  };
}

function toReference(value: unknown): unknown {
  return isJson(value) ? value["$ref"] : undefined;
}
