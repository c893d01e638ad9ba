#!/bin/sh
# @google/gemini-cli 0.61.0: a tool's answer whose text happens to be JSON, but not a JSON object, never
# reaches the model.
#
# A tool may answer with any text: a file that holds `42`, a list of names, `null`. One would expect the
# model to be shown that text. Gemini CLI parses the first text of an answer, expects an object, and
# reports an error in place of the answer. A word before the JSON, or a JSON object, arrives.
#
# Seen: refused [1,2], 42, null, "quoted"; shown {"a":1}, see [1,2]
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'END'
{ "type": "module", "private": true }
END
npm install --silent --no-audit --no-fund --ignore-scripts @google/gemini-cli@0.61.0
cat >server.mjs <<'END'
import { createInterface } from "node:readline";

const texts = JSON.parse(process.argv[2]);
const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const inputSchema = { type: "object", properties: { at: { type: "number" } } };

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  if (method === "initialize") {
    const { protocolVersion } = params;
    const serverInfo = { name: "s", version: "1.0.0" };
    say({ id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo } });
  } else if (method === "tools/list") {
    say({ id, result: { tools: [{ name: "show", description: "Shows a text.", inputSchema }] } });
  } else if (method === "tools/call") {
    say({ id, result: { content: [{ type: "text", text: texts[params.arguments.at] }] } });
  } else say({ id, error: { code: -32601, message: "Method not found" } });
});
END
cat >show.mjs <<'END'
import { deepStrictEqual } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";

const texts = ["[1,2]", "42", "null", '"quoted"', '{"a":1}', "see [1,2]"];
let results = [];

// The model: it asks for each text in turn, and keeps what it is told.
const model = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  const { contents = [], tools } = JSON.parse(body || "{}");
  const parts = contents.flatMap((content) => content.parts ?? []);
  const told = parts.filter((part) => part.functionResponse).map((part) => part.functionResponse);
  if (tools) results = told;
  const ask = tools && told.length === 0;
  const calls = texts.map((_, at) => ({
    functionCall: { id: `c${at}`, name: "mcp_s_show", args: { at } },
  }));
  const answer = {
    candidates: [{ content: { role: "model", parts: ask ? calls : [{ text: "done" }] }, finishReason: "STOP", index: 0 }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  };
  const stream = request.url.includes("stream");
  response.setHeader("content-type", stream ? "text/event-stream" : "application/json");
  response.end(stream ? `data: ${JSON.stringify(answer)}\n\n` : JSON.stringify(answer));
});
model.listen(0, "127.0.0.1");
await once(model, "listening");

mkdirSync("home/.gemini", { recursive: true });
const server = { command: process.execPath, args: [`${process.cwd()}/server.mjs`, JSON.stringify(texts)], trust: true };
const settings = {
  security: { auth: { selectedType: "gemini-api-key" }, folderTrust: { enabled: false } },
  general: { enableAutoUpdate: false },
  privacy: { usageStatisticsEnabled: false },
  model: { name: "gemini-2.5-pro" },
  mcpServers: { s: server },
};
writeFileSync("home/.gemini/settings.json", JSON.stringify(settings));
const host = spawn(
  process.execPath,
  ["node_modules/@google/gemini-cli/bundle/gemini.js", "-p", "go", "--yolo", "--skip-trust"],
  {
    env: {
      PATH: process.env.PATH,
      HOME: `${process.cwd()}/home`,
      GEMINI_API_KEY: "x",
      GOOGLE_GEMINI_BASE_URL: `http://127.0.0.1:${model.address().port}`,
      GEMINI_CLI_TRUST_WORKSPACE: "true",
      GEMINI_CLI_NO_RELAUNCH: "true",
    },
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 120_000,
  },
);
await once(host, "close");
model.close();
model.closeAllConnections();

const shown = texts.filter((text, at) => {
  const told = results.find(({ id }) => id === `c${at}`)?.response ?? {};
  return Object.values(told).some((value) => typeof value === "string" && value.includes(text) && !("error" in told));
});
const refused = texts.filter((text) => !shown.includes(text));
console.log(`refused ${refused.join(", ")}; shown ${shown.join(", ")}`);
deepStrictEqual(refused, texts.slice(0, 4));
END
node show.mjs
