import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messages } from "../dialects/messages.ts";
import type { Command, Host, Setup } from "../host.ts";
import { finish } from "../run-host.ts";

const name = "Claude Code";
const spec = "@anthropic-ai/claude-code-linux-x64@2.1.332";
const turns = ["-p", "go", "--max-turns", "500"];

export const claudeCode: Host = {
  ...{ name, spec, dialect: messages },
  async prepare(setup) {
    const config = join(setup.home, "servers.json");
    const mcpServers = Object.fromEntries(
      setup.servers.map(({ name, command, args, env }) => [name, { command, args, env }]),
    );
    await writeFile(config, JSON.stringify({ mcpServers }));
    const given = ["--mcp-config", config, "--strict-mcp-config", ...toAllowed(setup)];
    return { ...toProgram(setup), args: [...turns, ...given] };
  },
};

/** The same with its servers in the user's config, which `claude mcp add` writes for the first run. */
export function createClaudeCodeWithUserConfig(): Host {
  let written: string | undefined;
  return {
    ...{ name, spec, dialect: messages },
    async prepare(setup) {
      const config = join(setup.home, ".claude.json");
      if (written === undefined) {
        await addServers(setup);
        written = await readFile(config, "utf8");
      } else {
        await writeFile(config, written);
      }
      return { ...toProgram(setup), args: [...turns, ...toAllowed(setup)] };
    },
  };
}

async function addServers(setup: Setup): Promise<void> {
  for (const { name, command, args, env } of setup.servers) {
    const variables = Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
    const added = ["mcp", "add", "--scope", "user", name, ...variables, "--", command, ...args];
    const { code, output } = await finish({ ...toProgram(setup), args: added }, setup, 120_000);
    if (code !== 0) throw new Error(`claude mcp add ended with ${code}.\n${output}`);
  }
}

/** The program, and what it needs to know of its model. */
function toProgram({ packages, home, model }: Setup): Omit<Command, "args"> {
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
      MCP_TIMEOUT: "180000",
    },
  };
}

function toAllowed({ servers }: Setup): readonly string[] {
  return ["--allowedTools", ...servers.map(({ name }) => `mcp__${name}`)];
}
