#!/bin/sh
# @openai/codex 0.171.0 (linux-x64): a tool call that reports progress all the time is ended after
# `tool_timeout_sec` all the same.
#
# Codex sends a progress token with every call, so a server takes it that somebody listens, and the
# protocol lets a client start its clock anew at each progress. One would expect a call that shows that it
# is alive to be waited for, and the setting to be about silence. It bounds the call as a whole.
#
# Seen: progress token sent; progress reported 3 times or more before the end; a call of 8 s with a limit of 4 s: timed out
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'END'
{ "type": "module", "private": true }
END
npm install --silent --no-audit --no-fund --ignore-scripts @openai/codex@0.171.0-linux-x64
cat >server.mjs <<'END'
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const inputSchema = { type: "object", properties: {} };

createInterface({ input: process.stdin }).on("line", async (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  if (method === "initialize") {
    const { protocolVersion } = params;
    const serverInfo = { name: "s", version: "1.0.0" };
    say({ id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo } });
  } else if (method === "tools/list") {
    const annotations = { readOnlyHint: true };
    say({ id, result: { tools: [{ name: "work", description: "Works for 8 s.", inputSchema, annotations }] } });
  } else if (method === "tools/call") {
    const { progressToken } = params._meta ?? {};
    for (let progress = 1; progress <= 16; progress += 1) {
      await sleep(500);
      if (progressToken === undefined) continue;
      say({ method: "notifications/progress", params: { progressToken, progress, total: 16 } });
      appendFileSync(process.argv[2], "progress\n");
    }
    say({ id, result: { content: [{ type: "text", text: "worked" }] } });
  } else say({ id, error: { code: -32601, message: "Method not found" } });
});
END
cat >show.mjs <<'END'
import { strictEqual } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";

let told;
const event = (data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
const findTools = (tools = [], namespace) =>
  tools.flatMap((tool) => (tool.type === "namespace" ? findTools(tool.tools, tool.name) : [{ ...tool, namespace }]));

// The model: it calls the tool once, and keeps what it is told.
const model = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  if (!request.url.endsWith("/responses")) return response.end('{"data":[],"models":[]}');
  const { input = [], tools } = JSON.parse(body);
  told ??= input.find(({ type }) => type === "function_call_output")?.output;
  const work = findTools(tools).find(({ name = "" }) => name.endsWith("work"));
  const item =
    work && told === undefined
      ? { type: "function_call", id: "f", call_id: "c", name: work.name, namespace: work.namespace, arguments: "{}", status: "completed" }
      : { type: "message", id: "m", role: "assistant", status: "completed", content: [{ type: "output_text", text: "done", annotations: [] }] };
  const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
  response.setHeader("content-type", "text/event-stream");
  response.write(event({ type: "response.created", response: { id: "r" } }));
  response.write(event({ type: "response.output_item.done", output_index: 0, item }));
  response.end(event({ type: "response.completed", response: { id: "r", object: "response", status: "completed", output: [item], usage } }));
});
model.listen(0, "127.0.0.1");
await once(model, "listening");

mkdirSync("home");
const seen = `${process.cwd()}/seen`;
writeFileSync(seen, "");
writeFileSync(
  "home/config.toml",
  `model = "scripted"
model_provider = "scripted"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.scripted]
name = "scripted"
base_url = "http://127.0.0.1:${model.address().port}/v1"
wire_api = "responses"
env_key = "SCRIPTED_KEY"
[mcp_servers.s]
command = ${JSON.stringify(process.execPath)}
args = ${JSON.stringify([`${process.cwd()}/server.mjs`, seen])}
tool_timeout_sec = 4
`,
);
const host = spawn(
  "node_modules/@openai/codex/vendor/x86_64-unknown-linux-musl/bin/codex",
  ["exec", "--skip-git-repo-check", "--ephemeral", "go"],
  {
    env: { PATH: process.env.PATH, HOME: `${process.cwd()}/home`, CODEX_HOME: `${process.cwd()}/home`, SCRIPTED_KEY: "x" },
    stdio: ["ignore", "ignore", "ignore"],
    timeout: 120_000,
  },
);
await once(host, "close");
model.close();
model.closeAllConnections();

const text = JSON.stringify(told);
const reported = readFileSync(seen, "utf8").split("progress").length - 1;
const token = reported > 0 ? "sent" : "not sent";
const often = reported >= 3 ? "3 times or more" : `${reported} times`;
const end = text.includes("timed out") ? "timed out" : text.includes("worked") ? "finished" : text;
console.log(`progress token ${token}; progress reported ${often} before the end; a call of 8 s with a limit of 4 s: ${end}`);
strictEqual(`${token}, ${often}, ${end}`, "sent, 3 times or more, timed out");
END
node show.mjs
