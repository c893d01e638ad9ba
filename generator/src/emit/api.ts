import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type ApiData,
  type ApiHead,
  listOperations,
  openApi,
  toStoredApi,
} from "@fairlead/openapi";
import { isJson, type Json } from "../json.ts";
import { type Lock, readJson } from "./lock.ts";
import { toText } from "./text.ts";

/**
 * How a package keeps its API: as one module, or as files of which a server reads what it needs.
 * A bare module is that of packages made before there was another form: their sources import it.
 */
export type Form = "module" | "files" | "bare module";

/** Characters of an API that are still imported whole: what is longer takes long to compile. */
const longestModule = 500_000;

const home = "src/generated";
const entry = `${home}/api.ts`;
const moduleFile = `${home}/api.json`;
const headFile = `${home}/head.json`;
const stored = `${home}/stored`;

/** The form of an API. One tool for each operation needs them all from the start. */
export function toForm(data: ApiData, lock: Lock | undefined): Form {
  if (lock !== undefined && lock.files[entry] === undefined) return "bare module";
  const isLong = data.mode === "search" && JSON.stringify(data).length > longestModule;
  return isLong ? "files" : "module";
}

/** The files of an API, by their paths in the package. */
export function toApiFiles(data: ApiData, form: Form): (readonly [string, string])[] {
  if (form === "files") {
    const { head, files } = toStoredApi(data);
    return [
      [entry, filesEntry],
      [headFile, toText(head)],
      [`${home}/head.d.json.ts`, toDeclaration("head", "ApiHead")],
      ...[...files].map(([name, text]) => [`${stored}/${name}`, text] as const),
    ];
  }
  return [
    ...(form === "module" ? [[entry, moduleEntry] as const] : []),
    [moduleFile, toText(data)],
    [`${home}/api.d.json.ts`, toDeclaration("api", "ApiData")],
  ];
}

/** The API as it stands in a package's folder; undefined where it does not, or is damaged. */
export function readApi(directory: string): ApiData | undefined {
  const whole = readJson(directory, moduleFile);
  if (isApi(whole)) return whole;
  const head = readJson(directory, headFile);
  if (!isHead(head)) return undefined;
  const api = openApi(head, pathToFileURL(join(directory, stored, "/")));
  try {
    JSON.stringify(listOperations(api));
    return api;
  } catch {
    return undefined;
  }
}

function isApi(value: Json | undefined): value is Json & ApiData {
  const isGroup = (group: unknown) => isJson(group) && Array.isArray(group["operations"]);
  const groups = value?.["groups"];
  return Array.isArray(groups) && groups.every(isGroup) && isJson(value?.["schemas"]);
}

function isHead(value: Json | undefined): value is Json & ApiHead {
  return Array.isArray(value?.["groups"]) && isJson(value["facts"]);
}

const note = "// Written by openapi-to-mcp; do not edit.";

const moduleEntry = `${note}
import data from "./api.json" with { type: "json" };

/** The API as its document describes it. */
export const api = data;
`;

const filesEntry = `${note}
import { openApi } from "@fairlead/openapi";
import head from "./head.json" with { type: "json" };

/** The API as its document describes it; each operation is read from its file when it is used. */
export const api = openApi(head, new URL("./stored/", import.meta.url));
`;

function toDeclaration(name: string, type: string): string {
  return `// What TypeScript knows of ${name}.json: reading its own types out of a large file would take long.
declare const ${name}: import("@fairlead/openapi").${type};
export = ${name};
`;
}
