import type { Endpoint, StdioEndpoint } from "./endpoint.ts";

/** How one client is told of a server. */
export interface ClientConfig {
  readonly client: string;
  /** The file the text belongs in. */
  readonly file: string;
  readonly language: "json" | "toml";
  readonly text: string;
  /** A shell command that does the same. */
  readonly command?: string;
  /** Opens the client with the config filled in. */
  readonly link?: string;
  /** The same link for pages that allow https alone, as code hosts do. */
  readonly webLink?: string;
}

// Claude Desktop starts processes only; this one passes their messages on to a URL.
const bridge = "mcp-remote@0.15.1";

/** The config of a server called `name` for every client, in the order people look for them. */
export function toClientConfigs(name: string, endpoint: Endpoint): ClientConfig[] {
  return [
    toClaudeCode(name, endpoint),
    toClaudeDesktop(name, endpoint),
    toCursor(name, endpoint),
    toVsCode(name, endpoint),
    toWindsurf(name, endpoint),
    toZed(name, endpoint),
    toCodex(name, endpoint),
    toGemini(name, endpoint),
  ];
}

function toClaudeDesktop(name: string, endpoint: Endpoint): ClientConfig {
  const entry =
    endpoint.transport === "http"
      ? { command: "npx", args: ["-y", bridge, endpoint.url] }
      : toProcess(endpoint, toPlaceholder);
  return {
    client: "Claude Desktop",
    file: "claude_desktop_config.json",
    language: "json",
    text: json({ mcpServers: { [name]: entry } }),
  };
}

function toClaudeCode(name: string, endpoint: Endpoint): ClientConfig {
  const reference = (variable: string) => `\${${variable}}`;
  const entry =
    endpoint.transport === "http"
      ? { type: "http", url: endpoint.url }
      : toProcess(endpoint, reference);
  return {
    client: "Claude Code",
    file: ".mcp.json",
    language: "json",
    text: json({ mcpServers: { [name]: entry } }),
    command:
      endpoint.transport === "http"
        ? shell(["claude", "mcp", "add", "--transport", "http", name, endpoint.url])
        : shell([
            ...["claude", "mcp", "add", name],
            ...Object.entries(toEnv(endpoint, reference)).flatMap(([key, value]) => [
              "-e",
              `${key}=${value}`,
            ]),
            ...["--", endpoint.command, ...endpoint.args],
          ]),
  };
}

function toCursor(name: string, endpoint: Endpoint): ClientConfig {
  const entry =
    endpoint.transport === "http"
      ? { url: endpoint.url }
      : toProcess(endpoint, (variable) => `\${env:${variable}}`);
  const config = Buffer.from(JSON.stringify(entry)).toString("base64");
  const query = `name=${encodeURIComponent(name)}&config=${encodeURIComponent(config)}`;
  const link = `cursor://anysphere.cursor-deeplink/mcp/install?${query}`;
  return {
    client: "Cursor",
    file: ".cursor/mcp.json",
    language: "json",
    text: json({ mcpServers: { [name]: entry } }),
    // Cursor ignores links of more than 8,000 characters.
    ...(link.length <= 8000 && { link, webLink: `https://cursor.com/en/install-mcp?${query}` }),
  };
}

function toVsCode(name: string, endpoint: Endpoint): ClientConfig {
  const secrets = endpoint.transport === "http" ? [] : endpoint.secrets;
  const entry =
    endpoint.transport === "http"
      ? { type: "http", url: endpoint.url }
      : { type: "stdio", ...toProcess(endpoint, (variable) => `\${input:${toInputId(variable)}}`) };
  const inputs = secrets.map((variable) => ({
    type: "promptString",
    id: toInputId(variable),
    description: variable,
    password: true,
  }));
  const asked = inputs.length > 0 && { inputs };
  const whole = JSON.stringify({ name, ...entry, ...asked });
  const link = `vscode:mcp/install?${encodeURIComponent(whole)}`;
  return {
    client: "VS Code",
    file: ".vscode/mcp.json",
    language: "json",
    text: json({ servers: { [name]: entry }, ...asked }),
    command: shell(["code", "--add-mcp", whole]),
    link,
    webLink: `https://insiders.vscode.dev/redirect?url=${encodeURIComponent(link)}`,
  };
}

