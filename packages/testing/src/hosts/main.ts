// Shows what reaches the model of real hosts: `pnpm hosts`. Exits with 1 below 100 %.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { claudeCode } from "./clients/claude-code.ts";
import { codex } from "./clients/codex.ts";
import { geminiCli } from "./clients/gemini-cli.ts";
import { opencode } from "./clients/opencode.ts";
import type { Host } from "./host.ts";
import { installHost, toPackages } from "./packages.ts";
import { judge } from "./referee.ts";
import { listLosses, toTable } from "./report.ts";
import type { Scene } from "./scene.ts";
import { filesystem } from "./scenes/filesystem.ts";
import { gdrive } from "./scenes/gdrive.ts";
import { git } from "./scenes/git.ts";
import { github } from "./scenes/github.ts";
import { postgres } from "./scenes/postgres.ts";
import { puppeteer } from "./scenes/puppeteer.ts";
import { slack } from "./scenes/slack.ts";

const allHosts: readonly Host[] = [claudeCode, codex, geminiCli, opencode];
const allScenes: readonly Scene[] = [puppeteer, filesystem, git, postgres, github, slack, gdrive];

const { values } = parseArgs({
  options: {
    host: { type: "string", multiple: true },
    server: { type: "string", multiple: true },
  },
});
const hosts = allHosts.filter(({ name }) => values.host?.includes(name) ?? true);
const scenes = allScenes.filter(({ server }) => values.server?.includes(server) ?? true);

const ready: Host[] = [];
for (const host of hosts) {
  const reason = await installHost(host);
  if (reason === undefined) ready.push(host);
  else console.log(`${host.name} was not run: ${reason}.`);
}

const folder = await mkdtemp(join(tmpdir(), "fairlead-hosts-"));
const { calls, failures } = await judge({
  ...{ hosts: ready, scenes, packagesOf: toPackages, folder, timeout: 600_000 },
  log: (line) => console.log(line),
});
await rm(folder, { recursive: true, force: true });
console.log(toTable(ready, scenes, calls));
for (const line of [...listLosses(calls), ...failures]) console.log(line);
