// Shows what of the servers' answers reaches the model of real hosts and through client libraries:
// `pnpm hosts`, and asks a second referee about the protocol. Exits with 1 where anything is lost, and
// with FAIRLEAD_REQUIRE=all where a host or a library could not be run.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { claudeCode } from "./clients/claude-code.ts";
import { codex } from "./clients/codex.ts";
import { geminiCli } from "./clients/gemini-cli.ts";
import { opencode } from "./clients/opencode.ts";
import type { Host } from "./host.ts";
import { watchFirstTurns } from "./judge/first-turn.ts";
import { type Outcome, writeOutcomes } from "./judge/outcome.ts";
import { judge, type RefereeOptions } from "./judge/referee.ts";
import { listLosses, toOutcomes, toTable } from "./judge/report.ts";
import { driveLibraries } from "./libraries/drive-libraries.ts";
import { libraries } from "./libraries/libraries.ts";
import { checkOAuth } from "./libraries/mcpjam/check-oauth.ts";
import { checkProtocol } from "./libraries/mcpjam/check-protocol.ts";
import { installHost, toPackages } from "./packages.ts";
import { askHosts } from "./questions/ask-hosts.ts";
import { ways } from "./questions/ways.ts";
import { scenes as allScenes } from "./scenes/index.ts";
import { signInHosts } from "./sign-in/sign-in-hosts.ts";

const allHosts = [claudeCode, codex, geminiCli, opencode];

const usage = `pnpm hosts [--host <name>]... [--library <name>]... [--server <name>]... [--runs 5]

  --host     run this host; several may be named
  --library  drive this client library; several may be named
  --server   make the calls of this server; several may be named
  --runs     how often Claude Code is started to see its first turn, 0 for not at all

With --host or --library nothing else is run.

Hosts: ${allHosts.map(({ name }) => name).join(", ")}
Libraries: ${libraries.map(({ folder }) => folder).join(", ")}
Servers: ${allScenes.map(({ server }) => server).join(", ")},
  everything (how hosts ask their user, how long they wait, and how they sign in)
`;

const { values } = parseArgs({
  options: {
    host: { type: "string", multiple: true },
    library: { type: "string", multiple: true },
    server: { type: "string", multiple: true },
    runs: { type: "string", default: "5" },
    help: { type: "boolean", default: false },
  },
});
const everything = values.host === undefined && values.library === undefined;
const outcomes: Outcome[] = [];
const log = (line: string) => console.log(line);

if (values.help) log(usage);
else {
  const folder = await mkdtemp(join(tmpdir(), "fairlead-hosts-"));
  try {
    await run(folder);
    if (everything) outcomes.push(...(await checkProtocol(log)), ...(await checkOAuth(log)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await writeOutcomes(outcomes);
  if (outcomes.some(({ status }) => status === "failed")) process.exitCode = 1;
}

async function run(folder: string): Promise<void> {
  const scenes = allScenes.filter(({ server }) => values.server?.includes(server) ?? true);
  const hosts = await chooseHosts();
  const common = { packagesOf: toPackages, timeout: 900_000, log };
  const asks = values.server?.includes("everything") ?? true;
  const asked = asks ? ways.filter(({ host }) => hosts.includes(host)) : [];
  // What waits most of the time is under way while the others work.
  const [answers, signedIn] = await Promise.all([
    askHosts({ ...common, ways: asked }),
    showResults({ ...common, hosts, scenes, folder }).then(async () => {
      const ours = asks ? await signInHosts({ ...common, hosts }) : [];
      await drive(folder);
      return ours;
    }),
  ]);
  for (const { name, status, reasons = [] } of [...answers, ...signedIn]) {
    log(`${name}: ${status === "passed" ? "yes" : `no; ${reasons.join("; ")}`}.`);
  }
  outcomes.push(...answers, ...signedIn);

  // How soon a host begins is looked at while nothing else runs.
  const times = Number(values.runs);
  if (!hosts.includes(claudeCode) || scenes.length === 0 || times === 0) return;
  const packages = toPackages(claudeCode);
  for (const { server, tools, complete, runs } of await watchFirstTurns({
    ...{ scenes, packages, folder, times, timeout: 180_000 },
  })) {
    const name = `The ${tools} tools of ${server} are in Claude Code's first turn`;
    log(`${name}: ${complete} times of ${runs}.`);
    outcomes.push({ name, status: complete === runs ? "passed" : "failed" });
  }
}

/** Installs the hosts that are to run. */
async function chooseHosts(): Promise<readonly Host[]> {
  const chosen = allHosts.filter(({ name }) => values.host?.includes(name) ?? everything);
  const hosts: Host[] = [];
  for (const host of chosen) {
    const reason = await installHost(host);
    if (reason === undefined) hosts.push(host);
    else {
      log(`${host.name} was not run: ${reason}.`);
      const status = process.env["FAIRLEAD_REQUIRE"] === "all" ? "failed" : "skipped";
      outcomes.push({ name: `${host.name} runs`, status });
    }
  }
  return hosts;
}

async function drive(folder: string): Promise<void> {
  const driven = libraries.filter(
    ({ folder: name }) => values.library?.includes(name) ?? everything,
  );
  const { server: servers } = values;
  outcomes.push(...(await driveLibraries({ folder, libraries: driven, servers, log })));
}

async function showResults(options: RefereeOptions): Promise<void> {
  const { hosts, scenes } = options;
  if (hosts.length === 0 || scenes.length === 0) return;
  const { calls, failures } = await judge(options);
  log(toTable(hosts, scenes, calls));
  for (const line of [...listLosses(calls), ...failures]) log(line);
  outcomes.push(...toOutcomes(calls));
  outcomes.push(...failures.map((name): Outcome => ({ name, status: "failed" })));
}
