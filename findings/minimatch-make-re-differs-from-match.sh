#!/bin/sh
# minimatch 10.2.6: the regular expression of a glob does not answer as the glob does.
#
# `makeRe()` gives a glob as a regular expression, for places where one is wanted, so one would expect it
# to say of every path what `match()` says. For `src/**` the expression also takes the folder itself and
# a hidden file in it; for `*` it does not take the folder with a slash, which `match()` takes.
#
# Seen: src/** src: match false, expression true; src/** src/.env: match false, expression true;
# * src/: match true, expression false; src/** src/a.ts: match true, expression true
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'END'
{ "type": "module", "private": true }
END
npm install --silent --no-audit --no-fund --ignore-scripts minimatch@10.2.6
cat >show.mjs <<'END'
import { deepStrictEqual } from "node:assert";
import { Minimatch } from "minimatch";

const expected = [
  ["src/**", "src", false, true],
  ["src/**", "src/.env", false, true],
  ["*", "src/", true, false],
  ["src/**", "src/a.ts", true, true],
];
for (const [glob, path, ...answers] of expected) {
  const rule = new Minimatch(glob);
  const [matched, tested] = [rule.match(path), rule.makeRe().test(path)];
  console.log(`${glob} ${path}: match ${matched}, expression ${tested}`);
  deepStrictEqual([matched, tested], answers);
}
END
node show.mjs
