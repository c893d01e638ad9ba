import { describe, expect, it } from "vitest";
import { matchesGlob, matchesName, parseGlob } from "./globs.ts";

function matches(pattern: string, path: string): boolean {
  const glob = parseGlob(pattern);
  return glob !== undefined && matchesGlob(glob, path.split("/"));
}

describe("globs", () => {
  it.each([
    ["*.ts", "a.ts"],
    ["*.ts", "deep/down/a.ts"],
    ["/a.ts", "a.ts"],
    ["src/*.ts", "src/a.ts"],
    ["src/**", "src/a/b"],
    ["**/b", "b"],
    ["**/b", "a/b"],
    ["a/**/b", "a/b"],
    ["a/**/b", "a/x/y/b"],
    ["?[a-c]", "xb"],
    ["[!a]x", "bx"],
    ["\\*", "*"],
    ["a[", "a["],
    ["[]]", "]"],
    ["👋?", "👋x"],
  ])("%s names %s", (pattern, path) => {
    expect(matches(pattern, path)).toBe(true);
  });

  it.each([
    ["*.ts", "a.js"],
    ["/a.ts", "b/a.ts"],
    ["src/*.ts", "src/a/b.ts"],
    ["src/*.ts", "x/src/a.ts"],
    ["src/**", "src"],
    ["[!a]x", "ax"],
    ["a", "ab"],
    ["", "a"],
  ])("%s does not name %s", (pattern, path) => {
    expect(matches(pattern, path)).toBe(false);
  });

  it("takes no more than pattern times name, whatever the stars", () => {
    const name = "a".repeat(20_000);
    expect(matchesName(`${"*a".repeat(50)}*b`, name)).toBe(false);
    const path = Array.from({ length: 500 }, () => "a");
    const glob = parseGlob(`${"**/a/".repeat(50)}b`);
    expect(glob !== undefined && matchesGlob(glob, path)).toBe(false);
  });
});
