import { describe, expect, it } from "vitest";
import { toBytesTest } from "./required-bytes.ts";
import { findRequired } from "./required-text.ts";

describe("what must stand in a file for a pattern to match", () => {
  it("is the longest plain text of the expression that nothing makes optional", () => {
    const expected = [
      ["call_\\d+_settled\\(", "_settled("],
      ["foo.*barbar", "barbar"],
      ["abc?", "ab"],
      ["abc*d", "ab"],
      ["abc+d", "abc"],
      ["abc{0,2}de", "ab"],
      ["ab{x", undefined],
      ["(abc)?de", "de"],
      ["(?:abc|x)de(?<n>fgh)", "de"],
      ["[abc]de[^]f[]gh", "de"],
      ["a\\.b\\/c", "a.b/c"],
      ["\\x41bc\\101", "bc"],
      ["\\u0041bc\\cA", "bc"],
      ["(?<a>o)\\k<a>xy", "xy"],
      ["^\\bfoo\\b$", "foo"],
      ["gr\u00fcn", "gr"],
      ["[\\]]ab(\\))", "ab"],
      ["([)])ab[(]", "ab"],
      ["foo|bar", undefined],
      ["\\w+", undefined],
      ["ab?", undefined],
    ] as const;
    for (const [source, text] of expected)
      expect([source, findRequired(source)]).toEqual([source, text]);
  });

  it("is in all that matches, in any case and wherever it stands", () => {
    for (const text of ["quirky", "_settled(", "e", "ee", "needle", "x = [1]", "Z", "a@`{"]) {
      for (const place of ["", "e", " eee", "Q_", "ab".repeat(2000)]) {
        for (const end of ["", "q", "\n", "\u00e9"]) {
          const bytes = (middle: string) => Buffer.from(place + middle + end);
          expect([text, place, toBytesTest(text, { ignoreCase: false })(bytes(text))]).toEqual([
            text,
            place,
            true,
          ]);
          for (const spelled of [text, text.toUpperCase(), text.toLowerCase()]) {
            expect([
              spelled,
              place,
              toBytesTest(text, { ignoreCase: true })(bytes(spelled)),
            ]).toEqual([...[spelled, place, true]]);
          }
        }
      }
    }
  });

  it("tells where it is not, even among its own characters", () => {
    const bytes = Buffer.from("quirk QUIRK yquirk @[`{ needl eedle".repeat(300));
    for (const text of ["quirky", "needle", "nowhere", "`[{@"]) {
      expect([text, toBytesTest(text, { ignoreCase: false })(bytes)]).toEqual([text, false]);
    }
    expect(toBytesTest("zebra", { ignoreCase: true })(bytes)).toBe(false);
    expect(toBytesTest("needle", { ignoreCase: true })(Buffer.from("NEEDL neeedle"))).toBe(false);
    // Letters fold, signs do not.
    expect(toBytesTest("`b", { ignoreCase: true })(Buffer.from("@b @B"))).toBe(false);
  });
});
