// Renders the part of Kustomize that docker/kubernetes uses, since no registry we build from has it. Whatever
// else a kustomization says is refused. kubernetes.test.ts compares with `kubectl kustomize` where that is.
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { load, loadAll } from "js-yaml";

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

interface Image {
  readonly name: string;
  readonly newName: string;
  readonly newTag: string;
}

interface Generator {
  readonly name: string;
  readonly behavior?: "merge";
  readonly literals?: readonly string[];
  readonly files?: readonly string[];
  readonly options?: { readonly disableNameSuffixHash?: boolean };
}

interface Kustomization {
  readonly namespace?: string;
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly images?: readonly Image[];
  readonly configMapGenerator?: readonly Generator[];
  readonly patches?: readonly { readonly path: string }[];
}

/** Fields of a kustomization that are rendered here, and those that only say what it is. */
const fields = [
  ...["apiVersion", "kind", "namespace", "resources", "components"],
  ...["images", "configMapGenerator", "patches"],
];
/** Lists whose items are known by a field of theirs; every other list is replaced as a whole. */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: "name",
  env: "name",
  volumes: "name",
  volumeMounts: "mountPath",
};
/** Kinds that belong to no namespace. Of a Namespace it is the name that is set. */
const clusterWide = ["Namespace"];

/** ConfigMaps that keep their name. */
const plain = new Set<string>();

/** Renders a folder with a kustomization.yaml: the objects as `kubectl kustomize` prints them. */
export function renderKustomization(folder: string): JsonObject[] {
  const objects = accumulate(folder, []);
  return objects.map((object) => {
    if (object["kind"] !== "ConfigMap") return renameReferences(object, objects);
    return withMetadata(object, { name: toHashedName(object) });
  });
}

/** A YAML file with one document. */
export function readYaml(path: string): JsonObject {
  return JSON.parse(JSON.stringify(load(readFileSync(path, "utf8"))));
}

function accumulate(folder: string, before: readonly JsonObject[]): JsonObject[] {
  const raw = readYaml(join(folder, "kustomization.yaml"));
  const unknown = Object.keys(raw).filter((key) => !fields.includes(key));
  if (unknown.length > 0) throw new Error(`${folder}: ${unknown.join(", ")} is not rendered here.`);
  const kustomization: Kustomization = JSON.parse(JSON.stringify(raw));
  const { resources = [], components = [], patches = [], images = [] } = kustomization;
  let objects = [...before, ...resources.flatMap((path) => readResource(join(folder, path)))];
  for (const path of components) objects = accumulate(join(folder, path), objects);
  for (const generator of kustomization.configMapGenerator ?? []) {
    objects = generate(objects, generator, folder);
  }
  for (const { path } of patches) objects = patch(objects, readYaml(join(folder, path)));
  const { namespace } = kustomization;
  if (namespace !== undefined) objects = objects.map((object) => move(object, namespace));
  return objects.map((object) => toObject(setImages(object, images)));
}

function readResource(path: string): JsonObject[] {
  if (statSync(path).isDirectory()) return accumulate(path, []);
  return loadAll(readFileSync(path, "utf8")).map((document) =>
    JSON.parse(JSON.stringify(document)),
  );
}

function generate(
  objects: readonly JsonObject[],
  generator: Generator,
  folder: string,
): JsonObject[] {
  const { name, behavior, literals = [], files = [], options } = generator;
  const data = Object.fromEntries([
    ...literals.map((literal) => {
      const [, key = "", value = ""] = /^([^=]+)=(.*)$/s.exec(literal) ?? [];
      return [key, value];
    }),
    ...files.map((file) => [file, readFileSync(join(folder, file), "utf8")]),
  ]);
  const old = objects.find((object) => object["kind"] === "ConfigMap" && nameOf(object) === name);
  if ((old === undefined) !== (behavior === undefined)) {
    throw new Error(
      `The ConfigMap ${name} is ${old ? "there already" : "not there to merge into"}.`,
    );
  }
  if (old)
    return objects.map((object) => (object === old ? toObject(merge(old, { data })) : object));
  if (options?.disableNameSuffixHash === true) plain.add(name);
  return [...objects, { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data }];
}

