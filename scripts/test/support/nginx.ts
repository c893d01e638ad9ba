// nginx with the config of docker/compose, in front of replicas that a test plays.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { root } from "../../lib/packages.ts";

export const config = readFileSync(join(root, "docker/compose/nginx.conf"), "utf8");

/** Whether nginx is installed. Throws under FAIRLEAD_REQUIRE=all if it is not. */
export function findNginx(): boolean {
  const found = spawnSync("nginx", ["-v"]).status === 0;
  if (!found && env["FAIRLEAD_REQUIRE"] === "all") throw new Error("nginx is not installed.");
  return found;
}

/** The config with the addresses of a test in place of those of a container. Every line must be there. */
export function toConfig(changes: Readonly<Record<string, string>>): string {
  let text = config;
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

/** How many were started, each on a port of its own. */
let started = 0;

/** Runs nginx, and a name server by which `mcp` is all of these addresses. */
export class Nginx implements AsyncDisposable {
  readonly address: string;
  readonly #process: ChildProcess;
  readonly #names: Socket;
  readonly #folder: string;

  private constructor(address: string, parts: Pick<Started, "child" | "names" | "folder">) {
    this.address = address;
    this.#process = parts.child;
    this.#names = parts.names;
    this.#folder = parts.folder;
  }

  static async start(replicas: readonly string[], port: number): Promise<Nginx> {
    const folder = mkdtempSync(join(tmpdir(), "fairlead-nginx-"));
    const names = await serveNames(replicas);
    // Not among the ports that the system gives out by itself.
    const own = 20_000 + ((process.pid + started) % 10_000);
    started += 1;
    const text = toConfig({
      "/tmp/": `${folder}/`,
      "127.0.0.11": `127.0.0.1:${names.address().port}`,
      "listen 8080": `listen 127.0.0.1:${own}`,
      "$replicas:3000": `$replicas:${port}`,
    });
    writeFileSync(join(folder, "nginx.conf"), text);
    const words = ["-c", join(folder, "nginx.conf"), "-g", "daemon off; worker_processes 1;"];
    const child = spawn("nginx", words, { stdio: ["ignore", "ignore", "pipe"] });
    let log = "";
    child.stderr.setEncoding("utf8").on("data", (said: string) => {
      log += said;
    });
    await waitFor(own).catch((error: unknown) => {
      throw new Error(`${error} ${log}`);
    });
    return new Nginx(`http://127.0.0.1:${own}`, { child, names, folder });
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
  readonly names: Socket;
  readonly folder: string;
}

async function waitFor(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
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

/** Answers every question for IPv4 addresses with the same ones (RFC 1035, section 4). */
async function serveNames(addresses: readonly string[]): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.on("message", (question, from) => {
    const header = Buffer.alloc(12);
    question.copy(header, 0, 0, 2);
    // An answer, of one question and of an address each.
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    const records = addresses.map((address) => {
      // The name of the question; type A, class IN, for a second.
      const head = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4]);
      return Buffer.concat([head, Buffer.from(address.split(".").map(Number))]);
    });
    socket.send(
      Buffer.concat([header, question.subarray(12), ...records]),
      from.port,
      from.address,
    );
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}
