import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messages } from "../dialects/messages.ts";
import type { Host, Setup } from "../host.ts";

export const claudeCode: Host = {
  name: "Claude Code",
  spec: "@anthropic-ai/claude-code-linux-x64@2.1.332",
  dialect: messages,
  async prepare(setup) {
    const config = join(setup.home, "servers.json");
    const mcpServers = Object.fromEntries(
      setup.servers.map(({ name, command, args, env }) => [name, { command, args, env }]),
    );
    await writeFile(config, JSON.stringify({ mcpServers }));
    const allowed = setup.servers.map(({ name }) => `mcp__${name}`);
    return {
      ...toClaude(setup),
      args: [
        ...["-p", "go", "--max-turns", "500"],
        ...["--mcp-config", config, "--strict-mcp-config"],
        ...["--allowedTools", ...allowed],
      ],
    };
  },
};

/** The program, and what it needs to know of its model. */
export function toClaude({ packages, home, model }: Setup) {
  return {
    file: join(packages, "node_modules/@anthropic-ai/claude-code-linux-x64/claude"),
    env: {
      HOME: home,
      ANTHROPIC_BASE_URL: model,
      ANTHROPIC_API_KEY: "x",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      IS_SANDBOX: "1",
      ENABLE_TOOL_SEARCH: "false",
    },
  };
}