function patch(objects: readonly JsonObject[], change: JsonObject): JsonObject[] {
  const isMeant = (object: JsonObject) =>
    object["kind"] === change["kind"] && nameOf(object) === nameOf(change);
  if (!objects.some(isMeant)) throw new Error(`There is no ${nameOf(change)} to patch.`);
  return objects.map((object) => (isMeant(object) ? toObject(merge(object, change)) : object));
}

/** A strategic merge: objects by member, some lists by item, all else replaced. */
function merge(old: Json | undefined, change: Json, key = ""): Json {
  if (isList(old) && isList(change)) {
    const mergeKey = mergeKeys[key];
    if (mergeKey === undefined) return change;
    const idOf = (item: Json) => toObject(item)[mergeKey];
    const added = change.filter((item) => !old.some((known) => idOf(known) === idOf(item)));
    const kept = old.map((item) => {
      const changed = change.find((candidate) => idOf(candidate) === idOf(item));
      return changed === undefined ? item : merge(item, changed);
    });
    return [...added, ...kept];
  }
  if (!isObject(change)) return change;
  const result: Record<string, Json> = isObject(old) ? { ...old } : {};
  for (const [name, value] of Object.entries(change)) {
    if (value === null) delete result[name];
    else result[name] = merge(result[name], value, name);
  }
  return result;
}

function move(object: JsonObject, namespace: string): JsonObject {
  const named = clusterWide.includes(String(object["kind"]));
  return withMetadata(object, named ? { name: namespace } : { namespace });
}

function setImages(value: Json, images: readonly Image[]): Json {
  if (isList(value)) return value.map((item) => setImages(item, images));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const found = images.find(({ name }) => key === "image" && name === item);
      return [key, found ? `${found.newName}:${found.newTag}` : setImages(item, images)];
    }),
  );
}

function renameReferences(object: JsonObject, all: readonly JsonObject[]): JsonObject {
  const maps = all.filter(({ kind }) => kind === "ConfigMap");
  const names = new Map(maps.map((map) => [nameOf(map), toHashedName(map)]));
  const rename = (value: Json, key = ""): Json => {
    if (isList(value)) return value.map((item) => rename(item));
    if (!isObject(value)) return value;
    const renamed = Object.entries(value).map(([name, item]) => [name, rename(item, name)]);
    const result: JsonObject = Object.fromEntries(renamed);
    const refers = ["configMapRef", "configMapKeyRef", "configMap"].includes(key);
    const name = refers ? names.get(String(result["name"])) : undefined;
    return name === undefined ? result : { ...result, name };
  };
  return toObject(rename(object));
}

/**
 * As kustomize does it: ten digits of SHA-256, without those that could make words. The name that goes in is
 * empty, since kustomize 5.5.0 looks for a field `metadata/name`.
 */
function toHashedName(map: JsonObject): string {
  if (plain.has(nameOf(map))) return nameOf(map);
  const data = Object.entries(toObject(map["data"] ?? {})).sort(([a], [b]) => (a < b ? -1 : 1));
  const content = { data: Object.fromEntries(data), kind: "ConfigMap", name: "" };
  // Go writes these three as escapes.
  const text = JSON.stringify(content).replaceAll(/[<>&]/g, (char) => {
    return `\\u00${char.charCodeAt(0).toString(16)}`;
  });
  const digits = createHash("sha256").update(text).digest("hex").slice(0, 10);
  const safe: Readonly<Record<string, string>> = { 0: "g", 1: "h", 3: "k", a: "m", e: "t" };
  return `${nameOf(map)}-${[...digits].map((digit) => safe[digit] ?? digit).join("")}`;
}

function withMetadata(object: JsonObject, change: JsonObject): JsonObject {
  return { ...object, metadata: { ...toObject(object["metadata"] ?? {}), ...change } };
}

function nameOf(object: JsonObject): string {
  return String(toObject(object["metadata"] ?? {})["name"]);
}

function toObject(value: Json): JsonObject {
  if (!isObject(value)) throw new Error(`${JSON.stringify(value)} is not an object.`);
  return value;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
