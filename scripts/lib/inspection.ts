import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { root } from "./packages.ts";

const parents = ["servers", "examples"];

/** The names of the servers in this repository. */
export function listServers(): readonly string[] {
  return parents.flatMap((parent) => readdirSync(join(root, parent)));
}

/** The official Inspector and the command of a built server; undefined for a name nothing has. */
export function toInspection(
  name: string,
  options: readonly string[],
): { readonly inspector: string; readonly server: readonly string[] } | undefined {
  if (!listServers().includes(name)) return undefined;
  const folder = parents.map((parent) => join(root, parent, name)).find((path) => existsSync(path));
  if (folder === undefined) return undefined;
  const manifest = createRequire(join(root, "packages/testing/package.json")).resolve(
    "@modelcontextprotocol/inspector/package.json",
  );
  return {
    inspector: join(dirname(manifest), "clients", "launcher", "build", "index.js"),
    server: [process.execPath, join(folder, "dist", "main.cjs"), ...options],
  };
}
