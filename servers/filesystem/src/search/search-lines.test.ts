import { beforeEach, describe, expect, it } from "vitest";
import { type Searching, startSearching } from "../../test/support/searching.ts";
import { plant } from "../../test/support/tree.ts";

let top: string;
let search: Searching["search"];

beforeEach(async () => {
  ({ top, search } = await startSearching());
});

describe("lines", () => {
  it("finds the same lines in many at once as in one at a time, whatever the pattern", async () => {
    const text = [
      ...["foo", "foo bar", "", "  foo", "foo\r", "\tbar", "bar;foo", "naïve foo", "a.b", "[x]"],
      ...["foofoo", "Foo", "FOO BAR", "x=1;", "語 foo 語", "\u2028foo", "foo\u00a0bar", "\\n", "é"],
    ].join("\n");
    const patterns = [
      ...[
        "foo",
        "^foo",
        "foo$",
        "^foo$",
        "^$",
        "^",
        "$",
        "x*",
        "foo\\s*bar",
        "\\s",
        "\\s+$",
        "\\W",
      ],
      ...[
        "[^f]",
        "[^o]oo",
        "\\D+",
        "^[^;]*$",
        "foo(?! bar)",
        "(?<!o)foo",
        "(foo|bar)+",
        "[\\s\\S]",
        "o[\\W]",
      ],
      ...[
        "[^]",
        "\\bfoo\\b",
        "\\Boo",
        "(?=foo)f",
        "(?<=;)foo",
        "(.)\\1",
        "[\\]x]",
        "\\[x",
        "[\\n]",
        "\\n",
        "\\\\n",
      ],
      ...[
        "[\\t -~]$",
        "\\u0066oo",
        "a\\.b",
        "[é]",
        "^.{3}$",
        "f.o",
        "(?:foo)?$",
        "(?<a>o)\\k<a>",
        "[^\\s]",
      ],
    ];
    for (const content of [
      text,
      `${text}\n`,
      text.replaceAll(/[^\0-\x7f]/g, "?"),
      "",
      "\n",
      "\n\n",
      "foo",
    ]) {
      await plant(top, { "a.txt": content });
      const lines = content.split("\n");
      if (lines.at(-1) === "") lines.pop();
      for (const ignoreCase of [false, true]) {
        for (const pattern of patterns) {
          const one = new RegExp(pattern, ignoreCase ? "i" : "");
          const expected = lines.flatMap((line, i) =>
            one.test(line.replace(/\r$/, "")) ? [`a.txt:${i + 1}`] : [],
          );
          const found = await search({ pattern, regex: true, ignoreCase });
          expect([pattern, found.lines]).toEqual([pattern, expected]);
        }
        for (const pattern of ["foo", "é", "a.b", "語", "[x]", "FOO", "ÏVE", "\\n"]) {
          const has = (line: string) =>
            ignoreCase
              ? line.toLowerCase().includes(pattern.toLowerCase())
              : line.includes(pattern);
          const expected = lines.flatMap((line, i) => (has(line) ? [`a.txt:${i + 1}`] : []));
          expect([pattern, (await search({ pattern, ignoreCase })).lines]).toEqual([
            pattern,
            expected,
          ]);
        }
      }
    }
  });

  it("finds every character of windows-1252 as it finds it with ignoreCase", async () => {
    const high = Array.from({ length: 0x80 }, (_, i) => 0x80 + i);
    const lines = high.map((byte) => Buffer.from([byte, 10]));
    await plant(top, { "a.txt": Buffer.concat([Buffer.from("hay\n5 "), ...lines]) });
    const decoder = new TextDecoder("windows-1252");
    for (const [at, byte] of high.entries()) {
      const pattern = decoder.decode(Buffer.from([byte]));
      const found = await search({ pattern });
      expect([pattern, found.lines]).toEqual([pattern, [`a.txt:${at + 2}`]]);
    }
    expect((await search({ pattern: "5 €", contextLines: 1 })).matches).toMatchObject([
      { line: 2, text: "5 €", before: "hay", after: decoder.decode(Buffer.from([0x81])) },
    ]);
    expect((await search({ pattern: "語" })).lines).toEqual([]);
  });

  it("finds what it should in every encoding and across the parts of a large file", async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `line ${i} ${"grün ".repeat(9)}`);
    lines[40_000] = "the wünsch is here";
    lines[59_999] = "a Wünsch at the end";
    const text = lines.join("\r\n");
    await plant(top, {
      "a-utf8": text,
      "b-latin": Buffer.from(text, "latin1"),
      "c-utf16le": Buffer.from(`\ufeff${text}`, "utf16le"),
      "d-utf16be": Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
    });
    const expected = ["a-utf8", "b-latin", "c-utf16le", "d-utf16be"];
    for (const query of [
      { pattern: "wünsch" },
      { pattern: "w\\wünsch|wünsch", regex: true },
      { pattern: "the w" },
    ]) {
      const { lines: found } = await search(query);
      expect(found).toEqual(expected.map((name) => `${name}:40001`));
    }
    const both = await search({ pattern: "WÜNSCH", ignoreCase: true, contextLines: 1 });
    expect(both.lines).toEqual(expected.flatMap((name) => [`${name}:40001`, `${name}:60000`]));
    expect(both.matches[0]).toMatchObject({ before: lines[39_999], after: lines[40_001] });
  });
});
