#!/bin/sh
# numfmt 3.2.6: asked what a format shows, it calls the minutes of `mm:ss` months.
#
# In a number format of a spreadsheet `m` stands for minutes beside seconds or hours. `format()` knows
# that and writes 17:43. One would expect `getFormatDateInfo()`, which tells what a format shows, to agree:
# for `mm:ss` it says that there is a month and no minute, for `h:mm` and `[mm]:ss` it is right. Whoever
# decides by it whether a cell is a day or a duration takes a time of running for a date.
#
# Seen: mm:ss 17:43 month true minutes false; h:mm 0:17 month false minutes true;
# [mm]:ss 17:43 month false minutes true
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'END'
{ "type": "module", "private": true }
END
npm install --silent --no-audit --no-fund --ignore-scripts numfmt@3.2.6
cat >show.mjs <<'END'
import { deepStrictEqual } from "node:assert";
import { format, getFormatDateInfo } from "numfmt";

const expected = {
  "mm:ss": ["17:43", true, false],
  "h:mm": ["0:17", false, true],
  "[mm]:ss": ["17:43", false, true],
};
for (const [code, shown] of Object.entries(expected)) {
  const { month, minutes } = getFormatDateInfo(code);
  const text = format(code, 0.0123);
  console.log(`${code} ${text} month ${month} minutes ${minutes}`);
  deepStrictEqual([text, month, minutes], shown);
}
END
node show.mjs
