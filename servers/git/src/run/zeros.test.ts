import { expect, it } from "vitest";
import { ZerosFinder } from "./zeros.ts";

it("two zeros are found after the empty fields, wherever the pieces meet", () => {
  const bytes = Buffer.from("sha\0\0\0message\0\n:A\0path\0\0patch\0\0");
  for (const [zeros, expected] of [
    [0, 3],
    [1, 4],
    [2, 22],
    [5, 22],
    [6, 29],
    [8, -1],
  ] as const) {
    for (let a = 0; a <= bytes.length; a++) {
      for (let b = a; b <= bytes.length; b++) {
        const finder = new ZerosFinder(zeros);
        let at = 0;
        let found = -1;
        for (const piece of [bytes.subarray(0, a), bytes.subarray(a, b), bytes.subarray(b)]) {
          const place = found < 0 ? finder.find(piece) : -1;
          if (place >= 0) found = at + place;
          at += piece.length;
        }
        // Where the pieces meet between the two, it is the second that is told.
        const met = expected >= 0 && [a, b].includes(expected + 1);
        expect([zeros, a, b, found]).toEqual([zeros, a, b, met ? expected + 1 : expected]);
      }
    }
  }
});
