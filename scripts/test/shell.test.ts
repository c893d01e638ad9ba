import { expect, test } from "vitest";
import { splitCommands } from "../lib/documents/shell.ts";

const wordsOf = (script: string) => splitCommands(script).map(({ words }) => words);

test.for([
  ["a b\nc", [["a", "b"], ["c"]]],
  ["a && b c", [["a"], ["b", "c"]]],
  ["a \\\n  b", [["a", "b"]]],
  ["a # b && c\n# d", [["a"]]],
  ["a --b='c d' \"e f\"g", [["a", "--b=c d", "e fg"]]],
  ["a#b '#c' ${d:-}", [["a#b", "#c", "${d:-}"]]],
] as const)("%j", ([script, expected]) => {
  expect(wordsOf(script)).toEqual(expected);
});

test("the text of a command is what stands there, without its comment", () => {
  expect(splitCommands("a 'b c'   # d\n").map(({ text }) => text)).toEqual(["a 'b c'"]);
});
