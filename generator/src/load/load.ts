import { isJson, type Json, toJson } from "../json.ts";
import { Problem } from "../problem.ts";
import { bundle } from "./bundle.ts";
import { assertSize, limits } from "./limits.ts";
import { applyOverlay } from "./overlay.ts";
import { Sources, type SourcesOptions, toUrl } from "./sources.ts";
import { upgrade } from "./swagger.ts";

export interface LoadOptions extends SourcesOptions {
  /** What relative paths are relative to. */
  readonly directory: string;
}

/** A document as one piece of OpenAPI 3. */
export interface Loaded {
  readonly document: Json;
  /** The version it was written in. */
  readonly version: string;
  readonly url: URL;
  readonly files: number;
  /** What was left out of it. */
  readonly notes: readonly string[];
}

/** Reads a document and everything it refers to. Throws Problem for what cannot become a server. */
export async function load(spec: string, options: LoadOptions): Promise<Loaded> {
  const url = toUrl(spec, options.directory);
  const sources = new Sources(url, options);
  const { document: whole, notes } = await bundle(sources, url);
  const version = String(whole["openapi"] ?? whole["swagger"] ?? "");
  // YAML takes an unquoted 3.0 for the number 3.
  if (!/^(?:2(?:\.0)?$|3$|3\.[012]\b)/.test(version)) {
    throw new Problem(
      `This is not an OpenAPI document: it says version ${JSON.stringify(version)}.`,
      "OpenAPI 3.0, 3.1 and 3.2 and Swagger 2.0 are read.",
    );
  }
  const document = upgrade(whole);
  assertSize(document, spec, options.limits ?? limits);
  assertOperations(document, (options.limits ?? limits).operations);
  return { document, version, url, files: sources.files, notes };
}

/** The document with overlays applied, in their order. */
export async function overlay(
  loaded: Loaded,
  overlays: readonly string[],
  options: LoadOptions,
): Promise<Loaded> {
  let { document } = loaded;
  for (const path of overlays) {
    const url = toUrl(path, options.directory);
    document = applyOverlay(document, await new Sources(url, options).read(url));
  }
  return { ...loaded, document };
}

function assertOperations(document: Json, most: number): void {
  const items = Object.values(toJson(document["paths"])).map(toJson);
  const count = items.reduce((sum, item) => sum + countOperations(item), 0);
  if (count <= most) return;
  throw new Problem(
    `The document has ${count.toLocaleString("en-US")} operations, and a server may have at most ${most.toLocaleString("en-US")}.`,
    "Split it, or leave some out with an overlay.",
  );
}

/** Whatever is neither a list nor a text in a path item is an operation, or several of them. */
function countOperations(item: Json): number {
  const more = Object.keys(toJson(item["additionalOperations"])).length;
  return more + Object.values(item).filter(isJson).length;
}
