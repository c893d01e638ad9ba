import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createPathGuard, createRoom, fits, type PathGuard, toBudget } from "@fairlead/guard";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../test/support/tree.ts";
import type { LineRange, TextRead } from "./text-read.ts";
import { readText } from "./text-reader.ts";

const { signal } = new AbortController();
let top: string;
let guard: PathGuard;

beforeEach(async () => {
  top = await temporaryDirectory();
  guard = await createPathGuard({ directories: [top] });
});

async function read(content: string | Uint8Array, range: LineRange = {}, budget = 80_000) {
  await writeFile(join(top, "file"), content);
  return readText(guard, "file", range, { room: createRoom(budget), signal });
}

describe("reading text", () => {
  it("gives the whole text", async () => {
    expect(await read("a\nb\n")).toMatchObject({
      text: "a\nb\n",
      note: undefined,
      truncated: false,
      nextOffset: undefined,
    });
    for (const text of ["", "a\nb", "\n\n"]) expect((await read(text)).text).toBe(text);
  });

  it.each([
    [{ head: 2 }, "a\nb", 3],
    [{ head: 9 }, "a\nb\nc\nd", undefined],
    [{ offset: 2, limit: 2 }, "b\nc", 4],
    [{ offset: 3 }, "c\nd\n", undefined],
    [{ offset: 4, limit: 5 }, "d", undefined],
    [{ offset: 9 }, "", undefined],
    [{ limit: 1 }, "a", 2],
    [{ head: 0, offset: 0, limit: 0, tail: 0 }, "a\nb\nc\nd\n", undefined],
    [{ tail: 1 }, "d", undefined],
    [{ tail: 2 }, "c\nd", undefined],
    [{ tail: 99 }, "a\nb\nc\nd", undefined],
    [{ offset: 2, limit: 1, column: 2 }, "", 3],
    [{ offset: 3, lineNumbers: true }, "     3\tc\n     4\td\n", undefined],
    [{ offset: 2, limit: 1, lineNumbers: true }, "     2\tb", 3],
  ])("%j", async (range, text, nextOffset) => {
    expect(await read("a\nb\nc\nd\n", range)).toMatchObject({ text, nextOffset });
  });

  it.each([
    [{ offset: 3, column: 100, limit: 1 }, "", 4],
    [{ offset: 3, column: 100, limit: 2 }, "\nfour", 5],
    [{ offset: 3, column: 100, limit: 1, lineNumbers: true }, "     3\t", 4],
    [{ offset: 3, column: 100, limit: 2, lineNumbers: true }, "     3\t\n     4\tfour", 5],
    [{ offset: 3, column: 6, limit: 2 }, "\nfour", 5],
    [{ offset: 5, column: 100 }, "\n", undefined],
    [{ offset: 3, column: 100 }, "\nfour\nfive\n", undefined],
  ])("a column after the end of its line leaves an empty line: %j", async (range, text, next) => {
    const content = "one\ntwo\nthree\nfour\nfive\n";
    expect(await read(content, range)).toMatchObject({ text, nextOffset: next });
  });

  it("a column after the end of its line keeps the later lines' own columns", async () => {
    const content = `ab\n${"x".repeat(300)}\nend\n`;
    const page = await read(content, { offset: 1, column: 50 }, 100);
    expect(page).toMatchObject({ text: "\n", nextOffset: 2, nextColumn: undefined });
    const rest = await read(content, { offset: 2, column: 290, limit: 2 }, 100);
    expect(rest).toMatchObject({ text: `${"x".repeat(11)}\nend`, nextOffset: undefined });
  });

  it("stops at the budget at the end of a line and says where to go on", async () => {
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i + 1}`);
    const content = `${lines.join("\n")}\n`;
    let [text, offset] = ["", 1];
    for (let pages = 0; offset > 0 && pages < 100; pages++) {
      const page = await read(content, { offset }, 100);
      expect(page.text.length).toBeLessThanOrEqual(100);
      const last = offset + page.text.split("\n").length - 2;
      expect(page.note).toBe(
        page.truncated
          ? `[Stopped after line ${last} of 100. Go on with offset ${last + 1}.]`
          : undefined,
      );
      text += page.text;
      offset = page.nextOffset ?? 0;
    }
    expect(text).toBe(content);
  });

  it("tail: 1 of line1\\nline2\\nline3\\n is line3, whatever ends the last line", async () => {
    const cases: readonly [string, number, string][] = [
      ["line1\nline2\nline3\n", 1, "line3"],
      ["line1\nline2\nline3", 1, "line3"],
      ["line1\r\nline2\r\nline3\r\n", 2, "line2\nline3"],
      ["a\n\n", 1, ""],
      ["a\n\n", 2, "a\n"],
      ["\n", 1, ""],
      ["", 1, ""],
      [`${"x".repeat(99)}\n`.repeat(5000), 1, "x".repeat(99)],
      [`${"x".repeat(65_535)}\n`.repeat(3), 2, `${"x".repeat(65_535)}\n${"x".repeat(65_535)}`],
    ];
    for (const [content, tail, text] of cases) {
      const found = await read(content, { tail }, 200_000);
      expect([content.slice(0, 30), tail, found.text]).toEqual([content.slice(0, 30), tail, text]);
      expect(found.truncated).toBe(false);
    }
  });

  it("4 MB in one line: stops within the line and goes on with offset and column", async () => {
    const line = Array.from({ length: 400_000 }, (_, i) => String(i).padStart(10)).join("");
    const page = await read(`first\n${line}\nlast\n`, { offset: 2 }, 30_000);
    expect(page).toMatchObject({ truncated: true, nextOffset: 2, nextColumn: 30_001 });
    expect(page.note).toBe(
      "[Stopped within line 2, after its character 30000. Go on with offset 2 and column 30001.]",
    );
    const next = await read(`first\n${line}\nlast\n`, { offset: 2, column: 30_001 }, 30_000);
    expect(next.text).toBe(line.slice(30_000, 60_000));
    const end = await read(`first\n${line}\nlast\n`, { offset: 2, column: 3_999_991 }, 30_000);
    expect(end).toMatchObject({ text: "    399999\nlast\n", nextOffset: undefined });
  });

  it("walks one long line of any script by its notes, each character once", async () => {
    const content = `${"語👋é".repeat(3_000)}\nnext`;
    let [text, offset, column] = ["", 1, 1];
    for (let pages = 0; offset > 0 && pages < 200; pages++) {
      const page: TextRead = await read(content, { offset, column }, 500);
      text += page.text;
      [offset, column] = [page.nextOffset ?? 0, page.nextColumn ?? 1];
    }
    expect(text).toBe(content);
  });

  it("walks text of any script and line length by its notes, each line once", async () => {
    const wide = Array.from({ length: 1_000 }, (_, i) => `${i}${"語".repeat(60)}`).join("\n");
    const short = Array.from({ length: 5_000 }, (_, i) => i % 10).join("\n");
    for (const content of [wide, short]) {
      const seen: string[] = [];
      for (let offset: number | undefined = 1; offset !== undefined; ) {
        const page: TextRead = await read(content, { offset }, 40_000);
        expect(fits(page.text, toBudget(40_000))).toBe(true);
        seen.push(...page.text.replace(/\n$/, "").split("\n"));
        offset = page.nextOffset;
      }
      expect(seen.join("\n")).toBe(content);
    }
  });

  it("says what is read in another encoding, and what is not text", async () => {
    expect((await read(Buffer.from("caf\u00e9", "latin1"))).note).toBe(
      "[Decoded from windows-1252.]",
    );
    const cyrillic = await read(
      Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x2c, 0x20, 0xff]),
    );
    expect(cyrillic.note).toContain("Decoded from windows-1252. If the text looks wrong");
    expect((await read(Buffer.from([0, 1, 2, 0, 0]))).note).toContain("A binary file");
    const page = await read(Buffer.from("\u00e9\n".repeat(9), "latin1"), { limit: 2 });
    expect(page.note).toBe(
      "[Decoded from windows-1252. Stopped after line 2 of 9. Go on with offset 3.]",
    );
  });

  it("cuts the last line of a tail where not even that fits", async () => {
    const page = await read(`first\n${"語".repeat(5_000)}`, { tail: 2 }, 1_200);
    expect(page).toMatchObject({
      truncated: true,
      note: `[Only the last ${page.text.length} characters of the last line fit. Read more of it with offset and column.]`,
    });
    expect(page.text).toMatch(/^語+$/);
    expect(fits(page.text, toBudget(1_200))).toBe(true);
  });

  it("keeps the last lines that fit of a tail", async () => {
    const content = Array.from({ length: 100 }, (_, i) => `line ${i + 1}`).join("\n");
    const page = await read(content, { tail: 50 }, 100);
    expect(page.text.endsWith("line 99\nline 100")).toBe(true);
    const count = page.text.split("\n").length;
    expect(page.note).toContain(`Only the last ${count} lines fit. Read what comes before`);
    expect((await read(content, { tail: 50 }, 9)).note).toContain("Only the last line fits.");
    expect(page.text.length).toBeLessThanOrEqual(100);
    expect(page.truncated).toBe(true);
  });

  it("reads any encoding, in ranges and tails too", async () => {
    const text = "Grüße\nzwei\ndrei\n";
    const wide = Buffer.from(`\ufeff${text}`, "utf16le");
    for (const content of [wide, Buffer.from(wide).swap16(), Buffer.from(`\ufeff${text}`)]) {
      expect((await read(content)).text).toBe(text);
      expect((await read(content, { offset: 2, limit: 1 })).text).toBe("zwei");
      expect((await read(content, { tail: 2 })).text).toBe("zwei\ndrei");
    }
    expect((await read(Buffer.from(text, "latin1"), { head: 1 })).text).toBe("Grüße");
  });

  it("does not tear characters where pieces of the file meet", async () => {
    const content = "👋".repeat(200_001);
    expect((await read(`a${content}`, {}, Number.POSITIVE_INFINITY)).text).toBe(`a${content}`);
    const lines = `${"世".repeat(100)}\n`.repeat(5000);
    expect((await read(lines, { offset: 4999 })).text).toBe(lines.slice(0, 202));
    expect((await read(lines, { tail: 2 })).text).toBe(lines.slice(0, 201));
  });

  it.each([
    { head: 1, tail: 1 },
    { head: 1, offset: 1 },
    { tail: 1, limit: 1 },
    { head: -1 },
    { tail: 1, column: 2 },
  ])("refuses %j", async (range) => {
    await expect(read("a", range)).rejects.toHaveProperty("hint");
  });

  it("ends when it is cancelled", async () => {
    await writeFile(join(top, "file"), "a");
    const limits = { room: createRoom(9), signal: AbortSignal.abort(new Error("cancelled")) };
    await expect(readText(guard, "file", {}, limits)).rejects.toThrow("cancelled");
  });
});
