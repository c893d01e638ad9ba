import { expect, test } from "vitest";
import { findHosts, joint } from "./links.ts";

test.each([
  ["sentences on two lines", "It is done.\nThanks to all\tthere.\r\nBye"],
  ["sentences in one line", "It is done. Thanks to all"],
  ["a comparison over two lines", "1 < 2.\nThen 3 > 2"],
])("%s lead nowhere", (_, text) => {
  expect(findHosts(text)).toEqual([]);
});

test.each([
  ["a line end in a link", "<https://good.example\n@evil.example/a|b>", "evil.example"],
  ["a tab in a link's host", "<https://ev\til.example/a>", "evil.example"],
  ["a border between two pieces", `evil.${joint}example`, "evil.example"],
  ["something zero wide", "ev\u200bil.example", "evil.example"],
  [
    "a joiner where a script writes one",
    "سلام\u200cدنیا.example",
    new URL("https://سلامدنیا.example").hostname,
  ],
])("%s hides no host", (_, text, host) => {
  expect(findHosts(text)).toContain(host);
});
