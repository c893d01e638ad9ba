import { isJson, type Json, member, readPointer } from "../json.ts";

type Holder = Record<string, unknown>;

/** A reference, the resource it stands in, and the address it is relative to. */
export interface Link {
  readonly holder: Record<string, unknown>;
  readonly keyword: "$ref" | "$dynamicRef";
  readonly base: string;
}

/** A schema with an id of its own, or the document itself. */
export interface Resource {
  readonly pointer: string;
  readonly links: Link[];
  /** Pointers of its anchors, and of those that other resources may replace. */
  readonly anchors: Map<string, string>;
  readonly dynamic: Map<string, string>;
}

const mostCopies = 500;

/**
 * Gives `$dynamicRef` its meaning without running it: a schema that another one uses with an anchor of its own
 * in place of the schema's is copied for that user, with the user's anchor put in. What nobody replaces means
 * the schema's own anchor.
 */
export class DynamicScopes {
  readonly #root: Json;
  readonly #resources: ReadonlyMap<string, Resource>;
  readonly #dynamic = new Map<Holder, string>();
  readonly #copies = new Map<string, string>();

  constructor(root: Json, resources: ReadonlyMap<string, Resource>) {
    this.#root = root;
    this.#resources = resources;
  }

  /** Takes down a dynamic reference, and the pointer it has where nobody replaces it. */
  add(holder: Holder, pointer: string): void {
    this.#dynamic.set(holder, pointer);
  }

  /** Writes all of them as plain references. */
  settle(): void {
    for (const user of new Set(this.#resources.values())) {
      if (user.dynamic.size === 0) continue;
      for (const { holder, keyword } of user.links) {
        if (keyword === "$ref") this.#specialize(holder, user);
      }
    }
    for (const [holder, pointer] of this.#dynamic) toPlain(holder, pointer);
  }

  /** Leads a reference to a copy of what it means, if something in that is replaced by the user. */
  #specialize(holder: Holder, user: Resource): void {
    const pointer = String(holder["$ref"]).replace(/^#/, "");
    const copy = pointer === user.pointer ? undefined : this.#copyFor(pointer, user);
    if (copy !== undefined) holder["$ref"] = copy;
  }

  #copyFor(pointer: string, user: Resource): string | undefined {
    const key = `${pointer} ${user.pointer}`;
    const known = this.#copies.get(key);
    if (known !== undefined) return known;
    const target = readPointer(this.#root, pointer);
    const schemas = member(this.#root["components"], "schemas");
    if (!isHolder(schemas) || !isHolder(target) || !this.#isReplaced(target, user))
      return undefined;
    if (this.#copies.size >= mostCopies) return undefined;
    const [own, other] = [pointer, user.pointer].map((one) => one.split("/").at(-1) ?? "");
    const name = findFree(`${own}_${other}`, schemas);
    const reference = `#/components/schemas/${name}`;
    this.#copies.set(key, reference);
    schemas[name] = this.#copy(target, user);
    return reference;
  }

  /** Whether a schema has a dynamic reference that the user has an anchor for. */
  #isReplaced(value: unknown, user: Resource, seen = new Set<unknown>()): boolean {
    if (typeof value !== "object" || value === null || seen.has(value)) return false;
    seen.add(value);
    if (isHolder(value) && this.#findReplacement(value, user) !== undefined) return true;
    const reference = isHolder(value) ? value["$ref"] : undefined;
    const next = typeof reference === "string" ? readPointer(this.#root, reference) : undefined;
    return [...Object.values(value), next].some((one) => this.#isReplaced(one, user, seen));
  }

  #findReplacement(holder: Holder, user: Resource): string | undefined {
    if (!this.#dynamic.has(holder)) return undefined;
    return user.dynamic.get(String(holder["$dynamicRef"]).replace(/^.*#/, ""));
  }

  #copy(value: unknown, user: Resource): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#copy(item, user));
    if (!isHolder(value)) return value;
    const entries = Object.entries(value).filter(
      ([key]) => key !== "$id" && key !== "$dynamicAnchor",
    );
    const copy: Holder = Object.fromEntries(
      entries.map(([key, item]) => [key, this.#copy(item, user)]),
    );
    const pointer = this.#findReplacement(value, user) ?? this.#dynamic.get(value);
    if (pointer !== undefined) toPlain(copy, pointer);
    else if (typeof copy["$ref"] === "string") this.#specialize(copy, user);
    return copy;
  }
}

/** The name, with a number behind it where a schema of the document has it already. */
function findFree(name: string, taken: Holder): string {
  let free = name;
  for (let number = 2; Object.hasOwn(taken, free); number += 1) free = `${name}_${number}`;
  return free;
}

function toPlain(holder: Holder, pointer: string): void {
  Reflect.deleteProperty(holder, "$dynamicRef");
  holder["$ref"] = `#${pointer}`;
}

function isHolder(value: unknown): value is Holder {
  return isJson(value);
}
