import { type Source, toNote, toPlaceholder, toPrompt, toSecrets } from "./client-notes.ts";
import { toJson, toShell, toToml, toTomlKey } from "./client-text.ts";
import type { Endpoint, HttpEndpoint, Secret, StdioEndpoint } from "./endpoint.ts";

/** How one client is configured for a server. */
export interface ClientConfig {
  readonly client: string;
  /** The file the text belongs in. */
  readonly file: string;
  readonly language: "json" | "toml";
  readonly text: string;
  /** What a person has to do about the secrets that the text names. */
  readonly note?: string;
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
    toOpencode(name, endpoint),
  ];
}

function toClaudeDesktop(name: string, endpoint: Endpoint): ClientConfig {
  const entry =
    endpoint.transport === "http" ? toBridge(endpoint) : toProcess(endpoint, toPlaceholder);
  return {
    ...toFacts("Claude Desktop", "file", endpoint),
    file: "claude_desktop_config.json",
    text: toJson({ mcpServers: { [name]: entry } }),
  };
}

/** The header's value goes through a variable: on Windows a space would split an argument. */
function toBridge({ url, token }: HttpEndpoint) {
  const start = { command: "npx", args: ["-y", bridge, url] };
  if (token === undefined) return start;
  const args = [...start.args, "--header", `Authorization:\${AUTHORIZATION}`];
  return { ...start, args, env: { AUTHORIZATION: `Bearer <${token}>` } };
}

function toClaudeCode(name: string, endpoint: Endpoint): ClientConfig {
  // Claude Code hands on the text of a reference to nothing, and warns of it: what is optional is
  // given an empty default.
  const reference: Reference = ({ variable, required }) => `\${${variable}${required ? "" : ":-"}}`;
  const entry =
    endpoint.transport === "http"
      ? { type: "http", url: endpoint.url, ...toHeaders(endpoint, reference) }
      : toProcess(endpoint, reference);
  return {
    ...toFacts("Claude Code", "environment", endpoint),
    file: ".mcp.json",
    text: toJson({ mcpServers: { [name]: entry } }),
    command:
      endpoint.transport === "http"
        ? toShell([
            ...["claude", "mcp", "add", "--transport", "http", name, endpoint.url],
            ...toBearers(endpoint, reference).flatMap((value) => [
              "--header",
              `Authorization: ${value}`,
            ]),
          ])
        : toShell([
            ...["claude", "mcp", "add", name],
            ...toAssignments(endpoint, reference).flatMap((assignment) => ["-e", assignment]),
            ...["--", endpoint.command, ...endpoint.args],
          ]),
  };
}

function toCursor(name: string, endpoint: Endpoint): ClientConfig {
  const entry =
    endpoint.transport === "http"
      ? { url: endpoint.url, ...toHeaders(endpoint, dollarEnv) }
      : toProcess(endpoint, dollarEnv);
  const config = Buffer.from(JSON.stringify(entry)).toString("base64");
  const query = `name=${encodeURIComponent(name)}&config=${encodeURIComponent(config)}`;
  const link = `cursor://anysphere.cursor-deeplink/mcp/install?${query}`;
  return {
    ...toFacts("Cursor", "environment", endpoint),
    file: ".cursor/mcp.json",
    text: toJson({ mcpServers: { [name]: entry } }),
    // Cursor ignores links of more than 8,000 characters.
    ...(link.length <= 8000 && { link, webLink: `https://cursor.com/en/install-mcp?${query}` }),
  };
}

function toVsCode(name: string, endpoint: Endpoint): ClientConfig {
  const reference: Reference = ({ variable }) => `\${input:${toInputId(variable)}}`;
  const entry =
    endpoint.transport === "http"
      ? { type: "http", url: endpoint.url, ...toHeaders(endpoint, reference) }
      : { type: "stdio", ...toProcess(endpoint, reference) };
  const inputs = toSecrets(endpoint).map((secret) => ({
    type: "promptString",
    id: toInputId(secret.variable),
    description: toPrompt(secret),
    password: true,
  }));
  const asked = inputs.length > 0 && { inputs };
  const whole = JSON.stringify({ name, ...entry, ...asked });
  const link = `vscode:mcp/install?${encodeURIComponent(whole)}`;
  return {
    ...toFacts("VS Code", "prompt", endpoint),
    file: ".vscode/mcp.json",
    text: toJson({ servers: { [name]: entry }, ...asked }),
    command: toShell(["code", "--add-mcp", whole]),
    link,
    webLink: `https://insiders.vscode.dev/redirect?url=${encodeURIComponent(link)}`,
  };
}

function toWindsurf(name: string, endpoint: Endpoint): ClientConfig {
  const entry =
    endpoint.transport === "http"
      ? { serverUrl: endpoint.url, ...toHeaders(endpoint, dollarEnv) }
      : toProcess(endpoint, dollarEnv);
  return {
    ...toFacts("Windsurf", "environment", endpoint),
    file: "~/.codeium/windsurf/mcp_config.json",
    text: toJson({ mcpServers: { [name]: entry } }),
  };
}

function toZed(name: string, endpoint: Endpoint): ClientConfig {
  const entry =
    endpoint.transport === "http"
      ? { url: endpoint.url, ...toHeaders(endpoint, toPlaceholder) }
      : toProcess(endpoint, toPlaceholder);
  return {
    ...toFacts("Zed", "file", endpoint),
    file: "settings.json",
    text: toJson({ context_servers: { [name]: entry } }),
  };
}

