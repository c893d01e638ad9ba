import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Launch, Launcher } from "../launchers.ts";
import { freePort, type HttpServer } from "../processes.ts";
import type { Engine } from "./engine.ts";

const port = 3000;
/** Whom the images run as by themselves. */
const user = 1000;
const ownUser = process.getuid?.() ?? 0;
/** An ordinary user's tests run them as that user, who owns the directories. */
const otherUser = ownUser === 0 ? undefined : `${ownUser}:${process.getgid?.() ?? ownUser}`;

/** What a container is given: no capability, no way to gain one, no file of its own to change. */
const hardening = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"];

/** Starts a server's image in a container that is as narrow as the documents recommend. */
export function toImageLauncher(engine: Engine, image: string): Launcher {
  return {
    async toCommand({ args = [], env = {}, directories = [], network }) {
      await giveAway(directories);
      return {
        command: "docker",
        args: [
          ...["run", "--rm", "--interactive", ...hardening],
          ...(otherUser === undefined ? [] : ["--user", otherUser]),
          ...Object.entries(engine.labels).flatMap(([key, value]) => [
            "--label",
            `${key}=${value}`,
          ]),
          ...directories.flatMap((path) => ["--volume", `${path}:${path}`]),
          ...(network === undefined ? [] : ["--network", network]),
          // By name alone: a value would stand in every list of processes.
          ...Object.keys(env).flatMap((name) => ["--env", name]),
          ...[image, ...args],
        ],
        env: { ...engineVariables(), ...env },
      };
    },
    serveHttp: (launch) => serveImage(engine, image, launch),
  };
}

/** Lets the user of the images write below these directories, which root may have made. */
export async function giveAway(paths: readonly string[]): Promise<void> {
  if (ownUser !== 0 || paths.length === 0) return;
  await promisify(execFile)("chown", ["-R", `${user}:${user}`, ...paths]);
}

/** Where `docker` finds the engine, which the clients' transports do not hand on. */
function engineVariables(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => name.startsWith("DOCKER_"));
  return Object.fromEntries(entries.map(([name, value = ""]) => [name, value]));
}

async function serveImage(engine: Engine, image: string, launch: Launch): Promise<HttpServer> {
  const { args = [], env = {}, directories = [], network } = launch;
  // Nobody who tests without a container pays for loading this.
  const { GenericContainer, Wait } = await import("testcontainers");
  class Hardened extends GenericContainer {
    constructor() {
      super(image);
      this.hostConfig.ReadonlyRootfs = true;
    }

    publish(): this {
      this.withExposedPorts(port);
      this.hostConfig.PortBindings = { [`${port}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: "" }] };
      return this;
    }
  }
  await giveAway(directories);
  const token = randomUUID();
  const folder = await mkdtemp(join(tmpdir(), "fairlead-tokens-"));
  const tokens = join(folder, "tokens");
  const hash = createHash("sha256").update(token).digest("hex");
  await writeFile(tokens, `tests sha256:${hash}\n`, { mode: 0o644 });
  await giveAway([folder]);
  const own = network === undefined ? undefined : await freePort();
  const address = own === undefined ? `0.0.0.0:${port}` : `127.0.0.1:${own}`;
  const heard: string[] = [];
  const container = new Hardened()
    .withCommand(["--http", address, "--token-file", tokens, ...args])
    .withEnvironment(env)
    .withDroppedCapabilities("ALL")
    .withSecurityOpt("no-new-privileges")
    .withLabels(engine.labels)
    .withBindMounts([
      { source: folder, target: folder, mode: "ro" },
      ...directories.map((path) => ({ source: path, target: path })),
    ])
    .withLogConsumer((stream) => void stream.on("data", (text) => heard.push(String(text))))
    .withWaitStrategy(Wait.forLogMessage(/ listening on /))
    // It would need an image of its own to clean up; the labels are enough for us.
    .withAutoCleanup(false);
  if (otherUser !== undefined) container.withUser(otherUser);
  if (own === undefined) container.publish();
  else container.withNetworkMode("host");
  const started = await container.start().catch(async (error: unknown) => {
    await rm(folder, { recursive: true });
    throw new Error(`${image} did not start: ${error}\n${heard.join("")}`);
  });
  const id = started.getId();
  return {
    url: `http://127.0.0.1:${own ?? started.getMappedPort(port)}/mcp`,
    headers: { authorization: `Bearer ${token}` },
    stderr: () => heard.join(""),
    async close() {
      await engine.run("stop", "--time", "10", id);
      const code = await engine.run("inspect", "--format", "{{.State.ExitCode}}", id);
      await engine.run("rm", "--volumes", id);
      await rm(folder, { recursive: true });
      return Number(code);
    },
  };
}
