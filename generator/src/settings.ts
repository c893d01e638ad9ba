import { existsSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { type Json, toList, toText } from "./json.ts";
import type { PlanOptions } from "./plan/plan.ts";
import { Problem } from "./problem.ts";

export const settingsFile = "openapi-to-mcp.config.json";

/** What people decide about a generated server, as its config file holds it. */
export interface Settings {
  /** The document: a URL, or a path from the package. */
  readonly spec: string;
  readonly name: string;
  readonly mode: PlanOptions["mode"];
  readonly maxTokens: number;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly readOnly: boolean;
  readonly overlays: readonly string[];
  readonly allowRemoteRefs: readonly string[];
}

export const defaultMaxTokens = 8_000;

export function readSettings(json: Json): Settings {
  const { spec, name, mode = "auto", maxTokens = defaultMaxTokens, readOnly } = json;
  if (typeof spec !== "string" || typeof name !== "string") {
    throw new Problem(`${settingsFile} names no spec or no name.`, "Restore it from git.");
  }
  if (typeof maxTokens !== "number" || !(maxTokens > 0)) {
    throw new Problem(`${settingsFile}: maxTokens is not a number above 0.`, "Correct it.");
  }
  return {
    spec,
    name: toServerName(name),
    mode: toMode(mode),
    maxTokens,
    include: toFilters(json["include"]),
    exclude: toFilters(json["exclude"]),
    readOnly: readOnly === true,
    overlays: toList(json["overlays"]).map(String),
    allowRemoteRefs: toList(json["allowRemoteRefs"]).map(String),
  };
}

export function toMode(mode: unknown): Settings["mode"] {
  if (mode === "auto" || mode === "tools" || mode === "search") return mode;
  throw new Problem(`There is no mode ${JSON.stringify(mode)}.`, "Use auto, tools or search.");
}

/** Filters say what they look at: `tag:pets`, `path:/admin/*`, `op:listPets` or `method:get`. */
export function toFilters(given: unknown): string[] {
  return toList(given).map((one) => {
    const filter = toText(one) ?? "";
    if (/^(?:tag|path|op|method):./.test(filter)) return filter;
    throw new Problem(
      `${JSON.stringify(one)} chooses no operations.`,
      "Write tag:NAME, path:/PATH, op:ID or method:NAME; * stands for anything.",
    );
  });
}

/** A name that packages, variables and addresses can bear. */
export function toServerName(name: string): string {
  if (/^[a-z][a-z0-9-]{0,49}$/.test(name)) return name;
  throw new Problem(
    `${JSON.stringify(name)} cannot be the server's name.`,
    "Use lower-case letters, digits and hyphens, beginning with a letter.",
  );
}

/** A path as the package's own files write it, so that it holds on other machines too. */
export function toPackagePath(path: string, from: string, directory: string): string {
  if (/^https?:\/\//i.test(path)) return path;
  return relative(directory, resolve(from, path)).split(sep).join("/");
}

/** Where a package comes from: a range, or a tarball or folder that is there. */
export function toSource(given: string, from: string, directory: string): string {
  const path = given.replace(/^file:/, "");
  const isPath = given.startsWith("file:") || /\.tgz$|[\\/]/.test(path);
  if (!isPath) return given;
  if (!existsSync(resolve(from, path))) {
    throw new Problem(`There is no package at ${path}.`, "Name a tarball, or a range of versions.");
  }
  return `file:${toPackagePath(path, from, directory)}`;
}
