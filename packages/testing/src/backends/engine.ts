import { execFile, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { Socket } from "node:net";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);

/** Says on every container which process of which machine it belongs to. */
const label = "dev.fairlead.tests";
const owner = `${hostname()}:${process.pid}`;

const manifest = createRequire(import.meta.url).resolve("@fairlead/testing/package.json");
/** The top of the checkout. */
export const root = dirname(dirname(dirname(manifest)));

/** What docker/ builds on. */
const bases = [
  "debian:bookworm-slim",
  "node:24-bookworm-slim",
  "postgres:15-bookworm",
  "redis:7.0-bookworm",
];

/** A container engine that answers and has, or can get, the images everything begins with. */
export interface Engine {
  /** Runs `docker` with these words and gives what it prints; throws what it complains of. */
  run(...words: string[]): Promise<string>;
  /** Builds an image, and no two at once: the older builder would do the work twice. */
  build(...words: string[]): Promise<string>;
  /** Every container and network bears these: what a killed run leaves behind is known by them. */
  readonly labels: Readonly<Record<string, string>>;
}

let search: Promise<Engine | undefined> | undefined;

/**
 * The engine of this machine. Where none can be used it says so aloud and is undefined, and throws
 * under FAIRLEAD_REQUIRE=all.
 */
export function findEngine(): Promise<Engine | undefined> {
  search ??= find();
  return search;
}

async function find(): Promise<Engine | undefined> {
  const problem = await findProblem();
  if (problem !== undefined) {
    const what = `Nothing is tested in containers: ${problem}`;
    if (process.env["FAIRLEAD_REQUIRE"] === "all") throw new Error(what);
    process.stderr.write(`${what}\n`);
    return undefined;
  }
  await sweep();
  watch();
  const lock = ["flock", join(root, "docker")];
  return {
    run,
    build: (...words) => execute([...lock, "docker", "build", "--quiet", ...words]),
    labels: { [label]: owner },
  };
}

async function findProblem(): Promise<string | undefined> {
  if (process.platform !== "linux") {
    return "on Linux alone they share files and loopback with the tests.";
  }
  const silent = await run("version", "--format", "{{.Server.Version}}").then(
    () => undefined,
    (error: unknown) => `no container engine answers. ${error}`,
  );
  if (silent !== undefined) return silent;
  for (const image of bases) {
    const here = run("image", "inspect", image).catch(() => run("pull", "--quiet", image));
    const reason = await here.then(
      () => undefined,
      (error: unknown) =>
        `${image} is not here and no registry gives it; docker/local-images/make makes a stand-in. ${error}`,
    );
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function run(...words: string[]): Promise<string> {
  return execute(["docker", ...words]);
}

async function execute(command: readonly string[]): Promise<string> {
  const [program = "", ...words] = command;
  const child = exec(program, words, { maxBuffer: 64 * 1024 * 1024 });
  const { stdout } = await child.catch((error: unknown) => {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    throw new Error(`${command.join(" ").slice(0, 200)}: ${said || error}`);
  });
  return stdout.trim();
}

/**
 * Has a process of its own wait for the end of this one, however that comes, and remove what
 * containers and networks it has left then.
 */
function watch(): void {
  const filter = `--quiet --filter label=${label}=${owner}`;
  const script = [
    "cat >/dev/null",
    `docker ps --all ${filter} | xargs -r docker rm --force --volumes`,
    `docker network ls ${filter} | xargs -r docker network rm`,
  ].join("\n");
  const stdio = ["pipe", "ignore", "ignore"] as const;
  const child = spawn("sh", ["-c", script], { detached: true, stdio: [...stdio] });
  child.unref();
  // The pipe ends with this process, and must not keep it alive.
  if (child.stdin instanceof Socket) child.stdin.unref();
}

/** Removes what processes of this machine that have ended have left. */
async function sweep(): Promise<void> {
  const filter = ["--filter", `label=${label}`, "--format", `{{.ID}} {{.Label "${label}"}}`];
  for (const [list, remove] of [
    [
      ["ps", "--all"],
      ["rm", "--force", "--volumes"],
    ],
    [
      ["network", "ls"],
      ["network", "rm"],
    ],
  ] as const) {
    const lines = await run(...list, ...filter);
    for (const line of lines.split("\n").filter(Boolean)) {
      const [id = "", value = ""] = line.split(" ");
      const [host, pid] = value.split(":");
      if (host !== hostname() || isAlive(Number(pid))) continue;
      // Another process may sweep at the same time.
      await run(...remove, id).catch(() => undefined);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
