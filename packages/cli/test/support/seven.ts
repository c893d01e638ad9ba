// All seven servers in one process, as `fairlead serve` has them, on what a test gives them. What
// main.ts would catch ends this process, so that a test sees it.
import { server as filesystem } from "@fairlead/server-filesystem";
import { server as gdrive } from "@fairlead/server-gdrive";
import { server as git } from "@fairlead/server-git";
import { server as github } from "@fairlead/server-github";
import { server as postgres } from "@fairlead/server-postgres";
import { server as puppeteer } from "@fairlead/server-puppeteer";
import { server as slack } from "@fairlead/server-slack";
import { serve } from "../../src/serve.ts";

const configs = new Map<string, unknown>(Object.entries(JSON.parse(process.argv[2] ?? "{}")));
const servers = [filesystem, git, postgres, github, slack, gdrive, puppeteer];
const service = await serve({
  port: 0,
  embedded: servers.flatMap((server) =>
    configs.has(server.name) ? [{ server, config: configs.get(server.name), policy: {} }] : [],
  ),
  environment: process.env,
  log: (line) => void process.stderr.write(line),
});
process.stdout.write(`ready ${service.url}/\n`);
// It does not outlive the test that started it, however that ends.
process.stdin.resume().on("end", () => process.exit());
