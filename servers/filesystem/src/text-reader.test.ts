import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  createPathGuard,
  createRoom,
  fits,
  type PathGuard,
  toBudget,
} from "@fairlead/runtime/guard";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryDirectory } from "../test/support/tree.ts";
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
    [{ tail: 2 }, "d\n", undefined],
    [{ tail: 99 }, "a\nb\nc\nd\n", undefined],
    [{ offset: 3, lineNumbers: true }, "     3\tc\n     4\td\n", undefined],
    [{ offset: 2, limit: 1, lineNumbers: true }, "     2\tb", 3],
  ])("%j", async (range, text, nextOffset) => {
    expect(await read("a\nb\nc\nd\n", range)).toMatchObject({ text, nextOffset });
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

  it("cuts a line that alone is longer than the budget, and goes on behind it", async () => {
    const page = await read(`${"x".repeat(500)}\nnext\n`, {}, 100);
    expect(page).toMatchObject({ text: "x".repeat(100), truncated: true, nextOffset: 2 });
    const last = await read("x".repeat(500), {}, 100);
    expect(last).toMatchObject({ truncated: true, nextOffset: undefined });
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
    expect((await read(Buffer.from([0, 1, 2, 0, 0]))).note).toContain("A binary file");
    const page = await read(Buffer.from("\u00e9\n".repeat(9), "latin1"), { limit: 2 });
    expect(page.note).toBe(
      "[Decoded from windows-1252. Stopped after line 2 of 9. Go on with offset 3.]",
    );
  });

  it("cuts the last line of a tail where not even that fits", async () => {
    const page = await read(`first\n${"語".repeat(5_000)}`, { tail: 2 }, 1_200);
    expect(page).toMatchObject({ truncated: true });
    expect(page.text).toMatch(/^語+$/);
    expect(fits(page.text, toBudget(1_200))).toBe(true);
  });

  it("keeps the last lines that fit of a tail", async () => {
    const content = Array.from({ length: 100 }, (_, i) => `line ${i + 1}`).join("\n");
    const page = await read(content, { tail: 50 }, 100);
    expect(page.text.endsWith("line 99\nline 100")).toBe(true);
    expect(page.text.length).toBeLessThanOrEqual(100);
    expect(page.truncated).toBe(true);
  });

  it("reads any encoding, in ranges and tails too", async () => {
    const text = "Grüße\nzwei\ndrei\n";
    const wide = Buffer.from(`\ufeff${text}`, "utf16le");
    for (const content of [wide, Buffer.from(wide).swap16(), Buffer.from(`\ufeff${text}`)]) {
      expect((await read(content)).text).toBe(text);
      expect((await read(content, { offset: 2, limit: 1 })).text).toBe("zwei");
      expect((await read(content, { tail: 3 })).text).toBe("zwei\ndrei\n");
    }
    expect((await read(Buffer.from(text, "latin1"), { head: 1 })).text).toBe("Grüße");
  });

  it("does not tear characters where pieces of the file meet", async () => {
    const content = "👋".repeat(200_001);
    expect((await read(`a${content}`, {}, Number.POSITIVE_INFINITY)).text).toBe(`a${content}`);
    const lines = `${"世".repeat(100)}\n`.repeat(5000);
    expect((await read(lines, { offset: 4999 })).text).toBe(lines.slice(0, 202));
    expect((await read(lines, { tail: 3 })).text).toBe(lines.slice(0, 202));
  });

  it.each([{ head: 1, tail: 1 }, { head: 1, offset: 1 }, { tail: 1, limit: 1 }, { head: -1 }])(
    "refuses %j",
    async (range) => {
      await expect(read("a", range)).rejects.toHaveProperty("hint");
    },
  );

  it("ends when it is cancelled", async () => {
    await writeFile(join(top, "file"), "a");
    const limits = { room: createRoom(9), signal: AbortSignal.abort(new Error("cancelled")) };
    await expect(readText(guard, "file", {}, limits)).rejects.toThrow("cancelled");
  });
});
