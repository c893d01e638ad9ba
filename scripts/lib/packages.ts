import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The top of the repository. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The folders of `parent` that are packages, as paths from the root, in order of name. */
export function listPackages(parent: string): string[] {
  const folder = join(root, parent);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => `${parent}/${name}`)
    .filter((path) => existsSync(join(root, path, "package.json")));
}

/** A file's text with the line ends of Unix; undefined where there is no file. */
export function readText(path: string): string | undefined {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, "utf8").replaceAll("\r\n", "\n") : undefined;
}
