import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messages } from "../dialects/messages.ts";
import type { Command, Host, Person, Setup, SignIn, Talk } from "../host.ts";
import { at, textAt } from "../json.ts";
import { succeed } from "../run-host.ts";

const name = "Claude Code";
const spec = "@anthropic-ai/claude-code-linux-x64@2.1.332";
const most = ["--max-turns", "500"];
const turns = ["-p", "go", ...most];

export const claudeCode: Host = {
  ...{ name, spec, dialect: messages },
  async prepare(setup) {
    return { ...toProgram(setup), args: [...turns, ...(await toGiven(setup))] };
  },
};

/** The same behind its SDK, through which editors and desktop programs show its questions to this person. */
export function createClaudeCodeFor(person: Person): Host {
  return {
    ...{ name, spec, dialect: messages },
    async prepare(setup) {
      const json = ["--input-format", "stream-json", "--output-format", "stream-json", "--verbose"];
      const args = ["-p", ...json, ...most, ...(await toGiven(setup))];
      return { ...toProgram(setup), args, talk: toTalk(person) };
    },
  };
}

function toTalk({ answer, questions }: Person): Talk {
  return {
    opening: [
      { type: "control_request", request_id: "hello", request: { subtype: "initialize" } },
      { type: "user", message: { role: "user", content: "go" } },
    ],
    answer(message) {
      if (at(message, "type") === "result") return undefined;
      if (textAt(message, "request", "subtype") !== "elicitation") return [];
      questions.push(textAt(message, "request", "message"));
      const response = answer === "accept" ? { action: answer, content: {} } : { action: answer };
      const request_id = at(message, "request_id");
      return [{ type: "control_response", response: { subtype: "success", request_id, response } }];
    },
  };
}

/** The servers, and leave to call their tools. */
async function toGiven(setup: Setup): Promise<readonly string[]> {
  const config = join(setup.home, "servers.json");
  const mcpServers = Object.fromEntries(
    setup.servers.map(({ name, command, args, env }) => [name, { command, args, env }]),
  );
  await writeFile(config, JSON.stringify({ mcpServers }));
  return ["--mcp-config", config, "--strict-mcp-config", ...toAllowed(setup)];
}

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

/** The same with a server over HTTP, to which it signs in first: with a terminal, and a browser that is a program. */
export function createClaudeCodeSigningIn({ name: server, url, browser, lacks }: SignIn): Host {
  return {
    ...{ name, spec, dialect: messages },
    async prepare(setup) {
      const program = toProgram(setup);
      const add = ["mcp", "add", "--scope", "user", "--transport", "http", server, url];
      await succeed({ ...program, args: add }, setup);
      // It signs in only where someone could type, so `script` makes it a terminal.
      const words = [program.file, "mcp", "login", server].map((word) => `'${word}'`).join(" ");
      const login: Command = {
        ...{ file: "script", args: ["-qec", words, "/dev/null"] },
        env: { ...program.env, BROWSER: browser, SHELL: "/bin/sh" },
        talk: { opening: [], answer: () => [] },
      };
      await succeed(login, setup);
      const command = { ...program, args: [...turns, "--allowedTools", `mcp__${server}`] };
      if (lacks === undefined) return command;
      // It remembers by itself what it was refused for.
      await succeed(command, setup);
      await succeed(login, setup);
      return command;
    },
  };
}

async function addServers(setup: Setup): Promise<void> {
  for (const { name, command, args, env } of setup.servers) {
    const variables = Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
    const added = ["mcp", "add", "--scope", "user", name, ...variables, "--", command, ...args];
    await succeed({ ...toProgram(setup), args: added }, setup);
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
