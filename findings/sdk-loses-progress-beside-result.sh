#!/bin/sh
# @modelcontextprotocol/sdk 1.32.2 and @modelcontextprotocol/client 2.4.0: over stdio, a progress
# notification that arrives in one chunk with the result of its request never reaches `onprogress`.
#
# A server that batches its writes sends the last progress and the result at once, in this order. One
# would expect the order to be kept: progress, then result. Both clients handle a notification in a
# later microtask than a response, and by then the request's handler is gone. With 50 ms between the
# two lines the same progress arrives.
#
# Seen: v1 0 of 20 together, 20 of 20 apart; v2 0 of 20 together, 20 of 20 apart
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'END'
{ "type": "module", "private": true }
END
npm install --silent --no-audit --no-fund --ignore-scripts @modelcontextprotocol/sdk@1.32.2 \
  @modelcontextprotocol/client@2.4.0
cat >server.mjs <<'END'
import { createInterface } from "node:readline";

const gap = Number(process.argv[2]);
const line = (message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`;

createInterface({ input: process.stdin }).on("line", (text) => {
  const { id, method, params } = JSON.parse(text);
  if (method === "initialize") {
    const { protocolVersion } = params;
    const serverInfo = { name: "s", version: "1.0.0" };
    process.stdout.write(line({ id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo } }));
  } else if (method === "tools/call") {
    const { progressToken } = params._meta;
    const progress = { method: "notifications/progress", params: { progressToken, progress: 1 } };
    const result = { id, result: { content: [] } };
    if (gap === 0) process.stdout.write(line(progress) + line(result));
    else {
      process.stdout.write(line(progress));
      setTimeout(() => process.stdout.write(line(result)), gap);
    }
  } else if (id !== undefined) {
    process.stdout.write(line({ id, error: { code: -32601, message: "Method not found" } }));
  }
});
END
cat >show.mjs <<'END'
import { strictEqual } from "node:assert";
import { Client as ClientV2 } from "@modelcontextprotocol/client";
import { StdioClientTransport as StdioV2 } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as StdioV1 } from "@modelcontextprotocol/sdk/client/stdio.js";

async function count(Client, Stdio, gap, call) {
  const client = new Client({ name: "c", version: "1.0.0" });
  await client.connect(new Stdio({ command: process.execPath, args: ["server.mjs", String(gap)] }));
  let heard = 0;
  for (let at = 0; at < 20; at += 1) await call(client, { onprogress: () => (heard += 1) });
  await client.close();
  return heard;
}

const named = { name: "tool", arguments: {} };
const v1 = (client, options) => client.callTool(named, undefined, options);
const v2 = (client, options) => client.callTool(named, options);
for (const [name, Client, Stdio, call] of [
  ["v1", ClientV1, StdioV1, v1],
  ["v2", ClientV2, StdioV2, v2],
]) {
  const together = await count(Client, Stdio, 0, call);
  const apart = await count(Client, Stdio, 50, call);
  console.log(`${name} ${together} of 20 together, ${apart} of 20 apart`);
  strictEqual(together, 0);
  strictEqual(apart, 20);
}
END
node show.mjs
