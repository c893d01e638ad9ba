#!/bin/sh
# Claude Code 2.1.332 (linux-x64): with `-p` it declares that its user can be asked, and then answers every
# question of a server itself: it cancels them.
#
# A server learns from the capability `elicitation` whether there is somebody to ask, and a `cancel` says
# that the user closed the question. One would expect a program that runs without a user, in a script, not
# to declare the capability, so that the server takes its other way. It declares forms and addresses,
# and cancels within milliseconds, which the server cannot tell from a user who closed the form.
#
# Seen: declared form, url; answered cancel
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'END'
{ "type": "module", "private": true }
END
npm install --silent --no-audit --no-fund --ignore-scripts @anthropic-ai/claude-code-linux-x64@2.1.332
cat >server.mjs <<'END'
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const note = (fact) => appendFileSync(process.argv[2], `${JSON.stringify(fact)}\n`);
const inputSchema = { type: "object", properties: {} };
let waiting;

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params, result } = JSON.parse(line);
  if (method === "initialize") {
    note({ declared: Object.keys(params.capabilities.elicitation ?? {}) });
    const { protocolVersion } = params;
    const serverInfo = { name: "s", version: "1.0.0" };
    say({ id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo } });
  } else if (method === "tools/list") {
    say({ id, result: { tools: [{ name: "ask", description: "Asks the user.", inputSchema }] } });
  } else if (method === "tools/call") {
    waiting = id;
    const requestedSchema = { type: "object", properties: { name: { type: "string" } } };
    say({ id: "question", method: "elicitation/create", params: { message: "Your name?", requestedSchema } });
  } else if (id === "question") {
    note({ answered: result.action });
    say({ id: waiting, result: { content: [{ type: "text", text: result.action }] } });
  } else if (id !== undefined) say({ id, error: { code: -32601, message: "Method not found" } });
});
END
cat >show.mjs <<'END'
import { strictEqual } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";

const event = (data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

// The model: it calls the tool once.
const model = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  const { messages = [], tools = [] } = JSON.parse(body || "{}");
  const told = messages.flatMap(({ content }) => (Array.isArray(content) ? content : [])).some(({ type }) => type === "tool_result");
  const ask = tools.some(({ name }) => name === "mcp__s__ask") && !told;
  const [content_block, delta] = ask
    ? [{ type: "tool_use", id: "t", name: "mcp__s__ask", input: {} }, { type: "input_json_delta", partial_json: "{}" }]
    : [{ type: "text", text: "" }, { type: "text_delta", text: "done" }];
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = { id: "m", type: "message", role: "assistant", model: "scripted", content: [], stop_reason: null, stop_sequence: null, usage };
  response.setHeader("content-type", "text/event-stream");
  response.write(event({ type: "message_start", message }));
  response.write(event({ type: "content_block_start", index: 0, content_block }));
  response.write(event({ type: "content_block_delta", index: 0, delta }));
  response.write(event({ type: "content_block_stop", index: 0 }));
  response.write(event({ type: "message_delta", delta: { stop_reason: ask ? "tool_use" : "end_turn", stop_sequence: null }, usage }));
  response.end(event({ type: "message_stop" }));
});
model.listen(0, "127.0.0.1");
await once(model, "listening");

mkdirSync("home");
const s = { command: process.execPath, args: [`${process.cwd()}/server.mjs`, `${process.cwd()}/seen.jsonl`] };
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

const seen = Object.assign({}, ...readFileSync("seen.jsonl", "utf8").trim().split("\n").map((line) => JSON.parse(line)));
const shown = `declared ${seen.declared.sort().join(", ")}; answered ${seen.answered}`;
console.log(shown);
strictEqual(shown, "declared form, url; answered cancel");
END
node show.mjs
