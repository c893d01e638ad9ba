import type { Option } from "@fairlead/define";
import { describe, expect, test } from "vitest";
import { surface } from "../surface.fixture.ts";
import { toClientConfigs } from "./client-config.ts";
import { toStdioEndpoint } from "./endpoint.ts";

const url = "http://127.0.0.1:3333/shelf/mcp";
const options: readonly Option[] = [
  ...surface.options,
  {
    key: "spareToken",
    flag: "--spare-token",
    env: "SHELF_SPARE_TOKEN",
    description: "Key of the attic",
    type: "string",
    secret: true,
  },
  {
    key: "tokenHosts",
    flag: "--token-hosts",
    env: "SHELF_TOKEN_HOSTS",
    description: "Where the token is sent.",
    type: "string",
  },
];
const stdio = toClientConfigs("shelf", toStdioEndpoint({ ...surface, options }));
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
    ["Claude Desktop", "mcpServers", "<SHELF_TOKEN>", ""],
    ["Claude Code", "mcpServers", "${SHELF_TOKEN}", "${SHELF_SPARE_TOKEN:-}"],
    ["Cursor", "mcpServers", "${env:SHELF_TOKEN}", "${env:SHELF_SPARE_TOKEN}"],
    ["Windsurf", "mcpServers", "${env:SHELF_TOKEN}", "${env:SHELF_SPARE_TOKEN}"],
    ["Zed", "context_servers", "<SHELF_TOKEN>", ""],
  ])("%s names every secret and holds none", (client, key, required, optional) => {
    const env = { SHELF_TOKEN: required, SHELF_SPARE_TOKEN: optional };
    expect(JSON.parse(find(stdio, client).text)).toEqual({
      [key]: { shelf: { command: "npx", args, env } },
    });
  });

  test("VS Code asks for every secret and says which it can do without", () => {
    expect(JSON.parse(find(stdio, "VS Code").text)).toEqual({
      servers: {
        shelf: {
          type: "stdio",
          command: "npx",
          args,
          env: {
            SHELF_TOKEN: "${input:shelf_token}",
            SHELF_SPARE_TOKEN: "${input:shelf_spare_token}",
          },
        },
      },
      inputs: [
        {
          type: "promptString",
          id: "shelf_token",
          description: "SHELF_TOKEN: Key of the shelf.",
          password: true,
        },
        {
          type: "promptString",
          id: "shelf_spare_token",
          description:
            "SHELF_SPARE_TOKEN: Key of the attic. Optional: press Enter to leave it empty.",
          password: true,
        },
      ],
    });
  });

  test("Codex hands on variables of its own environment, the ones that look secret as well", () => {
    expect(find(stdio, "Codex").text).toBe(
      [
        "[mcp_servers.shelf]",
        'command = "npx"',
        `args = ["-y", "@fairlead/server-shelf@1.2.3", "/path/to/directory"]`,
        "# Required: SHELF_TOKEN. What is not set is left out.",
        'env_vars = ["SHELF_TOKEN", "SHELF_SPARE_TOKEN", "SHELF_TOKEN_HOSTS"]',
        "",
      ].join("\n"),
    );
    expect(find(stdio, "Codex").command).toBeUndefined();
  });

  test("Gemini CLI is named the variables that it would withhold", () => {
    expect(JSON.parse(find(stdio, "Gemini CLI").text).mcpServers.shelf.env).toEqual({
      SHELF_TOKEN: "$SHELF_TOKEN",
      SHELF_SPARE_TOKEN: "$SHELF_SPARE_TOKEN",
      SHELF_TOKEN_HOSTS: "$SHELF_TOKEN_HOSTS",
    });
  });

  test("opencode has one list for the command and its arguments", () => {
    expect(JSON.parse(find(stdio, "opencode").text)).toEqual({
      mcp: {
        shelf: {
          type: "local",
          command: ["npx", ...args],
          environment: {
            SHELF_TOKEN: "{env:SHELF_TOKEN}",
            SHELF_SPARE_TOKEN: "{env:SHELF_SPARE_TOKEN}",
          },
        },
      },
    });
  });

  test("shell commands keep references from the shell", () => {
    expect(find(stdio, "Claude Code").command).toBe(
      "claude mcp add shelf -e 'SHELF_TOKEN=${SHELF_TOKEN}' " +
        `-e 'SHELF_SPARE_TOKEN=\${SHELF_SPARE_TOKEN:-}' -- npx ${args.join(" ")}`,
    );
    expect(find(stdio, "opencode").command).toBe(
      "opencode mcp add shelf --env 'SHELF_TOKEN={env:SHELF_TOKEN}' " +
        `--env 'SHELF_SPARE_TOKEN={env:SHELF_SPARE_TOKEN}' -- npx ${args.join(" ")}`,
    );
  });

  test("no command makes Gemini CLI write the values of references into its file", () => {
    expect(find(stdio, "Gemini CLI").command).toBeUndefined();
    expect(find(http, "Gemini CLI").command).toBeUndefined();
  });

  test("a note says where the values come from, and which are needed", () => {
    expect(find(stdio, "Claude Code").note).toBe(
      "Set SHELF_TOKEN (required) and SHELF_SPARE_TOKEN (optional) in the environment that Claude Code starts in.",
    );
    expect(find(stdio, "VS Code").note).toBe(
      "VS Code asks for SHELF_TOKEN (required) and SHELF_SPARE_TOKEN (optional). To go without an optional value, leave it empty and press Enter.",
    );
    expect(find(stdio, "Zed").note).toBe(
      "Zed expands no variables: write the value of SHELF_TOKEN (required) in place of the angle brackets, and write the value of SHELF_SPARE_TOKEN (optional) between the quotes, or leave them empty.",
    );
    for (const { note } of http) expect(note).toBeUndefined();
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
    ["opencode", { mcp: { shelf: { type: "remote", url } } }],
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

describe("over HTTP with a token", () => {
  const token = "SHELF_BEARER";
  const configs = toClientConfigs("shelf", { transport: "http", url, token });
  const bearing = (reference: string) => ({ headers: { Authorization: `Bearer ${reference}` } });

  test.each([
    [
      "Claude Code",
      { mcpServers: { shelf: { type: "http", url, ...bearing("${SHELF_BEARER}") } } },
    ],
    ["Cursor", { mcpServers: { shelf: { url, ...bearing("${env:SHELF_BEARER}") } } }],
    ["Windsurf", { mcpServers: { shelf: { serverUrl: url, ...bearing("${env:SHELF_BEARER}") } } }],
    ["Zed", { context_servers: { shelf: { url, ...bearing("<SHELF_BEARER>") } } }],
    ["Gemini CLI", { mcpServers: { shelf: { httpUrl: url, ...bearing("$SHELF_BEARER") } } }],
    ["opencode", { mcp: { shelf: { type: "remote", url, ...bearing("{env:SHELF_BEARER}") } } }],
  ])("%s sends it in a header, by reference", (client, expected) => {
    expect(JSON.parse(find(configs, client).text)).toEqual(expected);
    expect(find(configs, client).note).toContain("SHELF_BEARER");
  });

  test("VS Code asks for it", () => {
    expect(JSON.parse(find(configs, "VS Code").text)).toMatchObject({
      servers: { shelf: bearing("${input:shelf_bearer}") },
      inputs: [{ id: "shelf_bearer", password: true }],
    });
  });

  test("Claude Desktop's bridge takes the header from a variable, as it holds a space", () => {
    const { shelf } = JSON.parse(find(configs, "Claude Desktop").text).mcpServers;
    expect(shelf.args.slice(-2)).toEqual(["--header", "Authorization:${AUTHORIZATION}"]);
    expect(shelf.env).toEqual({ AUTHORIZATION: "Bearer <SHELF_BEARER>" });
  });

  test("Codex reads the variable itself", () => {
    expect(find(configs, "Codex").text).toContain('bearer_token_env_var = "SHELF_BEARER"');
    expect(find(configs, "Codex").command).toMatch(/--bearer-token-env-var SHELF_BEARER$/);
  });

  test("shell commands keep the reference from the shell", () => {
    expect(find(configs, "Claude Code").command).toBe(
      `claude mcp add --transport http shelf ${url} --header 'Authorization: Bearer \${SHELF_BEARER}'`,
    );
    expect(find(configs, "opencode").command).toBe(
      `opencode mcp add shelf --url ${url} --header 'Authorization=Bearer {env:SHELF_BEARER}'`,
    );
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

  test("hold the secrets by reference as well", () => {
    const query = new URL(find(stdio, "Cursor").link ?? "").searchParams;
    const cursor = Buffer.from(query.get("config") ?? "", "base64").toString();
    expect(JSON.parse(cursor).env.SHELF_SPARE_TOKEN).toBe("${env:SHELF_SPARE_TOKEN}");
    const [, code = ""] = (find(stdio, "VS Code").link ?? "").split("?");
    const { env, inputs } = JSON.parse(decodeURIComponent(code));
    expect(env.SHELF_SPARE_TOKEN).toBe("${input:shelf_spare_token}");
    expect(inputs).toHaveLength(2);
  });

  test("VS Code's hold the name and the entry", () => {
    const { link = "", webLink = "" } = find(http, "VS Code");
    const [scheme, query = ""] = link.split("?");
    expect(scheme).toBe("vscode:mcp/install");
    expect(JSON.parse(decodeURIComponent(query))).toEqual({ name: "shelf", type: "http", url });
    expect(new URL(webLink).searchParams.get("url")).toBe(link);
  });
});

test("a name that is not a bare key is quoted in TOML and in the shell", () => {
  const [codex] = toClientConfigs("my shelf's", { transport: "http", url }).filter(
    ({ client }) => client === "Codex",
  );
  expect(codex?.text).toMatch(/^\[mcp_servers\."my shelf's"\]/);
  expect(codex?.command).toContain(`'my shelf'\\''s'`);
});
