#!/bin/sh
# numfmt 4.0.1: CommonJS cannot load it, and its types are not found, though both are declared.
#
# The package.json names dist/index.cjs for `require` and dist/index.d.cts for `types`. One would expect
# a release to hold what it names. It holds dist/index.js (CommonJS), index.mjs, index.d.ts and
# index.d.mts instead: `require` throws, and TypeScript takes the package for untyped. Version 3.2.6 of
# the same package can be required.
#
# Seen: required 4.0.1: MODULE_NOT_FOUND; types there: false; required 3.2.6: 1:30
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'END'
{ "private": true }
END
npm install --silent --no-audit --no-fund --ignore-scripts numfmt@4.0.1 old@npm:numfmt@3.2.6
cat >show.cjs <<'END'
const { strictEqual } = require("node:assert");
const { existsSync, readFileSync } = require("node:fs");

const folder = "node_modules/numfmt/";
const { types } = JSON.parse(readFileSync(`${folder}package.json`, "utf8"));
let required = "loaded";
try {
  require("numfmt");
} catch (error) {
  required = error.code;
}
const older = require("old").format("[h]:mm", 1.5 / 24);
console.log(
  `required 4.0.1: ${required}; types there: ${existsSync(folder + types)}; required 3.2.6: ${older}`,
);
strictEqual(required, "MODULE_NOT_FOUND");
strictEqual(existsSync(folder + types), false);
strictEqual(older, "1:30");
END
node show.cjs
