import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isRecord } from "@fairlead/guard/record";
import type { Server } from "@fairlead/runtime";

/** Our servers, each loaded when it is named. */
const loaders: Readonly<Record<string, () => Promise<unknown>>> = {
  filesystem: () => import("@fairlead/server-filesystem"),
  gdrive: () => import("@fairlead/server-gdrive"),
  git: () => import("@fairlead/server-git"),
  github: () => import("@fairlead/server-github"),
  postgres: () => import("@fairlead/server-postgres"),
  puppeteer: () => import("@fairlead/server-puppeteer"),
  slack: () => import("@fairlead/server-slack"),
};
const ours = new Map(Object.entries(loaders));

/** The names of our servers. */
export const ourNames: readonly string[] = [...ours.keys()];

/**
 * Loads the definition that a package exports as `server`. Packages are looked for from the current
 * directory. Throws an Error whose message says why there is none.
 */
export async function findServer(name: string): Promise<Server> {
  const own = ours.get(name.replace(/^@fairlead\/server-/, ""));
  const module = own === undefined ? await importPackage(name) : await own();
  const server = isRecord(module) ? module["server"] : undefined;
  if (isServer(server)) return server;
  throw new Error("It does not export a server that defineServer made, under the name `server`.");
}

async function importPackage(name: string): Promise<unknown> {
  const file = find(name);
  try {
    return { ...Object(await import(pathToFileURL(file).href)) };
  } catch (error) {
    throw new Error(`It cannot be loaded: ${toLine(error)}`);
  }
}

function find(name: string): string {
  const isPath = /^(?:\.|[/\\]|[a-z]:[/\\])/i.test(name);
  try {
    if (!isPath) return createRequire(resolve("package.json")).resolve(name);
    const path = resolve(name);
    if (!statSync(path).isDirectory()) return path;
    // A package knows itself by its name, and so leads to what it exports.
    const manifest = join(path, "package.json");
    const facts: unknown = JSON.parse(readFileSync(manifest, "utf8"));
    return createRequire(manifest).resolve(isRecord(facts) ? String(facts["name"]) : name);
  } catch (error) {
    const where = isPath ? "" : " Install it in the current directory, or give its path.";
    throw new Error(`It cannot be found: ${toLine(error)}.${where}`);
  }
}

function isServer(value: unknown): value is Server {
  if (!isRecord(value)) return false;
  const { name, toolsets, connect, config } = value;
  const isConfig = isRecord(config) && typeof config["safeParse"] === "function";
  return (
    typeof name === "string" && Array.isArray(toolsets) && typeof connect === "function" && isConfig
  );
}

function toLine(error: unknown): string {
  const [line = ""] = String(error instanceof Error ? error.message : error).split("\n", 1);
  return line.replace(/\.$/, "");
}
