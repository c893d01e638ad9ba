// Brings the services of docker/compose.yaml up with the commands of docs/hosting.md.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { env } from "node:process";
import { findEngine } from "../../../packages/testing/src/backends/engine.ts";
import { freePort } from "../../../packages/testing/src/processes.ts";
import { root } from "../../lib/packages.ts";

/** Whether the engine and Docker Compose are here. Throws under FAIRLEAD_REQUIRE=all if they are not. */
export async function findCompose(): Promise<boolean> {
  if ((await findEngine()) === undefined) return false;
  const { status, stdout } = spawnSync("docker", ["compose", "version", "--short"], {
    encoding: "utf8",
  });
  const found = status === 0 && /^v?[2-9]\./.test(stdout);
  if (!found && env["FAIRLEAD_REQUIRE"] === "all") {
    throw new Error("The plugin of Docker Compose, of version 2 or later, is not installed.");
  }
  return found;
}

/** The services, in a project of this checkout alone. */
export class ComposeStack implements AsyncDisposable {
  readonly mcpUrl: string;
  readonly issuer: string;
  #variables: NodeJS.ProcessEnv;

  private constructor(ports: { readonly mcp: number; readonly identity: number }) {
    this.mcpUrl = `http://127.0.0.1:${ports.mcp}/mcp`;
    this.issuer = `http://127.0.0.1:${ports.identity}`;
    const checkout = createHash("sha256").update(root).digest("hex").slice(0, 12);
    const hasBuildKit = spawnSync("docker", ["buildx", "version"]).status === 0;
    this.#variables = {
      ...env,
      COMPOSE_PROJECT_NAME: `fairlead-test-${checkout}`,
      MCP_PORT: String(ports.mcp),
      IDENTITY_PORT: String(ports.identity),
      // Compose has a BuildKit of its own, which does not know what `docker build` has built without one.
      ...(!hasBuildKit && { DOCKER_BUILDKIT: "0" }),
    };
  }

  static async open(): Promise<ComposeStack> {
    const stack = new ComposeStack({ mcp: await freePort(), identity: await freePort() });
    // What an earlier run that was killed has left, and what this one would leave.
    await stack.#remove();
    stack.#watch();
    return stack;
  }

  /** Runs commands in the root of the repository. What they export, later ones have. */
  async run(script: string): Promise<string> {
    const child = spawn("sh", ["-euc", `${script}\nexec env -0 >&3`], {
      cwd: root,
      env: this.#variables,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const texts = ["", "", ""];
    for (const [at, stream] of child.stdio.slice(1).entries()) {
      stream?.on("data", (text: Buffer) => {
        texts[at] += text.toString();
      });
    }
    const [code] = await once(child, "close");
    const [stdout = "", stderr = "", exported = ""] = texts;
    if (code !== 0) throw new Error(`${script} ended with ${code}.\n${stdout}\n${stderr}`);
    const entries = exported.split("\0").filter(Boolean);
    this.#variables = Object.fromEntries(entries.map((entry) => entry.split(/=(.*)/s).slice(0, 2)));
    return stdout;
  }

  /** What a command before has exported. */
  variable(name: string): string {
    return this.#variables[name] ?? "";
  }

  /** The containers of a service, by their ids. */
  async containers(service: string): Promise<readonly string[]> {
    const name = this.variable("COMPOSE_PROJECT_NAME");
    const labels = { project: name, service };
    const filters = Object.entries(labels).map(
      ([label, value]) => `--filter label=com.docker.compose.${label}=${value}`,
    );
    const listed = await this.run(`docker ps --quiet --no-trunc ${filters.join(" ")}`);
    return listed.split("\n").filter(Boolean);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#remove();
  }

  async #remove(): Promise<void> {
    await this.run(removal);
  }

  /** Has a process of its own wait for the end of this one, however that comes, and remove the services. */
  #watch(): void {
    const child = spawn("sh", ["-c", `cat >/dev/null\n${removal}`], {
      detached: true,
      env: this.#variables,
      stdio: ["pipe", "ignore", "ignore"],
    });
    child.unref();
    const { stdin } = child;
    if (stdin !== null && "unref" in stdin && typeof stdin.unref === "function") stdin.unref();
  }
}

const removal =
  'docker compose --project-name "$COMPOSE_PROJECT_NAME" down --volumes --remove-orphans --timeout 2';
