import { type Part, text } from "@fairlead/define";
import { toBudget } from "@fairlead/guard/text";
import { describe, expect, test } from "vitest";
import { findKept, fitParts, fitText } from "./budget.ts";

const line = `${"x".repeat(79)}\n`;
const total = (parts: readonly Part[]) =>
  parts.reduce((sum, part) => sum + (part.type === "text" ? part.text.length : 0), 0);

describe("a text", () => {
  test("that fits stays as it is", () => {
    expect(fitText("x".repeat(100), toBudget(100))).toBe("x".repeat(100));
    expect(fitText("x".repeat(100), toBudget(Number.POSITIVE_INFINITY))).toBe("x".repeat(100));
  });

  test("is cut at the end of a line and says so in its last line", () => {
    const cut = fitText(line.repeat(1_000), toBudget(8_000));
    expect(cut.length).toBeLessThanOrEqual(8_000);
    expect(cut).toMatch(/x\n\n\[Cut: [\d,]+ of 80,000 characters shown\. [^\n]+\]$/);
  });

  test("of one line is cut inside it, and never through a character", () => {
    for (const budget of [1_000, 1_001]) {
      const cut = fitText("😀".repeat(5_000), toBudget(budget));
      expect(cut.length).toBeLessThanOrEqual(budget);
      expect(cut.isWellFormed()).toBe(true);
    }
  });

  test.for([0, 1, 10, 100])("keeps to a budget of %d as well as its notice can", (budget) => {
    const cut = fitText("x".repeat(10_000), toBudget(budget));
    expect(cut.length).toBeLessThanOrEqual(budget + 200);
    expect(cut).toContain("[Cut: ");
  });
});

describe("a text is cut, and says so, where a host would cut it", () => {
  const budget = toBudget(40_000);
  const notice = /\n\n\[Cut: [\d,]+ of [\d,]+ characters shown\. [^\n]+\]$/;

  test("at 48,000 bytes, and never through a character", () => {
    for (const text of ["語".repeat(39_000), `a${"語".repeat(39_000)}`, "é😀".repeat(13_000)]) {
      const cut = fitText(text, budget);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(48_000);
      expect(Buffer.byteLength(cut)).toBeGreaterThan(47_500);
      expect(cut.isWellFormed()).toBe(true);
      expect(cut).toMatch(notice);
    }
  });

  test.for([1_999, 2_000, 2_001, 30_000])("at 2,000 lines: %d", (lines) => {
    const whole = Array.from({ length: lines }, (_, line) => line % 10).join("\n");
    const cut = fitText(whole, budget);
    expect(cut.split("\n").length).toBeLessThanOrEqual(2_000);
    expect(cut.split("\n").length).toBeGreaterThan(1_990);
    if (lines <= 2_000) expect(cut).toBe(whole);
    else expect(cut).toMatch(notice);
  });

  test("over all its parts together", () => {
    const parts = fitParts(
      Array.from({ length: 60 }, () => text("1\n".repeat(50))),
      budget,
    );
    const shown = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
    expect(shown.split("\n").length).toBeLessThanOrEqual(2_000);
    expect(shown).toMatch(notice);
  });
});

describe("the parts of an answer", () => {
  test("share one budget", () => {
    const parts = fitParts([text(line.repeat(50)), text(line.repeat(100))], toBudget(8_000));
    expect(parts[0]).toEqual(text(line.repeat(50)));
    expect(total(parts)).toBeLessThanOrEqual(8_000);
    expect(parts[1]).toMatchObject({ text: expect.stringContaining("[Cut: ") });
  });

  test("do not each bring a notice of their own", () => {
    const parts = fitParts(
      Array.from({ length: 50_000 }, () => text("x".repeat(10))),
      toBudget(8_000),
    );
    expect(total(parts)).toBeLessThanOrEqual(8_000 + 150);
    expect(JSON.stringify(parts).match(/\[Cut: /g)).toHaveLength(1);
  });

  test("keep pictures and links, which are not text", () => {
    const image: Part = { type: "image", data: Buffer.from("x"), mimeType: "image/png" };
    const parts = fitParts([text(line.repeat(200)), image, text("more")], toBudget(8_000));
    expect(parts).toContainEqual(image);
    expect(parts).not.toContainEqual(text("more"));
  });

  test("count an embedded text, and keep its address", () => {
    const file: Part = { type: "resource", uri: "file:///a", body: line.repeat(200) };
    const [cut] = fitParts([file], toBudget(8_000));
    expect(cut).toMatchObject({ uri: "file:///a", body: expect.stringContaining("[Cut: ") });
  });

  test("stay the same when they fit", () => {
    const parts = [text("a"), text("b")];
    expect(fitParts(parts, toBudget(2))).toEqual(parts);
    expect(fitParts([], toBudget(0))).toEqual([]);
  });
});

test.for([
  [10, 0],
  [10, 9],
  [10, 25],
  [10, 99],
  [1, 5],
  [100_000, 123_456],
] as const)("of %d items of size 10, as many stay as a budget of %d holds", ([count, budget]) => {
  let measured = 0;
  const kept = findKept(count, (n) => {
    measured += 1;
    return n * 10 <= budget;
  });
  expect(kept).toBe(Math.min(Math.floor(budget / 10), count - 1));
  expect(measured).toBeLessThan(20);
});
