import { isJson, type Json, readPointer } from "../json.ts";

/** A reference that leads nowhere, which costs its operation. */
export class LostReference extends Error {
  override readonly name = "LostReference";
}

/** Follows references inside the one document that is left. */
export class References {
  readonly #document: Json;

  constructor(document: Json) {
    this.#document = document;
  }

  /** The object a value is or refers to, however many steps away. Throws LostReference. */
  resolve(value: unknown): Json {
    let at = value;
    for (let step = 0; step < 50; step += 1) {
      if (!isJson(at)) return {};
      const reference = at["$ref"];
      if (typeof reference !== "string") return at;
      at = this.find(reference);
    }
    throw new LostReference(`${String(toReference(value))} refers to itself`);
  }

  find(reference: string): unknown {
    const found = reference.startsWith("#") ? readPointer(this.#document, reference) : undefined;
    if (found === undefined) throw new LostReference(`${reference} leads nowhere`);
    return found;
  }
}

function toReference(value: unknown): unknown {
  return isJson(value) ? value["$ref"] : undefined;
}
