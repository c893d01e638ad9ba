import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Call } from "./call.ts";
import type { Command, Host, ServerCommand, Setup, Talk } from "./host.ts";
import { parse } from "./json.ts";
import { type ScriptedModel, startModel } from "./model.ts";

const lastWordsMs = 5_000;
const beforehandMs = 120_000;

export interface HostRun {
  readonly servers: readonly ServerCommand[];
  readonly script: readonly Call[];
  /** Where the packages of hosts are installed, each in a folder of its own. */
  readonly packages: string;
  /** Milliseconds after which the host is ended. */
  readonly timeout: number;
}

export interface HostFinished {
  readonly model: ScriptedModel;
  /** What went wrong with the host itself. */
  readonly failure?: string;
}

/** Runs a host with an empty HOME against a model that follows the script. */
export async function runHost(host: Host, { script, ...run }: HostRun): Promise<HostFinished> {
  const model = await startModel(host.dialect, script, host.adds);
  const folder = await mkdtemp(join(tmpdir(), "fairlead-host-"));
  const setup = { ...run, model: model.url, home: join(folder, "home"), cwd: join(folder, "work") };
  try {
    await mkdir(setup.home);
    await mkdir(setup.cwd);
    const { code, output } = await finish(await host.prepare(setup), setup, run.timeout);
    if (code === 0) return { model };
    return { model, failure: `${host.name} ended with ${code}.\n${output}` };
  } finally {
    await model.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Runs a command in a clean environment, and ends it with all it started when its time is over. */
export async function finish(
  { file, args, env, talk }: Command,
  { home, cwd }: Pick<Setup, "home" | "cwd">,
  timeout: number,
): Promise<{ readonly code: number | string; readonly output: string }> {
  const child = spawn(file, args, {
    cwd,
    env: {
      PATH: [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(":"),
      ...{ TERM: "dumb", LANG: "C.UTF-8", NO_COLOR: "1", TMPDIR: tmpdir() },
      ...{ XDG_CONFIG_HOME: join(home, ".config"), XDG_DATA_HOME: join(home, ".data") },
      ...env,
    },
    stdio: [talk === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    // A group of its own, so that the servers end with it.
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  if (talk && child.stdin && child.stdout) hold(talk, child.stdin, child.stdout);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(child.pid);
  }, timeout);
  const closed = once(child, "close");
  try {
    await once(child, "exit");
  } finally {
    clearTimeout(timer);
    endGroup(child.pid);
  }
  // The last it said may come after its end; one that left the group may keep the pipe open for good.
  await Promise.race([closed, sleep(lastWordsMs)]);
  return { code: late ? `no end after ${timeout} ms` : (child.exitCode ?? "a signal"), output };
}

/** Runs a command that comes before a host; throws where it fails. */
export async function succeed(command: Command, setup: Setup): Promise<void> {
  const { code, output } = await finish(command, setup, beforehandMs);
  if (code === 0) return;
  throw new Error(`${command.file} ${command.args.join(" ")} ended with ${code}.\n${output}`);
}

function hold({ opening, answer }: Talk, input: Writable, output: Readable): void {
  // One that has ended takes no more, and its code says how it ended.
  input.on("error", () => undefined);
  const say = (messages: readonly object[]) => {
    for (const message of messages) input.write(`${JSON.stringify(message)}\n`);
  };
  say(opening);
  createInterface({ input: output }).on("line", (line) => {
    const said = answer(parse(line));
    if (said === undefined) input.end();
    else say(said);
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It is gone, with all it started.
  }
}
