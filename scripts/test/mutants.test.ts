import { expect, test } from "vitest";
import { applyMutant, draw, listMutants } from "../lib/mutants.ts";

const source = `import { a } from "b";
// if (x === 1) return true;
export function f(x: number): boolean {
  if (x < 10 && !a(x)) return false;
  log("x > 3");
  throw new Error("y");
}
`;

test("lists what can be changed in code, and nothing in comments, strings or types", () => {
  expect(listMutants(source).map(({ line, change }) => `${line} ${change}`)).toEqual([
    "4 x < 10 && !a(x) -> false",
    "4 x < 10 && !a(x) -> true",
    "4 < -> <=",
    "4 10 -> 11",
    "4 && -> ||",
    "4 ! -> nothing",
    "4 false -> true",
    '5 log("x > 3"); -> ;',
    '6 throw new Error("y"); -> ;',
  ]);
});

test("changes one place", () => {
  const mutants = listMutants(source);
  for (const mutant of mutants) {
    const changed = applyMutant(source, mutant).split("\n");
    const lines = source.split("\n").flatMap((line, at) => (line === changed[at] ? [] : [at + 1]));
    expect(lines).toEqual([mutant.line]);
  }
});

test("draws the same by the same seed, each once", () => {
  const list = Array.from({ length: 100 }, (_, at) => at);
  const drawn = draw(list, 30, 7);
  expect(draw(list, 30, 7)).toEqual(drawn);
  expect(draw(list, 30, 8)).not.toEqual(drawn);
  expect(new Set(drawn).size).toBe(30);
  expect(draw(list, 200, 7)).toHaveLength(100);
});
