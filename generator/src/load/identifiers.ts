import { isJson, member, readPointer, toPart } from "../json.ts";
import { DynamicScopes, type Resource } from "./dynamic-scopes.ts";
import { isOpaque, type Place, readKeyword, toPlace } from "./places.ts";

/** Whether a file may have what `settleIdentifiers` settles, which most have not. */
export function mentionsIdentifiers(text: string): boolean {
  return /\$(?:id|self|anchor|dynamicAnchor|dynamicRef)\b/.test(text);
}

/**
 * Writes references by `$id`, `$anchor` and `$dynamicRef` inside one file (JSON Schema 2020-12, 8.2) as
 * pointers into it, in place; so everything after this needs to know pointers alone. What leads nowhere
 * stays as it is, and becomes a reason later.
 */
export function settleIdentifiers(root: unknown, url: URL): unknown {
  if (!isJson(root)) return root;
  const self = member(root, "$self");
  const base = (typeof self === "string" && URL.parse(self, url.href)?.href) || url.href;
  const index = new Index();
  index.add(url.href, "");
  index.walk(root, { pointer: "", base, resource: index.add(base, ""), place: "other" });
  if (!index.used) return root;
  const scopes = new DynamicScopes(root, index.resources);
  const done = new Set<object>();
  for (const { links } of index.resources.values()) {
    for (const { holder, keyword, base: at } of links) {
      const pointer = index.find(String(holder[keyword]), at);
      if (pointer === undefined || done.has(holder)) continue;
      // What a pointer is relative to is often the document, whatever id there is.
      if (readPointer(root, pointer) === undefined) continue;
      // An alias of YAML stands in several places.
      done.add(holder);
      if (keyword === "$ref") holder["$ref"] = `#${pointer}`;
      else scopes.add(holder, pointer);
    }
  }
  scopes.settle();
  for (const holder of index.identified) {
    for (const key of ["$id", "$dynamicAnchor"]) Reflect.deleteProperty(holder, key);
  }
  return root;
}

/** What a fragment of another file means: a pointer, or the name of an anchor. */
export function readFragment(root: unknown, fragment: string): unknown {
  const name = fragment.replace(/^#/, "");
  if (name === "" || name.startsWith("/")) return readPointer(root, fragment);
  return findAnchor(root, name) ?? readPointer(root, fragment);
}

/** The schema that has this name for itself, in a file of which any part may be a schema. */
function findAnchor(root: unknown, name: string): unknown {
  const open: { readonly value: unknown; readonly place: Place }[] = [
    { value: root, place: "schema" },
  ];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { value, place } = at;
    if (typeof value !== "object" || value === null) continue;
    if (isRecord(value) && readKeyword(value, "$anchor", place) === name) return value;
    // One by one: no call takes as many arguments as a list may have items.
    for (const [key, item] of Object.entries(value)) {
      if (Array.isArray(value)) open.push({ value: item, place });
      else if (!isOpaque(key, place)) open.push({ value: item, place: toPlace(key, place) });
    }
  }
  return undefined;
}

interface At {
  readonly pointer: string;
  readonly base: string;
  readonly resource: Resource;
  readonly place: Place;
}

class Index {
  readonly resources = new Map<string, Resource>();
  readonly identified: object[] = [];
  used = false;

  add(uri: string, pointer: string): Resource {
    const key = uri.replace(/#.*$/, "");
    const known = this.resources.get(key);
    if (known !== undefined) return known;
    const same = [...this.resources.values()].find((one) => one.pointer === pointer);
    const resource = same ?? { pointer, links: [], anchors: new Map(), dynamic: new Map() };
    this.resources.set(key, resource);
    return resource;
  }

  walk(value: unknown, at: At): void {
    if (Array.isArray(value)) {
      const place = at.place === "map" ? "other" : at.place;
      for (const [index, item] of value.entries()) {
        this.walk(item, { ...at, place, pointer: `${at.pointer}/${index}` });
      }
    }
    if (!isRecord(value)) return;
    const here = this.#enter(value, at);
    for (const [key, item] of Object.entries(value)) {
      if (isOpaque(key, at.place) || typeof item !== "object") continue;
      const pointer = `${at.pointer}/${toPart(key)}`;
      this.walk(item, { ...here, pointer, place: toPlace(key, at.place) });
    }
  }

  /** The pointer a reference means; undefined for what is in another file, or nowhere. */
  find(reference: string, base: string): string | undefined {
    const target = URL.parse(reference, base);
    const resource = target && this.resources.get(target.href.replace(/#.*$/, ""));
    if (!target || !resource) return undefined;
    const fragment = target.hash.slice(1);
    if (fragment === "" || fragment.startsWith("/")) return resource.pointer + fragment;
    return resource.anchors.get(fragment) ?? resource.dynamic.get(fragment);
  }

  #enter(value: Record<string, unknown>, at: At): At {
    const id = readKeyword(value, "$id", at.place);
    const base = id === undefined ? undefined : URL.parse(id, at.base)?.href;
    const here = base === undefined ? at : { ...at, base, resource: this.add(base, at.pointer) };
    if (id !== undefined) this.used = true;
    for (const [key, anchors] of [
      ["$anchor", here.resource.anchors],
      ["$dynamicAnchor", here.resource.dynamic],
    ] as const) {
      const name = readKeyword(value, key, at.place);
      if (name === undefined) continue;
      this.used = true;
      anchors.set(name, at.pointer);
    }
    if (id !== undefined || "$dynamicAnchor" in value) this.identified.push(value);
    for (const keyword of ["$ref", "$dynamicRef"] as const) {
      if (readKeyword(value, keyword, at.place) === undefined) continue;
      if (keyword === "$dynamicRef") this.used = true;
      here.resource.links.push({ holder: value, keyword, base: here.base });
    }
    return here;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isJson(value);
}