function toWindsurf(name: string, endpoint: Endpoint): ClientConfig {
  const entry =
    endpoint.transport === "http"
      ? { serverUrl: endpoint.url }
      : toProcess(endpoint, (variable) => `\${env:${variable}}`);
  return {
    client: "Windsurf",
    file: "~/.codeium/windsurf/mcp_config.json",
    language: "json",
    text: json({ mcpServers: { [name]: entry } }),
  };
}

function toZed(name: string, endpoint: Endpoint): ClientConfig {
  const entry =
    endpoint.transport === "http" ? { url: endpoint.url } : toProcess(endpoint, toPlaceholder);
  return {
    client: "Zed",
    file: "settings.json",
    language: "json",
    text: json({ context_servers: { [name]: entry } }),
  };
}

function toCodex(name: string, endpoint: Endpoint): ClientConfig {
  const table = `[mcp_servers.${toTomlKey(name)}]`;
  const facts = { client: "Codex", file: "~/.codex/config.toml", language: "toml" } as const;
  if (endpoint.transport === "http") {
    const text = `${table}\nurl = ${toToml(endpoint.url)}\n`;
    return { ...facts, text, command: shell(["codex", "mcp", "add", name, "--url", endpoint.url]) };
  }
  const { command, args, env, secrets } = endpoint;
  const lines = [table, `command = ${toToml(command)}`, `args = ${toToml(args)}`];
  const fixed = Object.entries(env).map(([key, value]) => `${toTomlKey(key)} = ${toToml(value)}`);
  if (fixed.length > 0) lines.push(`env = { ${fixed.join(", ")} }`);
  // Codex hands on the named variables of its own environment.
  if (secrets.length > 0) lines.push(`env_vars = ${toToml(secrets)}`);
  const simple = fixed.length + secrets.length === 0;
  return {
    ...facts,
    text: `${lines.join("\n")}\n`,
    ...(simple && { command: shell(["codex", "mcp", "add", name, "--", command, ...args]) }),
  };
}

function toGemini(name: string, endpoint: Endpoint): ClientConfig {
  const facts = {
    client: "Gemini CLI",
    file: "~/.gemini/settings.json",
    language: "json",
  } as const;
  if (endpoint.transport === "http") {
    const add = ["gemini", "mcp", "add", "-s", "user", "--transport", "http"];
    const text = json({ mcpServers: { [name]: { httpUrl: endpoint.url } } });
    return { ...facts, text, command: shell([...add, name, endpoint.url]) };
  }
  const entry = toProcess(endpoint, (variable) => `\${${variable}}`);
  return { ...facts, text: json({ mcpServers: { [name]: entry } }) };
}

type Reference = (variable: string) => string;

function toProcess(endpoint: StdioEndpoint, reference: Reference) {
  const env = toEnv(endpoint, reference);
  const { command, args } = endpoint;
  return { command, args, ...(Object.keys(env).length > 0 && { env }) };
}

function toEnv({ env, secrets }: StdioEndpoint, reference: Reference): Record<string, string> {
  const hidden = secrets.map((variable) => [variable, reference(variable)]);
  return { ...env, ...Object.fromEntries(hidden) };
}

/** For clients that expand nothing: a person must put the secret there. */
function toPlaceholder(variable: string): string {
  return `<${variable}>`;
}

function toInputId(variable: string): string {
  return variable.toLowerCase();
}

/** Indented as people write it: a list of words stays on one line. */
function json(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  const short = text.replace(/\[\n\s+([^[\]{}]*?)\n\s+\]/g, (_, items: string) => {
    return `[${items.replace(/\n\s+/g, " ")}]`;
  });
  return `${short}\n`;
}

function shell(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
}

function toTomlKey(key: string): string {
  return /^[\w-]+$/.test(key) ? key : toToml(key);
}

/** TOML's basic strings and arrays of them are written as JSON writes them. */
function toToml(value: string | readonly string[]): string {
  return typeof value === "string" ? JSON.stringify(value) : `[${value.map(toToml).join(", ")}]`;
}
