import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { responses } from "../dialects/responses.ts";
import type { Command, Host, Person, ServerCommand, Setup, SignIn, Talk } from "../host.ts";
import { at, textAt } from "../json.ts";
import { succeed } from "../run-host.ts";

const facts = {
  name: "Codex",
  spec: "@openai/codex@0.171.0-linux-x64",
  dialect: responses,
} as const;
const exec = ["exec", "--skip-git-repo-check", "--ephemeral"];

export const codex: Host = {
  ...facts,
  async prepare(setup) {
    const args = [...exec, "--dangerously-bypass-approvals-and-sandbox", "go"];
    return { ...(await toProgram(setup)), args };
  },
};

/** The same within its sandbox, with leave to call the tools of its servers. */
export const cautiousCodex: Host = {
  ...facts,
  async prepare(setup) {
    const leave = setup.servers.flatMap(({ name }) => [
      ...["-c", `mcp_servers.${name}.default_tools_approval_mode="approve"`],
    ]);
    return { ...(await toProgram(setup)), args: [...exec, ...leave, "go"] };
  },
};

/** Its app server, through which editors show its questions to this person. */
export function createCodexFor(person: Person): Host {
  return {
    ...facts,
    async prepare(setup) {
      const talk = toTalk(person, setup.cwd);
      return { ...(await toProgram(setup)), args: ["app-server"], talk };
    },
  };
}

/** The same with a server over HTTP, to which it signs in first, in a browser that is a program. */
export function createCodexSigningIn({ name, url, browser, lacks }: SignIn): Host {
  return {
    ...facts,
    async prepare(setup) {
      const program = await toProgram(setup);
      const lines = [`[mcp_servers.${name}]`, `url = ${JSON.stringify(url)}`];
      // Without a keyring its tokens go into a file.
      const config = `mcp_oauth_credentials_store = "file"\n${toConfig(setup.model, [])}${lines.join("\n")}\n`;
      await writeFile(join(setup.home, ".codex", "config.toml"), config);
      const env = { ...program.env, BROWSER: browser };
      const login = { ...program, env, args: ["mcp", "login", name] };
      await succeed(login, setup);
      const args = [...exec, "--dangerously-bypass-approvals-and-sandbox", "go"];
      const command = { ...program, args };
      if (lacks === undefined) return command;
      await succeed(command, setup);
      await succeed({ ...login, args: [...login.args, "--scopes", lacks] }, setup);
      return command;
    },
  };
}

function toTalk({ answer, questions }: Person, cwd: string): Talk {
  const clientInfo = { name: "fairlead-tests", version: "1.0.0" };
  return {
    opening: [{ id: "hello", method: "initialize", params: { clientInfo } }],
    answer(message) {
      const [id, method] = [at(message, "id"), at(message, "method")];
      if (method === "turn/completed") return undefined;
      if (method === "mcpServer/elicitation/request") {
        // Whether it may call the tool at all is a question of its own, and comes first.
        const own = textAt(message, "params", "_meta", "codex_approval_kind") !== "";
        if (!own) questions.push(textAt(message, "params", "message"));
        const action = own ? "accept" : answer;
        return [{ id, result: { action, content: action === "accept" ? {} : null } }];
      }
      if (method !== undefined) return [];
      if (id === "hello") {
        const params = { cwd, ephemeral: true };
        return [{ method: "initialized" }, { id: "thread", method: "thread/start", params }];
      }
      if (id !== "thread") return [];
      const threadId = textAt(message, "result", "thread", "id");
      const params = { threadId, input: [{ type: "text", text: "go" }] };
      return [{ id: "turn", method: "turn/start", params }];
    },
  };
}

async function toProgram({
  packages,
  home,
  model,
  servers,
}: Setup): Promise<Omit<Command, "args">> {
  const folder = join(home, ".codex");
  await mkdir(folder);
  await writeFile(join(folder, "config.toml"), toConfig(model, servers));
  return {
    file: join(packages, "node_modules/@openai/codex/vendor/x86_64-unknown-linux-musl/bin/codex"),
    env: { HOME: home, CODEX_HOME: folder, SCRIPTED_KEY: "x" },
  };
}

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
    lines.push("startup_timeout_sec = 180");
    lines.push(`[mcp_servers.${name}.env]`);
    for (const [key, value] of Object.entries(env)) lines.push(`${key} = ${JSON.stringify(value)}`);
  }
  return `${lines.join("\n")}\n`;
}
