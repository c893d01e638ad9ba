import { expect, test } from "vitest";
import { parseFrontmatter } from "./frontmatter.ts";

const parse = (...lines: string[]) => parseFrontmatter(["---", ...lines, "---", "text"].join("\n"));

test("fields are texts, plain or in double quotes, and metadata is a group of them", () => {
  expect(
    parse(
      "name: a-b",
      'description: "Says: \\"hello\\" #1"',
      "license: Apache-2.0 or later",
      "metadata:",
      '  version: "1.0"',
      "  audience:   people  ",
      "allowed-tools: Read",
    ),
  ).toEqual({
    name: "a-b",
    description: 'Says: "hello" #1',
    license: "Apache-2.0 or later",
    metadata: { version: "1.0", audience: "people" },
    "allowed-tools": "Read",
  });
  expect(parseFrontmatter("---\r\nname: a\r\n---\r\n")).toEqual({ name: "a" });
});

test.each([
  ["a number", "version: 1.0"],
  ["a truth", "draft: true"],
  ["a truth of older parsers", "draft: No"],
  ["a colon", "name: a: b"],
  ["a comment", "name: a # b"],
  ["a list", "tools: [a, b]"],
  ["an alias", "name: *a"],
  ["a block", "name: |"],
  ["a tag", "name: !!str a"],
  ["single quotes", "name: 'a'"],
  ["half a quote", 'name: "a'],
  ["what follows a quote", 'name: "a" b'],
  ["nothing", "name:"],
  ["a line end of Unicode", "name: a\u2028b"],
  ["a tab", "name: a\tb"],
  ["an odd indent", "metadata:\n   a: b"],
  ["a group in a group", "metadata:\n  a:\n  b: c"],
  ["a member without a group", "name: a\n  b: c"],
  ["a field twice", "name: a\nname: b"],
  ["a member twice", "metadata:\n  a: b\n  a: c"],
  ["no colon", "name"],
  ["a prototype", "__proto__: a"],
])("%s is refused", (_, text) => {
  expect(() => parse(text)).toThrow(RangeError);
});

test.each(["", "name: a", "---\nname: a", " ---\nname: a\n---", "\ufeff---\nname: a\n---"])(
  "%j has no frontmatter",
  (file) => {
    expect(() => parseFrontmatter(file)).toThrow("begin with a line `---`");
  },
);
