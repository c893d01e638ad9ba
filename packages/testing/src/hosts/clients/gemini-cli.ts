import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateContent } from "../dialects/generate-content.ts";
import type { Host } from "../host.ts";

export const geminiCli: Host = {
  name: "Gemini CLI",
  spec: "@google/gemini-cli@0.61.0",
  dialect: generateContent,
  // It tells its model of this parameter in every tool, and hands it on to the server.
  adds: { wait_for_previous: true },
  async prepare({ packages, home, model, servers }) {
    const folder = join(home, ".gemini");
    await mkdir(folder);
    const settings = {
      security: { auth: { selectedType: "gemini-api-key" }, folderTrust: { enabled: false } },
      general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      model: { name: "gemini-2.5-pro", maxSessionTurns: -1, disableLoopDetection: true },
      mcpServers: Object.fromEntries(
        servers.map(({ name, command, args, env }) => [name, { command, args, env, trust: true }]),
      ),
    };
    await writeFile(join(folder, "settings.json"), JSON.stringify(settings));
    return {
      file: process.execPath,
      args: [
        join(packages, "node_modules/@google/gemini-cli/bundle/gemini.js"),
        ...["-p", "go", "--yolo", "--skip-trust"],
      ],
      env: {
        HOME: home,
        GEMINI_API_KEY: "x",
        GOOGLE_GEMINI_BASE_URL: model,
        GEMINI_CLI_TRUST_WORKSPACE: "true",
        GEMINI_CLI_NO_RELAUNCH: "true",
      },
    };
  },
};
