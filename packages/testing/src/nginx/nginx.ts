import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../backends/engine.ts";
import { type Names, serveNames } from "./names.ts";

/** The config of docker/compose, as it is in a container. */
export const config = readFileSync(join(root, "docker/compose/nginx.conf"), "utf8");

/** Whether nginx is installed. Throws under FAIRLEAD_REQUIRE=all if it is not. */
export function findNginx(): boolean {
  const found = spawnSync("nginx", ["-v"]).status === 0;
  if (!found && process.env["FAIRLEAD_REQUIRE"] === "all") {
    throw new Error("nginx is not installed.");
  }
  return found;
}

/** A config with the addresses of a test in place of those of a container. Every text must be there. */
export function toConfig(changes: Readonly<Record<string, string>>, text = config): string {
  for (const [from, to] of Object.entries(changes)) {
    if (!text.includes(from)) throw new Error(`nginx.conf has no ${from}.`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** What `nginx -t` says against a config; empty if nothing. */
export function checkConfig(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-nginx-"));
  writeFileSync(join(folder, "nginx.conf"), text.replaceAll("/tmp/", `${folder}/`));
  const { status, stderr } = spawnSync("nginx", ["-t", "-c", join(folder, "nginx.conf")], {
    encoding: "utf8",
  });
  rmSync(folder, { recursive: true, force: true });
  const warnings = stderr.split("\n").filter((line) => /\[(?:warn|emerg|alert)\]/.test(line));
  return status === 0 && warnings.length === 0 ? "" : stderr;
}

/** What else a config is to have. */
export type Edit = (text: string) => string;

/** A real nginx with the config of docker/compose, and a name server by which `mcp` is some addresses. */
export class Nginx implements AsyncDisposable {
  /** Where it is reached, without a path. */
  readonly address: string;
  readonly #process: ChildProcess;
  readonly #names: Names;
  readonly #folder: string;

  private constructor(address: string, parts: Started) {
    this.address = address;
    this.#process = parts.child;
    this.#names = parts.names;
    this.#folder = parts.folder;
  }

  /**
   * Starts nginx on a port of loopback and resolves once it listens.
   *
   * @param replicas IPv4 addresses of what is behind it, all with the same port.
   * @param edit What is changed in the config besides the addresses.
   */
  static async start(
    replicas: readonly string[],
    port: number,
    edit: Edit = (text) => text,
  ): Promise<Nginx> {
    const folder = mkdtempSync(join(tmpdir(), "fairlead-nginx-"));
    const names = await serveNames(replicas);
    // Not among the ports that the system gives out by itself, and another one for each of a process.
    const own = 20_000 + ((process.pid * 4 + started) % 10_000);
    started += 1;
    const text = toConfig({
      "/tmp/": `${folder}/`,
      "127.0.0.11": `127.0.0.1:${names.port}`,
      "listen 8080": `listen 127.0.0.1:${own}`,
      "$replicas:3000": `$replicas:${port}`,
    });
    writeFileSync(join(folder, "nginx.conf"), edit(text));
    const words = ["-c", join(folder, "nginx.conf"), "-g", "daemon off; worker_processes 1;"];
    const child = spawn("nginx", words, { stdio: ["ignore", "ignore", "pipe"] });
    // A test that is killed must not leave a server behind.
    process.once("exit", () => child.kill("SIGKILL"));
    let log = "";
    child.stderr.setEncoding("utf8").on("data", (said: string) => {
      log += said;
    });
    await waitFor(own, child).catch((error: unknown) => {
      throw new Error(`${error} ${log}`);
    });
    return new Nginx(`http://127.0.0.1:${own}`, { child, names, folder });
  }

  /** Tells the name server which replicas there are. nginx asks it again within a second. */
  route(replicas: readonly string[]): void {
    this.#names.addresses = replicas;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, "close");
    this.#process.kill("SIGTERM");
    this.#names.close();
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly names: Names;
  readonly folder: string;
}

/** How many this process has started. */
let started = 0;

async function waitFor(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200 && child.exitCode === null; tries++) {
    const socket = connect(port, "127.0.0.1");
    const here = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "error").then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (here) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("nginx does not listen.");
}
