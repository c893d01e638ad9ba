import { describe, expect, it } from "vitest";
import { applyEdits } from "./edits.ts";

const edit = (text: string, oldText: string, newText: string, replaceAll?: boolean) =>
  applyEdits(text, [{ oldText, newText, replaceAll }]).text;

describe("edits", () => {
  it("replace exactly one place, taking the new text literally", () => {
    expect(edit("a b c", "b", "$& $1 $$")).toBe("a $& $1 $$ c");
    expect(edit("a\nb\nc", "a\nb\n", "")).toBe("c");
  });

  it("refuse an ambiguous place with the count, and take all when told to", () => {
    expect(() => edit("x x x", "x", "y")).toThrow("occurs 3 times");
    expect(() => edit("  x\n x\n", "x \n", "y")).not.toThrow();
    expect(edit("x x x", "x", "xx", true)).toBe("xx xx xx");
    expect(() => edit("a", "", "b")).toThrow("empty");
    expect(() => edit("a", "b", "c")).toThrow("Could not find");
  });

  it("fall back to lines that differ in the space around them, and keep the indentation", () => {
    expect(edit("  if (a) {\n    b();\n  }\n", "if (a) {\n  b();\n}", "if (c) {\n  d();\n}")).toBe(
      "  if (c) {\n  d();\n}\n",
    );
    expect(() => edit("  x y\nz\n  x y\n", " x y ", "q")).toThrow("occurs 2 times");
    expect(() => edit("a\n\n \nb", "   ", "x")).toThrow("Could not find");
  });

  it("keep CRLF and the byte order mark, whatever line ends the edit uses", () => {
    expect(edit("\ufeffa\r\nb\r\nc\r\n", "a\nb", "1\n2\n3")).toBe("\ufeff1\r\n2\r\n3\r\nc\r\n");
    expect(edit("a\r\nb\r\n", "b\r\n", "")).toBe("a\r\n");
    expect(edit("a\nb\nc\r\nd\n", "c", "x\ny")).toBe("a\nb\nx\ny\r\nd\n");
    expect(edit("a\r\nb\r\nb\r\nc", "b", "x\ny", true)).toBe("a\r\nx\r\ny\r\nx\r\ny\r\nc");
  });

  it("apply in order, each to what the one before left", () => {
    const edits = [
      { oldText: "a", newText: "b" },
      { oldText: "b", newText: "c" },
    ];
    expect(applyEdits("a", edits)).toEqual({ text: "c", replacements: 2 });
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
