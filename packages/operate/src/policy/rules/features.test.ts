import { describe, expect, test } from "vitest";
import { toFeatures } from "./features.ts";
import { isLike } from "./patterns.ts";

describe("a pattern", () => {
  test.each([
    ["a", "a", true],
    ["a", "ab", false],
    ["a*", "a", true],
    ["*", "", true],
    ["*b", "ab/b", true],
    ["a*c", "a/b/c", true],
    ["a*c", "ac", true],
    ["ab*bc", "abc", false],
    ["a*b*c", "a-b-b-c", true],
    ["a*b*c", "a-c", false],
    ["a.c", "abc", false],
  ])("%j and %j: %s", (pattern, text, expected) => {
    expect(isLike(pattern, text)).toBe(expected);
  });

  test("costs time linear in a hostile text", () => {
    // With backtracking this would not end.
    expect(isLike(`${"*a".repeat(50)}b`, "a".repeat(1_000_000))).toBe(false);
  });
});

describe("resources", () => {
  const features = toFeatures({
    resources: ["docs://public/*", "x://a b"],
    excludeResources: ["docs://public/secret/*", "docs://*.key"],
  });
  test.each([
    ["docs://public/a.md", true],
    ["docs://public/a/b%20c.md", true],
    ["x://a%20b", true],
    ["docs://public/..hidden", true],
    ["docs://private/a.md", false],
    ["docs://public", false],
    ["DOCS://public/a.md", false],
    ["docs://public/secret/a.md", false],
    ["docs://public/a.key", false],
    // What a server that decodes would read as something else.
    ["docs://public/s%65cret/a.md", false],
    ["docs://public/secret%2Fa.md", false],
    ["docs://public/a%2Ekey", false],
    ["docs://public//secret//a.md", false],
    ["docs://public\\secret\\a.md", false],
    ["docs://public/../private/a.md", false],
    ["docs://public/%2e%2e/private/a.md", false],
    ["docs://public/..%2fprivate/a.md", false],
    ["docs://public/..%5cprivate/a.md", false],
    ["docs://public/./secret/a.md", false],
    ["docs://public/x/..", false],
  ])("%s: %s", (uri, may) => {
    expect(features?.resource(uri) === undefined).toBe(may);
  });

  test.each([
    ["docs://{+path}", true],
    ["docs://public/{name}", true],
    ["docs://private/{name}", false],
    ["docs://public/secret/{name}", false],
    ["other://{name}", false],
    ["x://{name}", true],
    ["x://a b/{name}", false],
  ])("a template %s: %s", (uriTemplate, may) => {
    expect(features?.template(uriTemplate) === undefined).toBe(may);
  });
});

test("what is only left out leaves the rest in, and a list that is empty nothing", () => {
  const some = toFeatures({ excludePrompts: ["delete_*"] });
  expect(some?.prompt("delete_all")).toMatch(/^delete_all is not permitted to you/);
  expect(some?.prompt("summarize")).toBeUndefined();
  expect(some?.resource("x://anything")).toBeUndefined();
  const none = toFeatures({ resources: [], prompts: [] });
  expect(none?.prompt("summarize")).toBeDefined();
  expect(none?.resource("x://anything")).toBeDefined();
  expect(none?.template("x://{a}")).toBeDefined();
  expect(toFeatures({})).toBeUndefined();
});
