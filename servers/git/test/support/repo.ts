import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type ConnectedClient, type ConnectOptions, connect } from "@fairlead/runtime/testing";
import { onTestFinished } from "vitest";
import { server } from "../../src/index.ts";

const memory = "/dev/shm";

/** A directory of its own for a test, gone when the test is. */
export async function temporaryDirectory(): Promise<string> {
  const parent = existsSync(memory) ? memory : tmpdir();
  const path = await realpath(await mkdtemp(join(parent, "fairlead-git-")));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
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
    return execFileSync("git", args, {
      cwd: this.path,
      encoding: "utf8",
      env: ownerEnvironment,
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 64 * 1024 * 1024,
    }).trimEnd();
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

  /** Writes a script that leaves a mark when something runs it; gives its path. */
  async trap(marker: string, name = "trap.sh"): Promise<string> {
    const path = join(this.path, ".git", name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `#!/bin/sh\necho ran >> '${marker}'\ncat\n`);
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

/** Calls a tool; a failed call throws its text, with what the server logged. */
export async function call(client: ConnectedClient, name: string, args = {}) {
  const { text, isError, structuredContent } = await client.callTool(name, args);
  if (isError) throw new Error(`${name}: ${text}\n${client.log.join("\n")}`);
  return { text, output: Object(structuredContent) };
}
