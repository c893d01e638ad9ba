import { describe, expect, it } from "vitest";
import { describeNearest } from "./nearest.ts";

const place = (text: string, oldText: string) =>
  /The nearest passage is (.*) of the file/.exec(describeNearest(text, oldText))?.[1];

describe("the nearest passage", () => {
  it.each([
    ["the line with one letter changed", "one\nsecond line\nthree", "second lime", "line 2"],
    [
      "the passage with most in common",
      "a {\n  x();\n}\nb {\n  xy();\n}",
      "b {\n  xz();\n}",
      "lines 4 to 6",
    ],
    ["the first of two that are alike", "abcd\nabcd", "abce", "line 1"],
    ["accents and other scripts", "größe\n日本語の文\nend", "日本語の字", "line 2"],
    ["one letter, alone on its line", "a\nbb\nc\n", "c ", "line 3"],
    ["none where nothing is alike", "one\ntwo\nthree", "zzzzzzzz", undefined],
    ["none in an empty file", "", "something", undefined],
  ])("is %s", (_, text, oldText, expected) => {
    expect(place(text, oldText)).toBe(expected);
  });

  it("is found in 49,000 lines of 270 characters", () => {
    const line = (at: number) => `${at} ${"some words of a line ".repeat(13)}`.slice(0, 270);
    const text = Array.from({ length: 49_000 }, (_, at) => line(at)).join("\n");
    expect(place(text, line(31_415).replace("of a", "on a"))).toBe("line 31416");
  });
});
