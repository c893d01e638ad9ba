#!/bin/sh
# Claude Code 2.1.332 (linux-x64): where a tool's answer has `structuredContent`, the model is shown
# that and none of the text blocks beside it.
#
# The protocol has structured content repeat what the text says, so that either will do. Many tools
# put facts there and the matter in the text: `{"encoding":"utf-8","lines":2}` and the two lines. One
# would expect the model to get the text, or both. It gets the facts. A picture beside them is kept.
#
# Seen: text with structured content: lost; the same text alone: shown; picture with both: kept
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'END'
{ "type": "module", "private": true }
END
npm install --silent --no-audit --no-fund --ignore-scripts @anthropic-ai/claude-code-linux-x64@2.1.332
cat >server.mjs <<'END'
import { createInterface } from "node:readline";

const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const inputSchema = { type: "object", properties: {} };
const data = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const text = { type: "text", text: "the lines of the file" };
const picture = { type: "image", data, mimeType: "image/png" };
const structuredContent = { encoding: "utf-8", lines: 2 };
const answers = {
  both: { content: [text, picture], structuredContent },
  alone: { content: [text] },
};

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  if (method === "initialize") {
    const { protocolVersion } = params;
    const serverInfo = { name: "s", version: "1.0.0" };
    say({ id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo } });
  } else if (method === "tools/list") {
    const tools = Object.keys(answers).map((name) => ({ name, description: `Answers ${name}.`, inputSchema }));
    say({ id, result: { tools } });
  } else if (method === "tools/call") say({ id, result: answers[params.name] });
  else say({ id, error: { code: -32601, message: "Method not found" } });
});
END
cat >show.mjs <<'END'
import { strictEqual } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";

const names = ["both", "alone"];
const results = new Map();
const event = (data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

// The model: it calls both tools, and keeps what it is told.
const model = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  const { messages = [], tools = [] } = JSON.parse(body || "{}");
  const told = messages.flatMap(({ content }) => (Array.isArray(content) ? content : [])).filter(({ type }) => type === "tool_result");
  for (const { tool_use_id, content } of told) results.set(tool_use_id, content);
  const ask = tools.some(({ name }) => name === "mcp__s__both") && told.length === 0;
  const blocks = ask
    ? names.map((name) => [{ type: "tool_use", id: name, name: `mcp__s__${name}`, input: {} }, { type: "input_json_delta", partial_json: "{}" }])
    : [[{ type: "text", text: "" }, { type: "text_delta", text: "done" }]];
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = { id: "m", type: "message", role: "assistant", model: "scripted", content: [], stop_reason: null, stop_sequence: null, usage };
  response.setHeader("content-type", "text/event-stream");
  response.write(event({ type: "message_start", message }));
  for (const [index, [content_block, delta]] of blocks.entries()) {
    response.write(event({ type: "content_block_start", index, content_block }));
    response.write(event({ type: "content_block_delta", index, delta }));
    response.write(event({ type: "content_block_stop", index }));
  }
  response.write(event({ type: "message_delta", delta: { stop_reason: ask ? "tool_use" : "end_turn", stop_sequence: null }, usage }));
  response.end(event({ type: "message_stop" }));
});
model.listen(0, "127.0.0.1");
await once(model, "listening");

mkdirSync("home");
const s = { command: process.execPath, args: [`${process.cwd()}/server.mjs`] };
writeFileSync("servers.json", JSON.stringify({ mcpServers: { s } }));
const host = spawn(
  "node_modules/@anthropic-ai/claude-code-linux-x64/claude",
  ["-p", "go", "--max-turns", "4", "--mcp-config", "servers.json", "--strict-mcp-config", "--allowedTools", "mcp__s"],
  {
    env: {
      PATH: process.env.PATH,
      HOME: `${process.cwd()}/home`,
      ANTHROPIC_BASE_URL: `http://127.0.0.1:${model.address().port}`,
      ANTHROPIC_API_KEY: "x",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      IS_SANDBOX: "1",
      ENABLE_TOOL_SEARCH: "false",
    },
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 120_000,
  },
);
await once(host, "close");
model.close();
model.closeAllConnections();

const has = (name, what) => JSON.stringify(results.get(name)).includes(what);
strictEqual(has("both", "utf-8"), true);
const beside = has("both", "the lines of the file") ? "shown" : "lost";
const alone = has("alone", "the lines of the file") ? "shown" : "lost";
const picture = has("both", "iVBORw0KGgo") ? "kept" : "lost";
console.log(`text with structured content: ${beside}; the same text alone: ${alone}; picture with both: ${picture}`);
strictEqual(`${beside} ${alone} ${picture}`, "lost shown kept");
END
node show.mjs
