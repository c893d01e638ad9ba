import { describe, expect, test } from "vitest";
import { toClientConfigs } from "./client-config.ts";
import { toStdioEndpoint } from "./endpoint.ts";
import { surface } from "./surface.fixture.ts";

const url = "http://127.0.0.1:3333/shelf/mcp";
const stdio = toClientConfigs("shelf", toStdioEndpoint(surface));
const http = toClientConfigs("shelf", { transport: "http", url });

function find(configs: typeof stdio, client: string) {
  const found = configs.find((config) => config.client === client);
  if (found === undefined) throw new Error(`no config for ${client}`);
  return found;
}

const args = ["-y", "@fairlead/server-shelf@1.2.3", "/path/to/directory"];

describe("over stdio", () => {
  test("every client is given the pinned package and a place for each value it needs", () => {
    expect(stdio.map(({ client }) => client)).toEqual(http.map(({ client }) => client));
    for (const { text } of stdio) for (const word of args) expect(text).toContain(word);
  });

  test.each([
    ["Claude Desktop", "mcpServers", "<SHELF_TOKEN>"],
    ["Claude Code", "mcpServers", "${SHELF_TOKEN}"],
    ["Cursor", "mcpServers", "${env:SHELF_TOKEN}"],
    ["Windsurf", "mcpServers", "${env:SHELF_TOKEN}"],
    ["Zed", "context_servers", "<SHELF_TOKEN>"],
    ["Gemini CLI", "mcpServers", "${SHELF_TOKEN}"],
  ])("%s names the secret and never holds it", (client, key, reference) => {
    expect(JSON.parse(find(stdio, client).text)).toEqual({
      [key]: { shelf: { command: "npx", args, env: { SHELF_TOKEN: reference } } },
    });
  });

  test("VS Code asks for the secret", () => {
    expect(JSON.parse(find(stdio, "VS Code").text)).toEqual({
      servers: {
        shelf: {
          type: "stdio",
          command: "npx",
          args,
          env: { SHELF_TOKEN: "${input:shelf_token}" },
        },
      },
      inputs: [
        { type: "promptString", id: "shelf_token", description: "SHELF_TOKEN", password: true },
      ],
    });
  });

  test("Codex hands on the variable of its own environment", () => {
    expect(find(stdio, "Codex").text).toBe(
      [
        "[mcp_servers.shelf]",
        'command = "npx"',
        `args = ["-y", "@fairlead/server-shelf@1.2.3", "/path/to/directory"]`,
        'env_vars = ["SHELF_TOKEN"]',
        "",
      ].join("\n"),
    );
  });

  test("the shell command keeps references from the shell", () => {
    expect(find(stdio, "Claude Code").command).toBe(
      `claude mcp add shelf -e 'SHELF_TOKEN=\${SHELF_TOKEN}' -- npx ${args.join(" ")}`,
    );
  });
});

describe("over HTTP", () => {
  test.each([
    ["Claude Code", { mcpServers: { shelf: { type: "http", url } } }],
    ["Cursor", { mcpServers: { shelf: { url } } }],
    ["VS Code", { servers: { shelf: { type: "http", url } } }],
    ["Windsurf", { mcpServers: { shelf: { serverUrl: url } } }],
    ["Zed", { context_servers: { shelf: { url } } }],
    ["Gemini CLI", { mcpServers: { shelf: { httpUrl: url } } }],
  ])("%s is given the URL under its own key", (client, expected) => {
    expect(JSON.parse(find(http, client).text)).toEqual(expected);
  });

  test("Claude Desktop, which starts processes only, gets a pinned bridge", () => {
    expect(find(http, "Claude Desktop").text).toMatch(/"mcp-remote@\d+\.\d+\.\d+", "http:/);
  });

  test("Codex gets a table", () => {
    expect(find(http, "Codex").text).toBe(`[mcp_servers.shelf]\nurl = "${url}"\n`);
  });
});

describe("links", () => {
  test("Cursor's hold the entry in base64", () => {
    const { link = "", webLink = "" } = find(http, "Cursor");
    const query = new URL(link).searchParams;
    expect(link).toMatch(/^cursor:\/\/anysphere\.cursor-deeplink\/mcp\/install\?/);
    expect(query.get("name")).toBe("shelf");
    const entry = Buffer.from(query.get("config") ?? "", "base64").toString();
    expect(JSON.parse(entry)).toEqual({ url });
    expect(new URL(webLink).search).toBe(new URL(link).search);
  });

  test("Cursor gets none when it would be too long to follow", () => {
    const long = toClientConfigs("shelf", { transport: "http", url: `${url}/${"x".repeat(8000)}` });
    expect(find(long, "Cursor").link).toBeUndefined();
  });

  test("VS Code's hold the name and the entry", () => {
    const { link = "", webLink = "" } = find(http, "VS Code");
    const [scheme, query = ""] = link.split("?");
    expect(scheme).toBe("vscode:mcp/install");
    expect(JSON.parse(decodeURIComponent(query))).toEqual({ name: "shelf", type: "http", url });
    expect(new URL(webLink).searchParams.get("url")).toBe(link);
  });
});

test("a name that is no bare key is quoted in TOML and in the shell", () => {
  const [codex] = toClientConfigs("my shelf's", { transport: "http", url }).filter(
    ({ client }) => client === "Codex",
  );
  expect(codex?.text).toMatch(/^\[mcp_servers\."my shelf's"\]/);
  expect(codex?.command).toContain(`'my shelf'\\''s'`);
});
