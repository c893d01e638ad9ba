#!/bin/sh
# @opentelemetry/sdk-node 0.301.0: everything that is exported carries the whole command line.
#
# A program is started with a secret among its arguments, such as a database URL with a password. It makes
# one span, which has no attributes. One would expect the span, the service and the host in what is sent.
# The default resource detectors add process.command_args, all arguments as they are, to every export.
# OTEL_NODE_RESOURCE_DETECTORS=env leaves it out.
#
# Seen: the password is exported by default, and not with OTEL_NODE_RESOURCE_DETECTORS=env
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'END'
{ "type": "module", "private": true }
END
npm install --silent --no-audit --no-fund --ignore-scripts @opentelemetry/api@1.10.0 \
  @opentelemetry/sdk-node@0.301.0
cat >otel.mjs <<'END'
import { NodeSDK } from "@opentelemetry/sdk-node";

export const sdk = new NodeSDK();
sdk.start();
END
cat >program.mjs <<'END'
import { trace } from "@opentelemetry/api";
import { sdk } from "./otel.mjs";

trace.getTracer("program").startSpan("work").end();
await sdk.shutdown();
END
cat >show.mjs <<'END'
import { strictEqual } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";

let sent = "";
const collector = createServer((request, response) => {
  request.setEncoding("utf8").on("data", (text) => (sent += text));
  request.on("end", () => response.setHeader("content-type", "application/json").end("{}"));
}).listen(0, "127.0.0.1");
await once(collector, "listening");

async function isExported(env) {
  sent = "";
  const args = ["--import", "./otel.mjs", "program.mjs", "postgres://app:hunter2@db/app"];
  const child = spawn(process.execPath, args, {
    env: {
      ...process.env,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.address().port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_LOGS_EXPORTER: "none",
      OTEL_METRICS_EXPORTER: "none",
      ...env,
    },
    stdio: "inherit",
  });
  await once(child, "exit");
  strictEqual(sent.includes('"name":"work"'), true);
  return sent.includes("hunter2");
}

const byDefault = await isExported({});
const withEnv = await isExported({ OTEL_NODE_RESOURCE_DETECTORS: "env" });
console.log({ byDefault, withEnv });
collector.close();
strictEqual(byDefault, true);
strictEqual(withEnv, false);
END
node show.mjs
