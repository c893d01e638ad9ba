#!/bin/sh
# @opentelemetry/api 1.10.0: a library's copy reports nothing if the SDK came with API 1.9, and says nothing.
#
# An application registers SDK 2.12.1, the newest of its line, which takes API below 1.10.0. It uses a library
# that depends on API ^1.10.0, so npm installs a second copy for the library. Both copies share one global,
# so one would expect the library's spans in the application's trace, or a warning. A copy takes a global
# only of its own minor version or a later one: with 1.10.0 the tracer is a no-op, and no diagnostic is
# logged. A copy of 1.3.0 works. What is bundled should carry the oldest API that has what it uses.
#
# Seen: copy 1.3.0 records, copy 1.9.1 records, copy 1.10.0 does not, no diagnostics
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'END'
{ "type": "module", "private": true }
END
npm install --silent --no-audit --no-fund --ignore-scripts @opentelemetry/api@1.9.1 \
  @opentelemetry/sdk-trace-base@2.12.1 old@npm:@opentelemetry/api@1.3.0 new@npm:@opentelemetry/api@1.10.0
cat >show.mjs <<'END'
import { deepStrictEqual } from "node:assert";
import { DiagLogLevel, diag, trace } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import * as newer from "new";
import * as older from "old";

const said = [];
const say = (...words) => said.push(words.join(" "));
const logger = { error: say, warn: say, info: say, debug: () => {}, verbose: () => {} };
diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
trace.setGlobalTracerProvider(new BasicTracerProvider());

const records = (api) => api.trace.getTracer("library").startSpan("work").isRecording();
const seen = { "1.3.0": records(older), "1.9.1": records({ trace }), "1.10.0": records(newer) };
console.log(seen, said);
deepStrictEqual(seen, { "1.3.0": true, "1.9.1": true, "1.10.0": false });
deepStrictEqual(said, []);
END
node show.mjs
