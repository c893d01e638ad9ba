import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { chmod, chown, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A PostgreSQL of the test's own. */
export interface Postgres {
  /** `cluster` is a real server; `embedded` is PGlite: one connection, no locks, no timeouts. */
  readonly kind: "cluster" | "embedded";
  /** The URL of a database, as superuser; `postgres` by default. */
  url(database?: string): string;
  /** The process of the server, for tests that end it; undefined where there is none. */
  readonly pid: number | undefined;
  readonly directory: string;
  close(): Promise<void>;
}

/** A way to get one; undefined where this machine cannot. The next is tried then. */
type Provider = () => Promise<Postgres | undefined>;

// A container comes first in this list once there is one to start.
const providers: readonly Provider[] = [createCluster, createEmbedded];

/**
 * Starts a PostgreSQL: a throwaway cluster of the binaries on this machine, else PGlite, which says
 * aloud what it cannot show and is a failure under FAIRLEAD_REQUIRE=all.
 */
export async function createPostgres(): Promise<Postgres> {
  for (const provider of providers) {
    const found = await provider();
    if (found === undefined) continue;
    if (found.kind === "cluster") return found;
    const what =
      "No PostgreSQL on this machine: only PGlite was tested, without locks, pools, cancellation and timeouts.";
    if (process.env["FAIRLEAD_REQUIRE"] === "all") {
      await found.close();
      throw new Error(what);
    }
    process.stderr.write(`${what}\n`);
    return found;
  }
  throw new Error("No PostgreSQL can be started here.");
}

/** Whether a real server can be started here; else there is PGlite alone. */
export function hasPostgres(): boolean {
  return findBinaries() !== undefined;
}

/** Where Debian and others put the newest binaries; undefined where there are none. */
function findBinaries(): string | undefined {
  const parent = "/usr/lib/postgresql";
  const versions = existsSync(parent) ? readdirSync(parent) : [];
  const sorted = versions.toSorted((a, b) => Number(b) - Number(a));
  const folders = [...sorted.map((version) => join(parent, version, "bin")), "/usr/local/bin"];
  return folders.find((folder) => existsSync(join(folder, "initdb")));
}

async function createCluster(): Promise<Postgres | undefined> {
  const binaries = findBinaries();
  const owner = await findOwner();
  if (binaries === undefined || owner === undefined) return undefined;
  const directory = await mkdtemp(join(tmpdir(), "fairlead-pg-"));
  await chmod(directory, 0o700);
  if (owner.as) await chown(directory, owner.uid, owner.gid);
  const data = join(directory, "data");
  const [program = "", ...words] = [...owner.prefix, join(binaries, "initdb")];
  await run(program, [...words, "-D", data, "-U", "postgres", "-A", "trust", "-N"], { cwd: "/" });
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: directory,
    fsync: "off",
    max_connections: 20,
    ...(hasModule(binaries) && { shared_preload_libraries: "pg_stat_statements" }),
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const [server = "", ...before] = [...owner.prefix, join(binaries, "postgres")];
  const child = spawn(server, [...before, "-D", data, ...flags], { cwd: "/", stdio: "ignore" });
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
  await waitUntil(
    () => existsSync(join(data, "postmaster.pid")) && accepts(binaries, port),
    () => child.exitCode !== null,
  ).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    kind: "cluster",
    pid: child.pid,
    directory,
    url: (database = "postgres") => `postgres://postgres@127.0.0.1:${port}/${database}`,
    close,
  };
}

/** Debian has the extension in the server's own package; others may not. */
function hasModule(binaries: string): boolean {
  return existsSync(join(binaries, "../lib/pg_stat_statements.so"));
}

interface Owner {
  readonly prefix: readonly string[];
  readonly as: boolean;
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root, which then lends it another user. */
async function findOwner(): Promise<Owner | undefined> {
  const { uid, gid } = userInfo();
  if (uid !== 0) return { prefix: [], as: false, uid, gid };
  for (const name of ["postgres", "nobody"]) {
    const found = await run("id", ["-u", name]).catch(() => undefined);
    const group = await run("id", ["-g", name]).catch(() => undefined);
    if (found === undefined || group === undefined) continue;
    const ids = { uid: Number(found.stdout), gid: Number(group.stdout) };
    const prefix = ["setpriv", `--reuid=${ids.uid}`, `--regid=${ids.gid}`, "--clear-groups"];
    return { prefix, as: true, ...ids };
  }
  return undefined;
}

async function accepts(binaries: string, port: number): Promise<boolean> {
  const args = ["-q", "-h", "127.0.0.1", "-p", String(port)];
  return run(join(binaries, "pg_isready"), args).then(
    () => true,
    () => false,
  );
}

async function createEmbedded(): Promise<Postgres | undefined> {
  const { PGlite } = await import("@electric-sql/pglite");
  const { PGLiteSocketServer } = await import("@electric-sql/pglite-socket");
  const db = await PGlite.create();
  const port = await freePort();
  const server = new PGLiteSocketServer({ db, host: "127.0.0.1", port, maxConnections: 20 });
  await server.start();
  return {
    kind: "embedded",
    pid: undefined,
    directory: "",
    url: (database = "postgres") => `postgres://postgres@127.0.0.1:${port}/${database}`,
    async close() {
      await server.stop();
      await db.close();
    },
  };
}

async function waitUntil(
  holds: () => boolean | Promise<boolean>,
  failed: () => boolean,
): Promise<void> {
  for (let tries = 0; tries < 1_500; tries += 1) {
    if (await holds()) return;
    if (failed()) break;
    await sleep(20);
  }
  throw new Error("PostgreSQL did not start.");
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return address.port;
}
