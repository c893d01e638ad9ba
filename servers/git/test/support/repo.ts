import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  type ConnectedClient,
  type ConnectOptions,
  connect,
  type SpawnedClient,
  spawn,
} from "@fairlead/runtime/testing";
import { onTestFinished } from "vitest";
import { server } from "../../src/index.ts";
import { readDiffText } from "./diff-text.ts";

const memory = "/dev/shm";

/** Called back at the end: of a test, or of a file with `afterAll`. */
type Finish = (end: () => Promise<void>) => void;

/** A directory of its own for a test, gone when the test is. */
export async function temporaryDirectory(finish: Finish = onTestFinished): Promise<string> {
  const parent = existsSync(memory) ? memory : tmpdir();
  const path = await realpath(await mkdtemp(join(parent, "fairlead-git-")));
  finish(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Who the owner of a test's repositories is, whatever the machine's own config says. */
const ownerEnvironment = {
  PATH: process.env["PATH"],
  HOME: "/nonexistent",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  // A server in a container has made the repository its user's.
  GIT_CONFIG_COUNT: "1",
  GIT_CONFIG_KEY_0: "safe.directory",
  GIT_CONFIG_VALUE_0: "*",
  GIT_AUTHOR_NAME: "Ann Owner",
  GIT_AUTHOR_EMAIL: "ann@example.org",
  GIT_COMMITTER_NAME: "Ann Owner",
  GIT_COMMITTER_EMAIL: "ann@example.org",
  GIT_AUTHOR_DATE: "2026-01-02T03:04:05Z",
  GIT_COMMITTER_DATE: "2026-01-02T03:04:05Z",
};

/** A repository as its owner works on it: with git itself, and none of our guards. */
export class Owner {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  git(...args: string[]): string {
    return this.dated(ownerEnvironment.GIT_AUTHOR_DATE, ...args);
  }

  /** As `git`, on another day. */
  dated(date: string, ...args: string[]): string {
    return execFileSync("git", args, {
      cwd: this.path,
      encoding: "utf8",
      env: { ...ownerEnvironment, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 64 * 1024 * 1024,
    }).trimEnd();
  }

  /** As `git`, but others get on with their work meanwhile; whatever comes of it. */
  async attempt(...args: string[]): Promise<void> {
    const options = { cwd: this.path, env: ownerEnvironment, timeout: 10_000 };
    await new Promise((done) => execFile("git", args, options, done));
  }

  async write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.path, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
  }

  /** Writes files and commits all there is; gives the commit. */
  async commit(
    message: string,
    files: Readonly<Record<string, string | Uint8Array>> = {},
  ): Promise<string> {
    await this.write(files);
    this.git("add", "--all");
    this.git("commit", "-q", "--allow-empty", "-m", message);
    return this.git("rev-parse", "HEAD");
  }

  /** Takes the repository away again, where no directory of the test's does. */
  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }

  /** Writes a script that leaves a mark when something runs it; gives its path. */
  async trap(marker: string, name = "trap.sh", mark = name): Promise<string> {
    const path = join(this.path, ".git", name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `#!/bin/sh\necho '${mark}' >> '${marker}'\n`);
    await chmod(path, 0o755);
    return path;
  }
}

/** A new repository with a first commit unless it is to be empty. */
export async function createOwner(
  path: string,
  { empty = false }: { readonly empty?: boolean } = {},
): Promise<Owner> {
  await mkdir(path, { recursive: true });
  const owner = new Owner(path);
  owner.git("init", "-q", "-b", "main");
  if (!empty) await owner.commit("first", { "a.txt": "one\ntwo\nthree\n" });
  return owner;
}

/** A client of the server in this process, with every toolset and no confirmation. */
export async function start(
  directories: readonly string[],
  config: Readonly<Record<string, unknown>> = {},
  options: ConnectOptions = {},
): Promise<ConnectedClient> {
  const client = await connect(server, {
    config: { repository: directories, authorName: "Bo", authorEmail: "bo@example.org", ...config },
    policy: { toolsets: ["all"], confirm: "never" },
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

/** The built server as a process of its own, with every toolset and no confirmation. */
export async function startBin(
  args: readonly string[],
  {
    finish = onTestFinished,
    env = {},
    identity = ["--author-name", "Bo", "--author-email", "bo@example.org"],
  }: {
    readonly finish?: Finish;
    readonly env?: Readonly<Record<string, string>>;
    readonly identity?: readonly string[];
  } = {},
): Promise<SpawnedClient> {
  const client = await spawn(new URL("../../dist/main.cjs", import.meta.url), {
    args: [...args, ...identity, "--toolsets", "all", "--confirm", "never"],
    env: { HOME: "/nonexistent", ...env },
  });
  finish(() => client.close());
  return client;
}

/** What both kinds of clients can do. */
export type Caller = Pick<SpawnedClient, "callTool">;

/** Calls a tool; a failed call throws its text. */
export async function call(client: Caller, name: string, args = {}) {
  const { text, isError, structuredContent } = await client.callTool(name, args);
  if (isError) throw new Error(`${name}: ${text}`);
  return { text, output: Object(structuredContent ?? readDiffText(text)) };
}
