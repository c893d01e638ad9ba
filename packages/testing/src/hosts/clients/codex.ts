import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { responses } from "../dialects/responses.ts";
import type { Host, ServerCommand } from "../host.ts";

export const codex: Host = {
  name: "Codex",
  spec: "@openai/codex@0.171.0-linux-x64",
  dialect: responses,
  async prepare({ packages, home, model, servers }) {
    const folder = join(home, ".codex");
    await mkdir(folder);
    await writeFile(join(folder, "config.toml"), toConfig(model, servers));
    return {
      file: join(packages, "node_modules/@openai/codex/vendor/x86_64-unknown-linux-musl/bin/codex"),
      args: [
        ...["exec", "--skip-git-repo-check", "--ephemeral"],
        ...["--dangerously-bypass-approvals-and-sandbox", "go"],
      ],
      env: { HOME: home, CODEX_HOME: folder, SCRIPTED_KEY: "x" },
    };
  },
};

/** TOML writes strings, and lists of strings, as JSON does. */
function toConfig(model: string, servers: readonly ServerCommand[]): string {
  const lines = [
    'model = "gpt-5.5"',
    'model_provider = "scripted"',
    "check_for_update_on_startup = false",
    "[analytics]",
    "enabled = false",
    "[model_providers.scripted]",
    'name = "scripted"',
    `base_url = ${JSON.stringify(`${model}/v1`)}`,
    'wire_api = "responses"',
    'env_key = "SCRIPTED_KEY"',
    "request_max_retries = 0",
    "stream_max_retries = 0",
  ];
  for (const { name, command, args, env } of servers) {
    lines.push(`[mcp_servers.${name}]`);
    lines.push(`command = ${JSON.stringify(command)}`, `args = ${JSON.stringify(args)}`);
    lines.push("startup_timeout_sec = 180", "tool_timeout_sec = 180");
    lines.push(`[mcp_servers.${name}.env]`);
    for (const [key, value] of Object.entries(env)) lines.push(`${key} = ${JSON.stringify(value)}`);
  }
  return `${lines.join("\n")}\n`;
}
