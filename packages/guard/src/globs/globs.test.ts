import { describe, expect, it } from "vitest";
import { toGlobTest } from "./glob-tests.ts";
import { matchesGlob, matchesName, parseGlob } from "./globs.ts";

function matches(pattern: string, path: string): boolean {
  const glob = parseGlob(pattern);
  if (glob === undefined) return false;
  const found = matchesGlob(glob, path.split("/"));
  // Compiled or step by step, the answer is one.
  expect(toGlobTest([glob])(path), `${pattern} ${path}`).toBe(found);
  return found;
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
    ["a?c", "a\nc"],
    ["(x|y)+.$", "(x|y)+.$"],
    ["**/*", "a/b"],
    ["**", "a/b/c"],
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
    ["a.c", "abc"],
    ["", "a"],
  ])("%s does not name %s", (pattern, path) => {
    expect(matches(pattern, path)).toBe(false);
  });

  it("compiles many into one test, which holds for what is inside where that is wanted", () => {
    const globs = ["*.pem", "keys", "/top", "[k]ey[!s]", `${"*a".repeat(9)}`].flatMap(
      (pattern) => parseGlob(pattern) ?? [],
    );
    const whole = toGlobTest(globs, { whole: true });
    const exact = toGlobTest(globs);
    for (const path of ["x.pem", "a/x.pem", "keys", "a/keys", "top", "keyx", "a".repeat(20)]) {
      expect([path, exact(path), whole(path), whole(`${path}/in/side`)]).toEqual([
        ...[path, true, true, true],
      ]);
    }
    for (const path of ["a/top", "keysx", "x.pe", ""]) {
      expect([path, exact(path), whole(path)]).toEqual([path, false, false]);
    }
    expect(exact("keys/in")).toBe(false);
  });

  it("takes no more than pattern times name, whatever the stars", () => {
    const name = "a".repeat(20_000);
    expect(matchesName(`${"*a".repeat(50)}*b`, name)).toBe(false);
    const path = Array.from({ length: 500 }, () => "a");
    const glob = parseGlob(`${"**/a/".repeat(50)}b`);
    expect(glob !== undefined && matchesGlob(glob, path)).toBe(false);
  });
});
