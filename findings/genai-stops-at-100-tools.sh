#!/bin/sh
# @google/genai 3.3.0: mcpToTool leaves out the tools after the page on which the hundredth stands.
#
# A server lists 180 tools in three pages of 60, as the protocol allows. One would expect 180 function
# declarations, or an error. mcpToTool asks for no further page once it has 100 tools: it declares 120,
# and nothing says that there are more. In one page all 180 are declared.
#
# Seen: 120 of 180 in pages of 60, 180 of 180 in one page
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'END'
{ "type": "module", "private": true }
END
npm install --silent --no-audit --no-fund --ignore-scripts @google/genai@3.3.0 \
  @modelcontextprotocol/sdk@1.32.2
cat >show.mjs <<'END'
import { strictEqual } from "node:assert";
import { mcpToTool } from "@google/genai";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const tools = Array.from({ length: 180 }, (_, index) => {
  return { name: `tool_${index}`, inputSchema: { type: "object", properties: {} } };
});

async function count(size) {
  const server = new Server({ name: "s", version: "1.0.0" }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
    const from = Number(params?.cursor ?? 0);
    const to = from + size;
    const page = { tools: tools.slice(from, to) };
    return to < tools.length ? { ...page, nextCursor: String(to) } : page;
  });
  const client = new Client({ name: "c", version: "1.0.0" });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(far), client.connect(near)]);
  return (await mcpToTool(client).tool()).functionDeclarations.length;
}

const paged = await count(60);
const whole = await count(180);
console.log(`${paged} of 180 in pages of 60, ${whole} of 180 in one page`);
strictEqual(paged, 120);
strictEqual(whole, 180);
END
node show.mjs
