#!/bin/sh
# @ai-sdk/mcp 2.0.99: a tool that takes any arguments is offered to the model as one that takes none.
#
# A server lists a tool with {"type": "object", "additionalProperties": {"type": "string"}}: any names,
# with strings. One would expect the model to be offered that. The client overwrites additionalProperties
# with false on every tool it lists, so the schema allows {} alone. A map inside a parameter stays open.
#
# Seen: {"type":"object","additionalProperties":false,"properties":{}}
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'END'
{ "type": "module", "private": true }
END
npm install --silent --no-audit --no-fund --ignore-scripts @ai-sdk/mcp@2.0.99 zod@4.6.7 \
  @modelcontextprotocol/sdk@1.32.2
cat >show.mjs <<'END'
import { deepStrictEqual } from "node:assert";
import { createMCPClient } from "@ai-sdk/mcp";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const map = { type: "object", additionalProperties: { type: "string" } };
const nested = { type: "object", properties: { labels: map } };
const tools = [
  { name: "any", inputSchema: map },
  { name: "nested", inputSchema: nested },
];
const server = new Server({ name: "s", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
const [near, far] = InMemoryTransport.createLinkedPair();
await server.connect(far);
const client = await createMCPClient({ transport: near });
const offered = await client.tools();
const schema = await offered.any.inputSchema.jsonSchema;
console.log(JSON.stringify(schema));
deepStrictEqual(schema, { type: "object", additionalProperties: false, properties: {} });
deepStrictEqual((await offered.nested.inputSchema.jsonSchema).properties.labels, map);
await client.close();
END
node show.mjs
