import { expect, test } from "vitest";
import { quote } from "./quote.ts";

const pieces = ["a", "\n", '"', "\\", "\u0001", "é", "汉", "😀", "\ud83d", "\ude00", "\u2028"];

test("quotes a text of any length as JSON.stringify does", () => {
  for (const length of [0, 1, 16_383, 16_384, 16_385, 32_768, 50_001]) {
    for (const piece of pieces) {
      // The shift puts every place of the piece at the end of what is quoted at once.
      for (const shift of ["", "x"]) {
        const text = `${shift}${piece.repeat(length)}`;
        expect(quote(text) === JSON.stringify(text), `${length} of ${JSON.stringify(piece)}`).toBe(
          true,
        );
      }
    }
  }
});

test("quotes what is mixed as JSON.stringify does", () => {
  let state = 7;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return pieces[state % pieces.length];
  };
  const text = Array.from({ length: 60_000 }, next).join("");
  expect(quote(text) === JSON.stringify(text)).toBe(true);
});
