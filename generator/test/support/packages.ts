import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Wishes } from "../../src/commands.ts";
import type { Sources } from "../../src/emit/files.ts";
import type { Surroundings } from "../../src/generate.ts";

export const around: Surroundings = {
  version: "0.0.0",
  template: new URL("../../template/", import.meta.url),
  environment: {},
  progress: () => {},
};

/** Releases, which nothing here installs. */
export const sources: Sources = { runtime: "^0.1.0", openapi: "^0.1.0" };

/** What a person asks for who only names a document. */
export function wish(spec: string, more: Partial<Wishes> = {}): Wishes {
  return {
    spec,
    name: undefined,
    mode: "auto",
    maxTokens: 8_000,
    include: [],
    exclude: [],
    readOnly: false,
    overlays: [],
    allowRemoteRefs: [],
    strict: false,
    ...more,
  };
}

/** Every file of a folder, by its path with forward slashes. */
export function listText(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(
    (entry) => entry.isFile() && !entry.parentPath.includes("node_modules"),
  );
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [relative(folder, path).split(sep).join("/"), readFileSync(path, "utf8")];
    }),
  );
}
