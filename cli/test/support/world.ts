import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { findBrowser } from "@fairlead/server-puppeteer";
import {
  connectTo,
  createHop,
  createPostgres,
  type Hop,
  type Seeds,
  type Session,
  startEmulator,
} from "@fairlead/testing";
import { createSite, type Site } from "./site.ts";
import { createUpstream, type Upstream } from "./upstream.ts";
import { toBomb } from "./word-file.ts";

/** All that a process of seven servers works on, where a test can make each part misbehave. */
export interface World {
  readonly pid: number;
  /** Where each server is, by its name. */
  readonly urls: ReadonlyMap<string, string>;
  readonly sessions: ReadonlyMap<string, Session>;
  readonly directory: string;
  readonly repository: string;
  readonly site: Site;
  /** On the way to the database. */
  readonly hop: Hop;
  /** On the way to the API of each server that has one. */
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** Whether the process still runs. */
  isAlive(): boolean;
  stderr(): string;
  close(): Promise<void>;
}

const githubToken = "ghp_octocat0000000000000000000000000001";
const driveToken = "ya29.token-of-ada-0123456789";
const scopes = ["drive.readonly", "drive.file"];

const seeds: Seeds = {
  github: {
    tokens: { [githubToken]: { login: "octocat", scopes: ["repo"] } },
    repositories: [{ owner: "octocat", name: "hello" }],
  },
  slack: {},
  drive: {
    accounts: [{ token: driveToken, user: "ada@example.com", scopes }],
    files: [
      { id: "note", name: "note", mimeType: "text/plain", content: "still here" },
      { id: "bomb", name: "bomb.docx", ...toBomb() },
    ],
  },
};

/** Starts the process with everything it needs; without a browser on this machine, six servers. */
export async function createWorld(): Promise<World> {
  const ends: (() => unknown)[] = [];
  const close = async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    return { ...(await open(ends)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(ends: (() => unknown)[]): Promise<Omit<World, "close">> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "fairlead-seven-")));
  ends.push(() => rmSync(directory, { recursive: true }));
  const repository = join(directory, "repository");
  mkdirSync(repository);
  execFileSync("git", ["init", "--quiet", "--initial-branch", "main", repository]);
  const upstreams = new Map<string, Upstream>();
  for (const [name, target] of await startServices(ends)) {
    const upstream = await createUpstream(target);
    ends.push(() => upstream.close());
    upstreams.set(name, upstream);
  }
  const postgres = await createPostgres();
  ends.push(() => postgres.close());
  const database = new URL(postgres.url());
  const hop = await createHop(Number(database.port));
  ends.push(() => hop.close());
  database.port = String(hop.port);
  const site = await createSite();
  ends.push(() => site.close());
  const credentialsPath = join(directory, "sign-in.json");
  writeFileSync(credentialsPath, toSignIn(), { mode: 0o600 });
  const executablePath = await findBrowser(undefined).catch(() => undefined);
  const apiOf = (name: string) => upstreams.get(name)?.url ?? "";
  const running = await start({
    filesystem: { directories: [directory] },
    git: { repository: [repository] },
    postgres: { databases: [database.href] },
    github: { host: apiOf("github"), personalAccessToken: githubToken },
    slack: { apiUrl: `${apiOf("slack")}/api/`, botToken: "xoxb-1-app-canary" },
    gdrive: { baseUrl: apiOf("gdrive"), credentialsPath },
    ...(executablePath && {
      puppeteer: { executablePath, sandbox: "auto", allowHosts: [`localhost:${site.port}`] },
    }),
  });
  ends.push(running.end);
  const sessions = new Map<string, Session>();
  for (const [name, url] of running.urls) {
    const session = await connectTo(url);
    ends.push(() => session.close());
    sessions.set(name, session);
  }
  return { ...running, sessions, directory, repository, site, hop, upstreams };
}

/** An emulator for each server that has an API, by the server's name. */
async function startServices(ends: (() => unknown)[]): Promise<Map<string, string>> {
  const kind = { contained: false };
  const github = await startEmulator("github", kind);
  const slack = await startEmulator("slack", kind);
  const drive = await startEmulator("drive", kind);
  // What it would throw of the requests is not what these tests are about.
  ends.push(...[github, slack, drive].map((emulator) => () => emulator.close()));
  const urls = [
    ["github", await github.seed(seeds.github)],
    ["slack", await slack.seed(seeds.slack)],
    ["gdrive", await drive.seed(seeds.drive)],
  ] as const;
  return new Map(urls.map(([name, { api = "" }]) => [name, api]));
}

function toSignIn(): string {
  const scope = scopes.map((name) => `https://www.googleapis.com/auth/${name}`).join(" ");
  const expiry_date = Date.now() + 3_600_000;
  return JSON.stringify({ access_token: driveToken, scope, expiry_date });
}

async function start(configs: Readonly<Record<string, object>>) {
  const main = fileURLToPath(new URL("seven.ts", import.meta.url));
  const child = spawn(process.execPath, [main, JSON.stringify(configs)], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const exited = once(child, "exit");
  const ready = once(createInterface({ input: child.stdout }), "line");
  const [line] = await Promise.race([ready, exited.then(() => [undefined])]);
  if (typeof line !== "string") throw new Error(`The servers did not start.\n${stderr}`);
  const base = line.slice("ready ".length);
  return {
    pid: child.pid ?? 0,
    urls: new Map(Object.keys(configs).map((name) => [name, `${base}${name}/mcp`])),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    stderr: () => stderr,
    async end() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
