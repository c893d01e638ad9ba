import { expect, test } from "vitest";
import { readExamples } from "./examples.ts";

const call = { tool: "find_book", arguments: { title: "Emma" } };

test("a call that has not been recorded has no answer yet", () => {
  expect(readExamples([call, { ...call, answer: ["Emma"] }])).toEqual([
    { ...call, answer: [] },
    { ...call, answer: ["Emma"] },
  ]);
});

test.each([
  [{}, "must be a list"],
  [[call, null], "entry 2"],
  [[{ arguments: {} }], "entry 1"],
  [[{ tool: "find_book" }], "entry 1"],
  [[{ tool: "find_book", arguments: [] }], "entry 1"],
  [[{ ...call, answer: "Emma" }], "entry 1"],
])("%j is refused with its place", (json, reason) => {
  expect(() => readExamples(json)).toThrow(reason);
});