function toCodex(name: string, endpoint: Endpoint): ClientConfig {
  const table = `[mcp_servers.${toTomlKey(name)}]`;
  const facts = {
    ...toFacts("Codex", "environment", endpoint),
    file: "~/.codex/config.toml",
    language: "toml",
  } as const;
  if (endpoint.transport === "http") {
    const { url, token } = endpoint;
    const lines = [table, `url = ${toToml(url)}`];
    if (token !== undefined) lines.push(`bearer_token_env_var = ${toToml(token)}`);
    const bearer = token === undefined ? [] : ["--bearer-token-env-var", token];
    const command = toShell(["codex", "mcp", "add", name, "--url", url, ...bearer]);
    return { ...facts, text: `${lines.join("\n")}\n`, command };
  }
  const { command, args, env, secrets, withheld } = endpoint;
  const lines = [table, `command = ${toToml(command)}`, `args = ${toToml(args)}`];
  const fixed = Object.entries(env).map(([key, value]) => `${toTomlKey(key)} = ${toToml(value)}`);
  if (fixed.length > 0) lines.push(`env = { ${fixed.join(", ")} }`);
  // Codex hands on these of its own variables and few others; what is not set it leaves out.
  const named = [...secrets.map(({ variable }) => variable), ...withheld];
  if (named.length > 0) lines.push(...toComments(secrets), `env_vars = ${toToml(named)}`);
  // The command line knows values only, and no variables to hand on.
  const simple = fixed.length + named.length === 0;
  return {
    ...facts,
    text: `${lines.join("\n")}\n`,
    ...(simple && { command: toShell(["codex", "mcp", "add", name, "--", command, ...args]) }),
  };
}

function toComments(secrets: readonly Secret[]): string[] {
  const required = secrets.filter((secret) => secret.required).map(({ variable }) => variable);
  return required.length > 0
    ? [`# Required: ${required.join(", ")}. What is not set is left out.`]
    : ["# All of these are optional. What is not set is left out."];
}

// Without the command that adds a server: `gemini mcp add` writes the values of all variables that
// the file refers to into it (0.61.0), those of other servers too.
function toGemini(name: string, endpoint: Endpoint): ClientConfig {
  const reference: Reference = ({ variable }) => `$${variable}`;
  const facts = {
    ...toFacts("Gemini CLI", "environment", endpoint),
    file: "~/.gemini/settings.json",
  };
  if (endpoint.transport === "http") {
    const entry = { httpUrl: endpoint.url, ...toHeaders(endpoint, reference) };
    return { ...facts, text: toJson({ mcpServers: { [name]: entry } }) };
  }
  // Gemini CLI withholds what looks secret, unless it is named; what is not set arrives empty.
  const withheld = endpoint.withheld.map((variable) => [variable, `$${variable}`]);
  const { env, ...start } = toProcess(endpoint, reference);
  const all = { ...env, ...Object.fromEntries(withheld) };
  const entry = { ...start, ...(Object.keys(all).length > 0 && { env: all }) };
  return { ...facts, text: toJson({ mcpServers: { [name]: entry } }) };
}

function toOpencode(name: string, endpoint: Endpoint): ClientConfig {
  const reference: Reference = ({ variable }) => `{env:${variable}}`;
  const facts = {
    ...toFacts("opencode", "environment", endpoint),
    file: "~/.config/opencode/opencode.json",
  };
  const add = ["opencode", "mcp", "add", name];
  if (endpoint.transport === "http") {
    const { url } = endpoint;
    const entry = { type: "remote", url, ...toHeaders(endpoint, reference) };
    const header = toBearers(endpoint, reference).flatMap((value) => [
      "--header",
      `Authorization=${value}`,
    ]);
    const command = toShell([...add, "--url", url, ...header]);
    return { ...facts, text: toJson({ mcp: { [name]: entry } }), command };
  }
  const { command, args } = endpoint;
  const environment = toEnv(endpoint, reference);
  const entry = {
    type: "local",
    command: [command, ...args],
    ...(Object.keys(environment).length > 0 && { environment }),
  };
  return {
    ...facts,
    text: toJson({ mcp: { [name]: entry } }),
    command: toShell([
      ...add,
      ...toAssignments(endpoint, reference).flatMap((assignment) => ["--env", assignment]),
      ...["--", command, ...args],
    ]),
  };
}

type Reference = (secret: Secret) => string;

const dollarEnv: Reference = ({ variable }) => `\${env:${variable}}`;

function toFacts(client: string, source: Source, endpoint: Endpoint) {
  const note = toNote(client, source, endpoint);
  return { client, language: "json" as const, ...(note !== undefined && { note }) };
}

function toProcess(endpoint: StdioEndpoint, reference: Reference) {
  const env = toEnv(endpoint, reference);
  const { command, args } = endpoint;
  return { command, args, ...(Object.keys(env).length > 0 && { env }) };
}

function toEnv(endpoint: StdioEndpoint, reference: Reference): Record<string, string> {
  const hidden = endpoint.secrets.map((secret) => [secret.variable, reference(secret)]);
  return { ...endpoint.env, ...Object.fromEntries(hidden) };
}

function toAssignments(endpoint: StdioEndpoint, reference: Reference): string[] {
  return Object.entries(toEnv(endpoint, reference)).map(([key, value]) => `${key}=${value}`);
}

/** The value of the Authorization header, where the server asks for a token. */
function toBearers(endpoint: HttpEndpoint, reference: Reference): string[] {
  return toSecrets(endpoint).map((secret) => `Bearer ${reference(secret)}`);
}

function toHeaders(endpoint: HttpEndpoint, reference: Reference) {
  const [bearer] = toBearers(endpoint, reference);
  return bearer === undefined ? {} : { headers: { Authorization: bearer } };
}

function toInputId(variable: string): string {
  return variable.toLowerCase();
}
