import { describe, expect, it } from "vitest";
import { applyEdit } from "./edits.ts";

const edit = (text: string, oldText: string, newText: string) =>
  applyEdit(text, { oldText, newText }).text;

const editAll = (text: string, oldText: string, newText: string) =>
  applyEdit(text, { oldText, newText, replaceAll: true }).text;

describe("edits", () => {
  it("replace exactly one place, taking the new text literally", () => {
    expect(edit("a b c", "b", "$& $1 $$")).toBe("a $& $1 $$ c");
    expect(edit("a\nb\nc", "a\nb\n", "")).toBe("c");
  });

  it("refuse an ambiguous place with the count, and take all when told to", () => {
    expect(() => edit("x x x", "x", "y")).toThrow("occurs 3 times");
    expect(() => edit("  x\n x\n", "x \n", "y")).not.toThrow();
    expect(editAll("x x x", "x", "xx")).toBe("xx xx xx");
    expect(() => edit("a", "", "b")).toThrow("empty");
    expect(() => edit("a", "b", "c")).toThrow("Could not find");
  });

  it("fall back to lines that differ in the space around them, and keep the indentation", () => {
    expect(edit("  if (a) {\n    b();\n  }\n", "if (a) {\n  b();\n}", "if (c) {\n  d();\n}")).toBe(
      "  if (c) {\n    d();\n  }\n",
    );
    expect(() => edit("  x y\nz\n  x y\n", " x y ", "q")).toThrow("occurs 2 times");
    expect(() => edit("a\n\n \nb", "   ", "x")).toThrow("Could not find");
  });

  it.each([
    [
      "def f():\\n\\tif x:\\n\\t\\treturn 1\\n with 4/8 spaces",
      "def f():\n\tif x:\n\t\treturn 1\n",
      "    if x:\n        return 1",
      "    if y:\n        return 2",
      "def f():\n\tif y:\n\t\treturn 2\n",
    ],
    [
      "a deeper line than any of the old ones, in tabs",
      "def f():\n\tif x:\n\t\treturn 1\n",
      "    if x:\n        return 1",
      "    if y:\n        if z:\n            return 2",
      "def f():\n\tif y:\n\t\tif z:\n\t\t\treturn 2\n",
    ],
    [
      "a shallower line than any of the old ones",
      "def f():\n\tif x:\n\t\treturn 1\n",
      "    if x:\n        return 1",
      "    if x:\n        return 1\nx = 2",
      "def f():\n\tif x:\n\t\treturn 1\nx = 2\n",
    ],
    [
      "a Makefile recipe keeps its tab",
      "all:\n\tcc -o a a.c\n\nclean:\n\trm a\n",
      "all:\n    cc -o a a.c",
      "all:\n    cc -o a a.c\n    strip a",
      "all:\n\tcc -o a a.c\n\tstrip a\n\nclean:\n\trm a\n",
    ],
    [
      "YAML keeps its nesting",
      "a:\n  b:\n    - c: 1\n      d: 2\n",
      "  b:\n      - c: 1\n        d: 2",
      "  b:\n      - c: 1\n        d: 3\n        e:\n          - f",
      "a:\n  b:\n    - c: 1\n      d: 3\n      e:\n        - f\n",
    ],
    [
      "spaces of another width",
      "x {\n  y {\n    z;\n  }\n}\n",
      "    y {\n        z;\n    }",
      "    y {\n        if (q) {\n            z;\n        }\n    }",
      "x {\n  y {\n    if (q) {\n      z;\n    }\n  }\n}\n",
    ],
    [
      "one line, where only the file tells its step",
      "x {\n  y;\n}\nx {\n\n  z;\n}\n",
      "    z;",
      "    if (q) {\n        z;\n    }",
      "x {\n  y;\n}\nx {\n\n  if (q) {\n    z;\n  }\n}\n",
    ],
    [
      "spaces where the old text has tabs",
      "x:\n  y:\n    z\n",
      "\ty:\n\t\tz",
      "\ty:\n\t\tz\n\t\t\tq",
      "x:\n  y:\n    z\n      q\n",
    ],
    [
      "blank lines between",
      "def f():\n\tx\n\n\ty\n",
      "    x\n\n    y",
      "    x\n\n    z",
      "def f():\n\tx\n\n\tz\n",
    ],
  ])("keep the file's own indentation: %s", (_, text, oldText, newText, expected) => {
    expect(edit(text, oldText, newText)).toBe(expected);
  });

  it("of whole lines take time that grows with the file, not with its square", () => {
    const lines = 200_000;
    const file = "\tx\n".repeat(lines);
    const many = `${" x\n".repeat(lines / 10)} y`;
    expect(() => edit(file, many, "z")).toThrow("Could not find");
    expect(edit(`${file}\ty\n`, many, " z")).toBe(`${"\tx\n".repeat(lines - lines / 10)}\tz\n`);
    const flat = editAll(`${"x\n".repeat(lines / 2)}f:\n   g\n`, " x", " if (y) {\n   z");
    expect(flat).toBe(`${"if (y) {\n   z\n".repeat(lines / 2)}f:\n   g\n`);
  });

  it("of whole lines take no line twice", () => {
    const file = "\ta\n\ta\n\tb\n\ta\n\ta\n\ta\n\tb\n";
    expect(() => edit(file, " a\n a", "c")).toThrow("occurs 2 times");
    expect(editAll(file, " a\n a\n b", " c")).toBe("\tc\n\ta\n\tc\n");
    expect(edit(file, " a\n a\n a\n b", " c")).toBe("\ta\n\ta\n\tb\n\tc\n");
  });

  it("refuse what cannot be indented as the file is", () => {
    const file = "f:\n\ta\n\t\tb\n";
    expect(() => edit(file, "    a\n        b", "    a\n       b")).toThrow("another indentation");
    expect(() => edit(file, "    a\n    b", "    c\n    d")).toThrow("another indentation");
  });

  it("keep CRLF and the byte order mark, whatever line ends the edit uses", () => {
    expect(edit("\ufeffa\r\nb\r\nc\r\n", "a\nb", "1\n2\n3")).toBe("\ufeff1\r\n2\r\n3\r\nc\r\n");
    expect(edit("a\r\nb\r\n", "b\r\n", "")).toBe("a\r\n");
    expect(edit("a\nb\nc\r\nd\n", "c", "x\ny")).toBe("a\nb\nx\ny\r\nd\n");
    expect(editAll("a\r\nb\r\nb\r\nc", "b", "x\ny")).toBe("a\r\nx\r\ny\r\nx\r\ny\r\nc");
  });

  it("change nothing but the replaced stretch in random texts", () => {
    const pieces = ["one", "\r\n", "\n", "  two ", "\t", "three", "\ufeff", "👋"];
    for (let round = 0; round < 500; round++) {
      const take = () => pieces[Math.floor(Math.random() * pieces.length)] ?? "";
      const [before, after] = [
        Array.from({ length: 8 }, take).join(""),
        `\n${Array.from({ length: 8 }, take).join("")}`,
      ];
      expect(edit(`${before}|MARK|${after}`, "|MARK|", "new")).toBe(`${before}new${after}`);
    }
  });
});
