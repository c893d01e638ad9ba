import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a Node script to its end. */
export async function run(script: string, args: string[], env = {}): Promise<Finished> {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stdout = collect(child, "stdout");
  const stderr = collect(child, "stderr");
  await once(child, "close");
  return { code: child.exitCode, stdout: stdout(), stderr: stderr() };
}

export interface HttpServer {
  readonly url: string;
  /** What a request has to bear. */
  readonly headers?: Readonly<Record<string, string>>;
  stderr(): string;
  /** Ends the process and resolves with its exit code. */
  close(): Promise<number | null>;
}

/** One that is a process of this machine. */
export interface HttpProcess extends HttpServer {
  /** Ends the process without a warning (SIGKILL). */
  kill(): Promise<void>;
}

/** Arguments of a server, some of which may say where it is. */
export type ServerArguments =
  | readonly string[]
  | ((url: string) => readonly string[] | Promise<readonly string[]>);

/** Where a server listens: an address of loopback. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** Starts a built server, on a free port unless its place is given, and waits until it answers. */
export async function serveHttp(
  bin: string,
  args: ServerArguments = [],
  env = {},
  place?: Place,
): Promise<HttpProcess> {
  const { host, port } = place ?? { host: "127.0.0.1", port: await freePort() };
  const url = `http://${host}:${port}/mcp`;
  const given = typeof args === "function" ? await args(url) : args;
  const child = spawn(process.execPath, [bin, "--http", `${host}:${port}`, ...given], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stderr = collect(child, "stderr");
  const exited = once(child, "exit");
  for (let tries = 0; !(await answers(url)); tries += 1) {
    if (child.exitCode !== null || tries === 1000) {
      child.kill("SIGKILL");
      throw new Error(`The server did not start.\n${stderr()}`);
    }
    await sleep(20);
  }
  return {
    url,
    stderr,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    async close() {
      child.kill("SIGTERM");
      await exited;
      return child.exitCode;
    },
  };
}

function collect(child: ChildProcess, stream: "stdout" | "stderr"): () => string {
  let text = "";
  child[stream]?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

/** A port of this machine that nothing listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return address.port;
}

/** Any answer will do: one that refuses shows that someone is listening. */
async function answers(url: string): Promise<boolean> {
  return fetch(url, { method: "OPTIONS" }).then(
    () => true,
    () => false,
  );
}
