import { expect, test } from "vitest";
import { toSource } from "../lib/source.ts";

test.each([
  ["a // b\nc", "a     \nc"],
  ["a /* b\n c */ d", "a     \n      d"],
  ['a("b // c") // d', 'a("      ")     '],
  ["'it\\'s' + b", "'     ' + b"],
  ["`a ${b(`c ${d}`)} e` + f", "`  ${b(`  ${d}`)}  ` + f"],
  ["`${ { a: '}' } }x` + b", "`${ { a: ' ' } } ` + b"],
  ["a = b / c / d", "a = b / c / d"],
  ["a = /[/'\"]/g.test(b)", "a = /     /g.test(b)"],
  ["return /`/.test(a)", "return / /.test(a)"],
])("%s", (text, code) => {
  expect(toSource(text).code).toBe(code);
});
