import { createTwoFilesPatch, parsePatch } from "diff";
import { describe, expect, it } from "vitest";
import { toDiff } from "./diff.ts";
import { diffLines } from "./diff-lines.ts";

const side = (text: string, label: string) => ({ path: "a.ts", text, label });
const most = Number.POSITIVE_INFINITY;
const none = { edits: most, characters: most, milliseconds: most };

describe("diffs of lines", () => {
  it("are those of the whole texts, wherever the change is and whatever the context", () => {
    const lines = Array.from({ length: 40 }, (_, at) => `line ${at % 7}`);
    const whole = lines.join("\n");
    const changed = (at: number, ...to: string[]) => lines.toSpliced(at, 1, ...to).join("\n");
    const pairs = [
      [whole, whole],
      ["", whole],
      [whole, ""],
      [whole, `${whole}\n`],
      [`${whole}\n`, `${whole}\nmore\n`],
      [whole, `${whole} and more`],
      [whole, `first\n${whole}`],
      ["a", "b"],
      ["a\n", "a\na\n"],
      ["a\na\na\n", "a\na\n"],
      ["\n\n\n", "\n\n"],
      ["x\r\ny\r\n", "x\r\nz\r\n"],
      ...[0, 1, 5, 20, 38, 39].flatMap((at) => [
        [whole, changed(at, "other")],
        [whole, changed(at)],
        [`${whole}\n`, `${changed(at, "two", "lines")}\n`],
        [changed(at, "here"), changed((at + 11) % 40, "there")],
      ]),
    ];
    for (const [before = "", after = ""] of pairs) {
      for (const context of [0, 1, 3, 4, 100]) {
        const expected = createTwoFilesPatch("a.ts", "a.ts", before, after, "old", "new", {
          context,
        });
        const found = diffLines(
          { before: side(before, "old"), after: side(after, "new"), context },
          none,
        );
        expect([before, after, context, found]).toEqual([before, after, context, expected]);
      }
    }
  });

  it("of a large file cost what has changed, not what has not", () => {
    const text = "some line of it\n".repeat(400_000);
    const before = side(`${text}old\n${text}`, "old");
    const patch = diffLines(
      { before, after: side(`${text}new\n${text}`, "new"), context: 1 },
      none,
    );
    expect(parsePatch(patch ?? "")[0]?.hunks).toEqual([
      expect.objectContaining({ oldStart: 400_000, oldLines: 3, newStart: 400_000, newLines: 3 }),
    ]);
  });

  it("that take long are made elsewhere, and left out where nobody can", async () => {
    const lines = (prefix: string) =>
      Array.from({ length: 20_000 }, (_, at) => `${prefix} ${at}`).join("\n");
    const [before, after] = [side(lines("old"), "old"), side(lines("new"), "new")];
    expect(await toDiff(before, after, {})).toBeUndefined();
    const asked: number[] = [];
    const long = async ({ context }: { readonly context: number }) => {
      asked.push(context);
      return "made elsewhere";
    };
    expect(await toDiff(before, after, { context: 2, long })).toBe("made elsewhere");
    expect(asked).toEqual([2]);
  });
});
