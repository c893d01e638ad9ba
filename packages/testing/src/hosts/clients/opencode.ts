import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chatCompletions } from "../dialects/chat-completions.ts";
import type { Host } from "../host.ts";

export const opencode: Host = {
  name: "opencode",
  spec: "opencode-linux-x64@1.18.33",
  dialect: chatCompletions,
  async prepare({ packages, home, model, servers }) {
    const folder = join(home, ".config/opencode");
    await mkdir(folder, { recursive: true });
    const config = {
      ...{
        autoupdate: false,
        share: "disabled",
        snapshot: false,
        lsp: false,
        formatter: false,
        model: "scripted/scripted",
      },
      ...{ small_model: "scripted/scripted", permission: { "*": "allow" } },
      provider: {
        scripted: {
          npm: "@ai-sdk/openai-compatible",
          name: "scripted",
          options: { baseURL: `${model}/v1`, apiKey: "x" },
          models: {
            scripted: {
              name: "scripted",
              ...{ tool_call: true, attachment: true },
              modalities: { input: ["text", "image", "audio", "pdf"], output: ["text"] },
              limit: { context: 1_000_000, output: 10_000 },
            },
          },
        },
      },
      mcp: Object.fromEntries(
        servers.map(({ name, command, args, env }) => [
          name,
          {
            // For its start and for a call: calls have this long anyway.
            ...{ type: "local", enabled: true, timeout: 60_000 },
            command: [command, ...args],
            environment: env,
          },
        ]),
      ),
    };
    await writeFile(join(folder, "opencode.json"), JSON.stringify(config));
    return {
      file: join(packages, "node_modules/opencode-linux-x64/bin/opencode"),
      args: ["run", "go"],
      env: {
        HOME: home,
        OPENCODE_DISABLE_AUTOUPDATE: "1",
        OPENCODE_DISABLE_MODELS_FETCH: "1",
        OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
        OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
        OPENCODE_DISABLE_AUTOCOMPACT: "1",
        OPENCODE_DISABLE_PRUNE: "1",
        // It installs a package of its own next to its config; here nobody answers.
        npm_config_registry: "http://127.0.0.1:9",
      },
    };
  },
};
