import { deepStrictEqual, ok } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import type { Server, Surface } from "@fairlead/define";
import { isRecord } from "@fairlead/guard/record";
import { findUnknown } from "./named-tools.ts";

interface Subject {
  readonly server: Server;
  readonly root: URL;
  readonly otherNames?: readonly string[];
}

/** Asserts that the skills are in the package, and that a model finds everything that they name. */
export function checkSkills(
  { server: { skills: folder }, root, otherNames = [] }: Subject,
  surface: Surface,
): void {
  if (folder === undefined) return;
  const [, top = ""] = folder.href.startsWith(root.href)
    ? folder.href.slice(root.href.length - 1).split("/")
    : [];
  const manifest: unknown = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
  const files = isRecord(manifest) && Array.isArray(manifest["files"]) ? manifest["files"] : [];
  ok(files.includes(top), `${folder.href} is not among the \`files\` of package.json`);
  const wrong = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .flatMap((path) =>
      findUnknown(readFileSync(new URL(path.replaceAll("\\", "/"), folder), "utf8"), surface)
        .filter((name) => !otherNames.includes(name))
        .map((name) => ({ path, name })),
    );
  deepStrictEqual(wrong, [], "neither tools nor arguments of the server");
}
