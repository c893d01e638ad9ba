import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readText, root } from "../lib/packages.ts";

/** Our own packages that one in this folder needs to be built and to run. */
function listOwn(folder: string): readonly string[] {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(
    readText(`${folder}/package.json`) ?? "{}",
  );
  return Object.keys({ ...dependencies, ...devDependencies })
    .map((name) => /^@fairlead\/(.+)$/.exec(name)?.[1])
    .filter((name) => name !== undefined && name !== "testing")
    .map((name) => `packages/${name}`);
}

test("the context of the images has every package that a server is built from", () => {
  const found = new Set(readdirSync(join(root, "servers")).map((name) => `servers/${name}`));
  for (const folder of found) for (const next of listOwn(folder)) found.add(next);
  const packages = [...found].filter((folder) => folder.startsWith("packages/")).sort();
  const taken = readText(".dockerignore")?.match(/(?<=^!)packages\/[\w-]+$/gm) ?? [];
  expect([...taken].sort()).toEqual(packages);
});
