import { expect, test } from "vitest";
import { createRoom, fits, Room, toBudget } from "./room.ts";

test("40,000 characters are 48,000 bytes and 2,000 lines", () => {
  expect(toBudget(40_000)).toEqual({ characters: 40_000, bytes: 48_000, lines: 2_000 });
});

test.for([
  ["a".repeat(40_000), true],
  ["a".repeat(40_001), false],
  ["語".repeat(16_000), true],
  [`${"語".repeat(16_000)}a`, false],
  ["\n".repeat(1_999), true],
  ["\n".repeat(2_000), false],
  [`a${"\n".repeat(1_999)}`, true],
  [`a${"\n".repeat(1_999)}a`, true],
  [`a${"\n".repeat(2_000)}a`, false],
  ["", true],
] as const)("a text keeps the budget or not (%#)", ([text, kept]) => {
  const budget = toBudget(40_000);
  expect(fits(text, budget)).toBe(kept);
  expect(new Room(budget).take(text)).toBe(kept);
  expect(new Room(budget).fit(text) === text.length).toBe(kept);
});

test("a lifted budget has room for anything", () => {
  const room = createRoom(Number.POSITIVE_INFINITY);
  expect(room.take("語\n".repeat(1_000_000))).toBe(true);
  expect(room.characters).toBe(Number.POSITIVE_INFINITY);
});

test("pieces share one room, and what does not fit leaves it as it was", () => {
  const room = createRoom(100);
  expect(room.take("a".repeat(60))).toBe(true);
  expect(room.take("a".repeat(60))).toBe(false);
  expect(room.fit("a".repeat(60))).toBe(40);
  expect(room.take("a".repeat(40))).toBe(true);
  expect(room.characters).toBe(0);
  expect(room.fit("a")).toBe(0);
  expect(room.take("")).toBe(true);
});

test("pieces share the lines, whether a piece ends with its line or not", () => {
  const room = createRoom(80);
  expect([1, 2, 3, 4].map(() => room.take("a\n"))).toEqual([true, true, true, false]);
  expect(room.take("a")).toBe(true);
});

test("never ends within a character", () => {
  const room = new Room({ characters: 10, bytes: 7, lines: 9 });
  expect(room.fit("😀😀😀")).toBe(2);
  expect(room.fit("a語語語")).toBe(3);
  expect(new Room({ characters: 3, bytes: 100, lines: 9 }).fit("😀😀")).toBe(2);
});
