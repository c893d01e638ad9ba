import { isJson, type Json, member, toKey, toPart } from "../json.ts";
import { Problem } from "../problem.ts";
import { readFragment } from "./identifiers.ts";
import { isNamed, isOpaque, type Place, toPlace } from "./places.ts";
import type { Sources } from "./sources.ts";

/**
 * Makes one document of many files: a schema elsewhere becomes a component, everything else elsewhere
 * stands where it was referred to. References inside the document stay as they are.
 */
export async function bundle(sources: Sources, root: URL) {
  const document = await sources.read(root);
  if (!isJson(document))
    throw new Problem("The document is not an object.", "Name an OpenAPI document.");
  const bundler = new Bundler(sources, root, document);
  return { document: await bundler.run(), notes: [...bundler.notes] };
}

interface Waiting {
  readonly name: string;
  readonly found: unknown;
  readonly base: URL;
  readonly answers: boolean;
}

class Bundler {
  readonly #sources: Sources;
  readonly #root: URL;
  readonly #document: Json;
  /** Schemas from elsewhere: their address, and their name here. */
  readonly #names = new Map<string, string>();
  readonly #schemas: Record<string, unknown> = {};
  readonly #inlining: string[] = [];
  /** Schemas that are named and not yet written: chains of them may be of any length. */
  readonly #waiting: Waiting[] = [];
  /** Whether what is copied belongs to an answer. */
  #answers = false;
  readonly notes = new Set<string>();
  readonly #swagger: boolean;

  constructor(sources: Sources, root: URL, document: Json) {
    this.#sources = sources;
    this.#root = root;
    this.#document = document;
    this.#swagger = "swagger" in document;
    for (const name of Object.keys(this.#own())) this.#schemas[name] = undefined;
  }

  async run(): Promise<Json> {
    const bundled = await this.#copy(this.#document, this.#root, "other", 0);
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      this.#answers = next.answers;
      this.#schemas[next.name] = await this.#copy(next.found, next.base, "schema", 0);
    }
    if (!isJson(bundled) || this.#names.size === 0) return isJson(bundled) ? bundled : {};
    const found = Object.entries(this.#schemas).filter(([, schema]) => schema !== undefined);
    const more = Object.fromEntries(found);
    if (this.#swagger) {
      return { ...bundled, definitions: { ...Object(bundled["definitions"]), ...more } };
    }
    const components: object = Object(bundled["components"]);
    const schemas: object = Object(member(components, "schemas"));
    return { ...bundled, components: { ...components, schemas: { ...schemas, ...more } } };
  }

  #own(): Json {
    const schemas = this.#swagger
      ? this.#document["definitions"]
      : member(this.#document["components"], "schemas");
    return isJson(schemas) ? schemas : {};
  }

  async #copy(value: unknown, base: URL, place: Place, depth: number): Promise<unknown> {
    if (depth > 400) throw new Problem("References are nested too deep.", "Flatten them.");
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      const inside = place === "map" ? "other" : place;
      for (const item of value) items.push(await this.#copy(item, base, inside, depth + 1));
      return items;
    }
    if (!isJson(value)) return value;
    const reference = value["$ref"];
    // A property may be called $ref: then it holds a schema and no text.
    if (typeof reference === "string" && place !== "schemas") {
      return this.#tryFollow(value, reference, base, place, depth);
    }
    const entries: [string, unknown][] = [];
    for (const [key, item] of Object.entries(value)) {
      const skip = isOpaque(key, place);
      const answers = this.#answers;
      if (key === "responses" && !isNamed(place)) this.#answers = true;
      entries.push([
        key,
        skip ? item : await this.#copy(item, base, toPlace(key, place), depth + 1),
      ]);
      this.#answers = answers;
    }
    return Object.fromEntries(entries);
  }

  /** What answers say is good to know, and no reason to do without the operation. */
  async #tryFollow(holder: Json, reference: string, base: URL, place: Place, depth: number) {
    try {
      return await this.#follow(holder, reference, base, place, depth);
    } catch (error) {
      if (!this.#answers || !(error instanceof Problem)) throw error;
      // No path of this machine: the report is part of the package.
      this.notes.add(`${reference} is left out of the answers: it leads nowhere it may be read.`);
      return {};
    }
  }

  async #follow(holder: Json, reference: string, base: URL, place: Place, depth: number) {
    const target = URL.parse(reference, base.href);
    if (target === null) return holder;
    const fragment = target.hash;
    target.hash = "";
    if (target.href === this.#root.href) {
      const local = fragment === "" ? "#" : fragment;
      return base.href === this.#root.href ? holder : { ...holder, $ref: local };
    }
    if (place === "schema") return { ...holder, $ref: await this.#keep(target, fragment) };
    const key = target.href + fragment;
    if (this.#inlining.includes(key)) {
      throw new Problem(`${reference} refers to itself.`, "Only schemas may refer to themselves.");
    }
    const content = await this.#sources.read(target);
    if (typeof content === "string") return content;
    const found = readFragment(content, fragment);
    if (found === undefined) throw lost(reference, base);
    this.#inlining.push(key);
    const copy = await this.#copy(found, target, place, depth + 1);
    this.#inlining.pop();
    const { $ref: _, ...beside } = holder;
    return isJson(copy) ? { ...copy, ...beside } : copy;
  }

  /** The reference, inside the document, of a schema that is elsewhere. */
  async #keep(target: URL, fragment: string): Promise<string> {
    const address = target.href + fragment;
    const known = this.#names.get(address);
    if (known !== undefined) return this.#toReference(known);
    const found = readFragment(await this.#sources.read(target), fragment);
    if (found === undefined) throw lost(fragment, target);
    const name = this.#toFreeName(target, fragment);
    this.#names.set(address, name);
    this.#schemas[name] = {};
    this.#waiting.push({ name, found, base: target, answers: this.#answers });
    return this.#toReference(name);
  }

  #toReference(name: string): string {
    return this.#swagger ? `#/definitions/${toPart(name)}` : `#/components/schemas/${toPart(name)}`;
  }

  #toFreeName(target: URL, fragment: string): string {
    const last = fragment.split("/").at(-1);
    const file = target.pathname
      .split("/")
      .at(-1)
      ?.replace(/\.\w+$/, "");
    const wanted = (last ? toKey(last) : toKey(file ?? "")).replace(/[^\w.-]+/g, "_") || "Schema";
    let name = wanted;
    for (let at = 2; name in this.#schemas; at += 1) name = `${wanted}_${at}`;
    return name;
  }
}

function lost(reference: string, base: URL): Problem {
  const file = base.pathname.split("/").at(-1);
  return new Problem(`${reference} in ${file} leads nowhere.`, "Correct the reference.");
}
