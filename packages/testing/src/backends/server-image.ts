import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Launch, Launcher } from "../launchers.ts";
import { freePort, type HttpServer } from "../processes.ts";
import { startContainer } from "./container.ts";
import type { Engine } from "./engine.ts";
import { giveAway, otherUser } from "./users.ts";

/** What a server listens on inside, where the network is its own. */
const published = 3000;
/** What a container is given: no capability, no way to gain one, no file of its own to change. */
const hardening = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"];

/** Starts a server's image in a container that is as narrow as the documents recommend. */
export function toImageLauncher(engine: Engine, image: string): Launcher {
  return {
    async toCommand({ args = [], env = {}, directories = [], readOnly = [], network }) {
      await giveAway([...directories, ...readOnly]);
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
          ...readOnly.flatMap((path) => ["--volume", `${path}:${path}:ro`]),
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

/** Where `docker` finds the engine, which the clients' transports do not hand on. */
function engineVariables(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => name.startsWith("DOCKER_"));
  return Object.fromEntries(entries.map(([name, value = ""]) => [name, value]));
}

async function serveImage(engine: Engine, image: string, launch: Launch): Promise<HttpServer> {
  const { args = [], env = {}, directories = [], readOnly = [], network } = launch;
  // Beyond loopback, which the inside of a container is, a server asks for tokens.
  const token = randomUUID();
  const folder = await mkdtemp(join(tmpdir(), "fairlead-tokens-"));
  const tokens = join(folder, "tokens");
  const hash = createHash("sha256").update(token).digest("hex");
  await writeFile(tokens, `tests sha256:${hash}\n`);
  await giveAway([...directories, ...readOnly, folder]);
  const port = network === "host" ? await freePort() : published;
  const address = `${network === "host" ? "127.0.0.1" : "0.0.0.0"}:${port}`;
  const forget = () => rm(folder, { recursive: true });
  const container = await startContainer(engine, {
    image,
    port,
    command: ["--http", address, "--token-file", tokens, ...args],
    env,
    mounts: [
      ...directories.map((path) => [path, path] as const),
      ...[folder, ...readOnly].map((path) => [path, path, "ro"] as const),
    ],
    network,
    user: otherUser,
    hardened: true,
    ready: / listening on /,
  }).catch(async (error: unknown) => {
    await forget();
    throw error;
  });
  return {
    url: `http://127.0.0.1:${container.port}/mcp`,
    headers: { authorization: `Bearer ${token}` },
    stderr: container.log,
    async close() {
      const code = await container.close();
      await forget();
      return code;
    },
  };
}
