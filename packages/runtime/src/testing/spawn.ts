import { type ChildProcess, spawn as spawnProcess } from "node:child_process";
import { once } from "node:events";
import { execPath, env as ownEnvironment } from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type ClientOptions, RawClient } from "./client.ts";

/** How a server's process is started. */
export interface SpawnOptions extends ClientOptions {
  readonly args?: readonly string[];
  /** Added to an environment of PATH and HOME alone, so that no test depends on the caller's. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A client of a server process, with everything the process wrote. */
export interface SpawnedClient extends RawClient {
  readonly process: ChildProcess;
  /** Every line of stdout, in order. */
  readonly stdout: readonly string[];
  /** What the process has written to stderr so far. */
  stderr(): string;
  /** The exit code, once the process is gone; null when a signal ended it. */
  readonly exited: Promise<number | null>;
}

/** Starts a built server with this Node and speaks to it over stdio. */
export async function spawn(
  main: string | URL,
  options: SpawnOptions = {},
): Promise<SpawnedClient> {
  const client = new RawClient(options);
  const child = start(main, options);
  const stdout: string[] = [];
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    stdout.push(line);
    try {
      client.receive(line);
    } catch {
      // Kept in `stdout`, where the test that cares will find it.
    }
  });
  const exited = once(child, "close").then(([code]) => (typeof code === "number" ? code : null));
  void exited.then((code) => client.fail(new Error(`The server exited (${code}). ${stderr}`)));
  child.stdin.on("error", () => {});
  await client.attach({
    send: (frame) => void child.stdin.write(`${frame}\n`),
    async close() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), 8_000);
      await exited;
      clearTimeout(timer);
    },
  });
  return Object.assign(client, { process: child, stdout, stderr: () => stderr, exited });
}

/** Runs a built server to its end, for `--help` and the like. */
export async function runToEnd(
  main: string | URL,
  options: SpawnOptions = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = start(main, options);
  child.stdin.end();
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code] = await once(child, "close");
  return { code: typeof code === "number" ? code : null, stdout, stderr };
}

function start(main: string | URL, { args = [], env = {}, cwd }: SpawnOptions) {
  const path = typeof main === "string" ? main : fileURLToPath(main);
  return spawnProcess(execPath, [path, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: ownEnvironment["PATH"], HOME: ownEnvironment["HOME"], ...env },
    ...(cwd !== undefined && { cwd }),
  });
}
