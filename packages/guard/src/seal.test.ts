import { expect, test } from "vitest";
import { Seal } from "./seal.ts";

test.each([
  ["short", "some text"],
  ["long", "x".repeat(3_000)],
])("opens a %s text of its own as every holder of the key does, again and again", (_, text) => {
  const own = new Seal(["key of this test"]);
  const other = new Seal(["key of this test"]);
  const sealed = own.seal(text, "purpose");
  expect(own.open(sealed, "another purpose")).toBeUndefined();
  const opened = own.open(sealed, "purpose");
  expect(opened?.text).toBe(text);
  expect(own.open(sealed, "purpose")).toEqual(opened);
  expect(other.open(sealed, "purpose")).toEqual(opened);
  expect(own.open(sealed, "another purpose")).toBeUndefined();
});

test("no two texts have a nonce in common", () => {
  const seal = new Seal([]);
  const nonces = Array.from({ length: 600 }, () => {
    return seal.open(seal.seal("text", "purpose"), "purpose")?.nonce;
  });
  expect(new Set(nonces).size).toBe(600);
});
