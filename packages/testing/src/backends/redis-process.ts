import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../processes.ts";
import type { Redis } from "./backend.ts";
import { redisPassword, redisSettings } from "./redis-settings.ts";

/** Starts the Redis that is installed on this machine; undefined where none is. */
export async function createRedisProcess(): Promise<Redis | undefined> {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-redis-"));
  const port = await freePort();
  const begin = async () => {
    const place = ["--bind", "127.0.0.1", "--port", String(port), "--dir", directory];
    const child = spawn("redis-server", [...place, ...redisSettings], { stdio: "ignore" });
    const begun = once(child, "spawn").then(
      () => true,
      () => false,
    );
    if (!(await begun)) return undefined;
    await listens(port, child);
    return child;
  };
  let child = await begin();
  if (child === undefined) {
    await rm(directory, { recursive: true });
    return undefined;
  }
  // A test that is killed must not leave a server behind.
  const onExit = () => child?.kill("SIGKILL");
  process.once("exit", onExit);
  const stop = async () => {
    if (child === undefined) return;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
    child = undefined;
  };
  return {
    url: `redis://:${redisPassword}@127.0.0.1:${port}`,
    password: redisPassword,
    stop,
    async start() {
      child = await begin();
    },
    async close() {
      process.off("exit", onExit);
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function listens(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const socket = connect(port, "127.0.0.1");
    const open = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    if (child.exitCode !== null) break;
    await sleep(10);
  }
  throw new Error("redis-server did not start.");
}
