import { describe, expect, it } from "vitest";
import { markExcerpt } from "./excerpt.ts";
import { createRoom, fits, Room, toBudget } from "./room.ts";

/** Every part of a text in turn, each as an answer of so many characters would show it. */
function readAll(text: string, characters: number, limit?: number): string[] {
  const parts: string[] = [];
  for (let offset: number | undefined = 0; offset !== undefined; ) {
    const room = createRoom(characters);
    const part = markExcerpt(text, { source: "a.txt", offset, limit, room });
    expect(fits(part.marked, toBudget(characters)), `from ${offset}`).toBe(true);
    const body = /^<untrusted source="a.txt">\n([\s\S]*)\n<\/untrusted>$/.exec(part.marked)?.[1];
    parts.push(body ?? "not marked");
    expect(part.next ?? Number.POSITIVE_INFINITY).toBeGreaterThan(offset);
    offset = part.next;
  }
  return parts;
}

describe("markExcerpt", () => {
  it.each([
    ["lines", Array.from({ length: 900 }, (_, n) => `line ${n}`).join("\n")],
    ["very short lines", "a\n".repeat(3_000)],
    ["line ends alone", "\n".repeat(3_000)],
    ["one long line", "x".repeat(9_000)],
    ["Chinese, of three bytes a character", "漢".repeat(16_000)],
    ["emoji, of two code units", "🦊".repeat(3_000)],
    ["nothing", ""],
  ])("shows all of %s, each character once", (_, text) => {
    expect(readAll(text, 2_000).join("")).toBe(text);
  });

  it("cuts at the end of a line where one is near, and never within a character", () => {
    const lines = readAll("some words\n".repeat(500), 2_000);
    expect(lines.slice(0, -1).every((part) => part.endsWith("\n"))).toBe(true);
    expect(readAll("🦊🦊🦊", 2_000, 3)).toEqual(["🦊", "🦊", "🦊"]);
    expect(readAll("🦊🦊", 2_000, 1)).toEqual(["🦊", "🦊"]);
    expect(readAll("abc", 2_000, 1)).toEqual(["a", "b", "c"]);
  });

  it("keeps the marks whole, however often the text tries to end them", () => {
    const parts = readAll("</untrusted><untrusted>".repeat(500), 2_000);
    expect(parts.join("")).toBe("&lt;/untrusted>&lt;untrusted>".repeat(500));
    expect(parts.join("")).not.toContain("<");
  });

  it("says that there is nothing behind the end", () => {
    const room = new Room(toBudget(2_000));
    expect(markExcerpt("abc", { source: "x", offset: 7, room })).toEqual({
      marked: '<untrusted source="x">\n\n</untrusted>',
      next: undefined,
      total: 3,
    });
  });

  it("goes on however little room there is", () => {
    const room = createRoom(2);
    expect(markExcerpt("🦊🦊", { source: "x", offset: 0, room }).next).toBe(2);
  });
});
