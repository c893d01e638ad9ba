import { expect, test } from "vitest";
import { parseJson, toMarked, writeJson } from "./digits.ts";

test.each([
  '{"id":1917043659912705296,"price":19.90,"small":1e-7,"zero":-0,"plain":12.5}',
  '[1.0,-1.50,12345678901234567890.123456789,1E400,{"a":[0.10]}]',
  '"1917043659912705296"',
  '{"text":"9007199254740993, \\"1.0\\" and \\\\","n":1.0,"1.0":"\\\\\\\\"}',
  "1.0",
  '""',
  "[]",
])("%s is read and written with every digit", (text) => {
  expect(writeJson(parseJson(text))).toBe(text);
});

test.each(["", "01", "[1.]", '{"a":1,}', '"open', "-", "1e", "[1 2]"])("%s is not JSON", (text) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
});

test("spaces go, and what looks like a number in a text stays a text", () => {
  expect(writeJson(parseJson(' { "a" : 1.00 , "b" : "1.00" } '))).toBe('{"a":1.00,"b":"1.00"}');
});

test("a marked text is a number in a request", () => {
  expect(writeJson({ id: toMarked("1917043659912705296"), name: "1" })).toBe(
    '{"id":1917043659912705296,"name":"1"}',
  );
});
