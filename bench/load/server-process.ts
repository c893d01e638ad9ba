import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

/** How a server is started: the arguments for this Node, and variables besides those we have. */
export interface Launch {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A running server and what the kernel says of it. */
export interface ServerProcess {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** The last words on stderr, for the message of a failure. */
  lastWords(): string;
  /** Microseconds of CPU used so far by all its threads. */
  cpuMicros(): number;
  /** Resident memory now, in MiB. */
  residentMiB(): number;
  /** The most memory it was ever resident with, in MiB. */
  peakMiB(): number;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => process.exit(130));
}

export function startServer(launch: Launch): ServerProcess {
  const child = spawn(process.execPath, launch.args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...launch.env },
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  const { pid } = child;
  if (pid === undefined) throw new Error(`Could not start ${launch.args.join(" ")}`);
  let words = "";
  child.stderr.on("data", (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-2000);
  });
  // A server that dies shows as a call without an answer, which says more than EPIPE does.
  child.stdin.on("error", () => undefined);
  return {
    pid,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    lastWords: () => words.trim(),
    cpuMicros: () => cpuMicrosOf(pid),
    residentMiB: () => statusMiB(pid, "VmRSS"),
    peakMiB: () => statusMiB(pid, "VmHWM"),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

/** Starts a server on a free port, or on the one given, and waits until it accepts connections. */
export async function startHttpServer(
  toLaunch: (port: number) => Launch,
  place: { readonly host?: string; readonly port?: number } = {},
): Promise<{ readonly server: ServerProcess; readonly port: number }> {
  const { host = "127.0.0.1", port = await freePort() } = place;
  const server = startServer(toLaunch(port));
  server.stdout.resume();
  const deadline = performance.now() + 20_000;
  while (!(await accepts(host, port))) {
    if (performance.now() > deadline || !existsSync(`/proc/${server.pid}`)) {
      const words = server.lastWords();
      await server.stop();
      throw new Error(`The server never listened on port ${port}. ${words}`);
    }
    await sleep(20);
  }
  return { server, port };
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("No free port.");
  return address.port;
}

function accepts(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, host);
  socket.once("connect", () => resolve(true));
  socket.once("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}

function cpuMicrosOf(pid: number): number {
  // Nanoseconds, where /proc/<pid>/stat has ticks of 10 ms.
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "latin1"),
  );
  return threads.reduce((sum, text) => sum + Number(text.split(" ", 1)[0]) / 1000, 0);
}

function statusMiB(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  const kib = new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1];
  return Number(kib) / 1024;
}
