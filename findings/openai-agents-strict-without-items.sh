#!/bin/sh
# @openai/agents 0.20.0: the strict conversion keeps `strict: true` on an array without `items`.
#
# With convertSchemasToStrict a tool whose schema cannot be strict falls back to `strict: false`, as the
# one here with a map does. One would expect the same of {"type": "array"}, which the subset of strict
# schemas has no place for. It is passed on as strict, so that the API, not the library, is the one to
# object, and to the whole request.
#
# Seen: map strict=false, list strict=true {"anyOf":[{"type":"array"},{"type":"null"}]}
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'END'
{ "type": "module", "private": true }
END
npm install --silent --no-audit --no-fund --ignore-scripts @openai/agents@0.20.0 zod@4.6.7
cat >show.mjs <<'END'
import { deepStrictEqual, strictEqual } from "node:assert";
import { mcpToFunctionTool } from "@openai/agents";

function convert(value) {
  const inputSchema = { type: "object", properties: { value }, additionalProperties: false };
  return mcpToFunctionTool({ name: "find", inputSchema }, { name: "s" }, true);
}

const map = convert({ type: "object", additionalProperties: { type: "string" } });
const list = convert({ type: "array" });
const { value } = list.parameters.properties;
console.log(`map strict=${map.strict}, list strict=${list.strict} ${JSON.stringify(value)}`);
strictEqual(map.strict, false);
strictEqual(list.strict, true);
deepStrictEqual(value, { anyOf: [{ type: "array" }, { type: "null" }] });
END
node show.mjs
