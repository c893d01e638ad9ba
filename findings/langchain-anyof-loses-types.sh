#!/bin/sh
# @langchain/mcp-adapters 1.1.4: a parameter that is a string or a number reaches the model without a type.
#
# A server lists {"anyOf": [{"type": "string"}, {"type": "number"}]}. One would expect the model to be
# offered that. The adapter merges the branches of every anyOf that are objects, and drops the others:
# what is left is the description. A string or an object becomes an object alone, and a string that the
# server would take is refused before it is sent. As {"type": ["string", "number"]} it arrives whole.
#
# Seen: {"either":{"description":"Name or number"},"mixed":{"type":"object"},"listed":{"type":["string","number"]}}
#       Received tool input did not match expected schema
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'END'
{ "type": "module", "private": true }
END
npm install --silent --no-audit --no-fund --ignore-scripts @langchain/mcp-adapters@1.1.4 \
  @langchain/core@1.4.0 @langchain/langgraph@1.7.3 @modelcontextprotocol/sdk@1.32.2
cat >show.mjs <<'END'
import { deepStrictEqual, match } from "node:assert";
import { loadMcpTools } from "@langchain/mcp-adapters";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const inputSchema = {
  type: "object",
  properties: {
    either: { description: "Name or number", anyOf: [{ type: "string" }, { type: "number" }] },
    mixed: { anyOf: [{ type: "string" }, { type: "object" }] },
    listed: { type: ["string", "number"] },
  },
};
const server = new Server({ name: "s", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [{ name: "find", inputSchema }] }));
const client = new Client({ name: "c", version: "1.0.0" });
const [near, far] = InMemoryTransport.createLinkedPair();
await Promise.all([server.connect(far), client.connect(near)]);
const [tool] = await loadMcpTools("s", client);
console.log(JSON.stringify(tool.schema.properties));
deepStrictEqual(tool.schema.properties, {
  either: { description: "Name or number" },
  mixed: { type: "object" },
  listed: { type: ["string", "number"] },
});
const refusal = await tool.invoke({ mixed: "lamp" }).catch(({ message }) => message);
console.log(refusal.split("\n")[0]);
match(refusal, /^Received tool input did not match expected schema/);
END
node show.mjs
