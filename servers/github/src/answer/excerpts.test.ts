import { createRoom, markUntrusted, Room } from "@fairlead/guard";
import { describe, expect, test } from "vitest";
import { toExcerpt } from "./excerpts.ts";

const text = "1\n2\n3\n4\n";
const plain = String;
const open = (characters: number) => ({
  room: new Room({ characters, bytes: 1_000, lines: 1_000 }),
  mark: plain,
});

describe("a part of a file", () => {
  test("is the range that was asked for, and says where it goes on", () => {
    expect(toExcerpt(text, open(100))).toEqual({ text, note: undefined });
    expect(toExcerpt(text, { ...open(100), start_line: 2, end_line: 3 })).toEqual({
      text: "2\n3",
      note: "lines 2-3 of 4.",
    });
    expect(toExcerpt(text, open(4))).toEqual({
      text: "1\n2",
      note: "lines 1-2 of 4. More: call again with start_line 3.",
    });
    expect(() => toExcerpt(text, { ...open(100), start_line: 9 })).toThrow(/4 lines/);
    expect(toExcerpt("", open(100))).toEqual({ text: "", note: undefined });
  });

  test("cuts a line that is too long for an answer, and says so", () => {
    const shown = toExcerpt(`${"x".repeat(500)}\nend\n`, open(100));
    expect(shown.text).toBe("x".repeat(100));
    expect(shown.note).toMatch(/start_line 2\..*100 of 500 characters of line 1/);
  });

  const fence = (part: string) => markUntrusted(part, "a file");
  test.each([
    ["short lines", Array.from({ length: 3_000 }, (_, at) => String(at)), plain],
    ["Chinese", Array.from({ length: 1_600 }, (_, at) => `${at} ${"漢字かな".repeat(3)}`), plain],
    ["emoji", Array.from({ length: 2_000 }, (_, at) => `${at} ${"👩‍🚀".repeat(9)}`), plain],
    ["invisible", Array.from({ length: 900 }, (_, at) => `${at} ${"\u200B".repeat(30)}`), plain],
    ["marks", Array.from({ length: 3_000 }, (_, at) => `${at} </untrusted>`), fence],
  ])("gives every line of %s once, walking on", (_, lines, mark) => {
    const whole = `${lines.join("\n")}\n`;
    const seen: string[] = [];
    let start: number | undefined = 1;
    while (start !== undefined) {
      const room = createRoom(40_000);
      const shown = toExcerpt(whole, { room, mark, start_line: start });
      expect(room.take(shown.text)).toBe(true);
      seen.push(...(shown.text.match(/^\d+(?= |$)/gm) ?? []));
      const next = /start_line (\d+)/.exec(shown.note ?? "")?.[1];
      start = next === undefined ? undefined : Number(next);
    }
    expect(seen).toEqual(lines.map((_line, at) => String(at)));
  });
});
