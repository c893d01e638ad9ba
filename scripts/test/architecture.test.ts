import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../lib/packages.ts";

const map = readFileSync(join(root, "docs/architecture.md"), "utf8");
/** What paths in the map may be relative to. */
const bases = [
  ...[
    "",
    "packages/runtime/src",
    "packages/define/src",
    "packages/guard/src",
    "packages/openapi/src",
  ],
  ...["servers/github", "servers/github/src"],
];

/** The files a path of the map stands for; `<server>` is any of them. */
function findFiles(path: string): readonly string[] {
  const glob = path.replaceAll(/<\w+>/g, "*");
  return bases.flatMap((base) => globSync(join(base, glob), { cwd: root }));
}

test("every path in docs/architecture.md leads somewhere", () => {
  const paths = [...map.matchAll(/`([\w.*<>@-]*\/[\w.*<>@/-]*|[\w-]+\.(?:ts|json|md))`/g)];
  const named = paths
    .map(([, path = ""]) => path)
    .filter((path) => !/^tools\/(?:call|list)$/.test(path));
  expect(named.length).toBeGreaterThan(60);
  expect(named.filter((path) => findFiles(path).length === 0)).toEqual([]);
});

test("every function and class it names is in the file named with it", () => {
  const pairs = [...map.matchAll(/`([\w/.*-]+\.ts)`,? `(#?[\w.]+)`/g)];
  expect(pairs.length).toBeGreaterThan(15);
  const lost = pairs.filter(([, path = "", name = ""]) => {
    const last = name.split(".").at(-1) ?? name;
    return !findFiles(path).some((file) => {
      const text = existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";
      return text.includes(last);
    });
  });
  expect(lost.map(([pair]) => pair)).toEqual([]);
});
