import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { env as all, execPath, platform } from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll } from "vitest";

const exec = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));

/** A folder for all tests of a file. */
export async function createSharedFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "openapi-to-mcp-"));
  afterAll(() => rm(folder, { recursive: true }));
  return folder;
}

/**
 * The environment of somebody who has this Node and npm, and nothing of this repository: no tool of
 * its node_modules on the PATH and no setting of the package manager that runs the tests. Where
 * packages come from stays a matter of the machine.
 */
export async function toNewcomer(cache: string): Promise<Record<string, string>> {
  const own = /^(?:npm_|pnpm_|node_path$|node_options$|init_cwd$|turbo|vitest|fairlead)/i;
  const source = /^npm_config_(?:registry|cafile|(?:https?-?_?|no)proxy)$/i;
  const kept = Object.entries(all).flatMap(([key, value]) =>
    value === undefined || (own.test(key) && !source.test(key)) ? [] : [[key, value] as const],
  );
  const places = (all["PATH"] ?? "").split(delimiter);
  const others = places.filter((place) => !place.includes("node_modules"));
  const machine = { ...Object.fromEntries(kept), PATH: others.join(delimiter) };
  // npm looks for it next to its Node, and this Node is not the machine's.
  const globalConfig = await runIn(tmpdir(), machine, "npm", "config", "get", "globalconfig");
  return {
    ...machine,
    PATH: [dirname(execPath), ...others].join(delimiter),
    npm_config_globalconfig: globalConfig.trim(),
    npm_config_cache: cache,
    npm_config_update_notifier: "false",
    // A registry that is not there is told at once.
    npm_config_fetch_retries: "1",
  };
}

/** Runs a program to its end, and gives what it printed; a failure is told with all of it. */
export async function runIn(
  cwd: string,
  env: Readonly<Record<string, string>>,
  program: string,
  ...words: string[]
): Promise<string> {
  const options = { cwd, env, maxBuffer: 1e8, shell: platform === "win32" };
  try {
    return (await exec(program, words, options)).stdout;
  } catch (error) {
    const said = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
    throw new Error(`${program} ${words.join(" ")}: ${String(error)}\n${said}`);
  }
}

/** The folders of our own packages that those in these folders need, without these. */
export function listLower(folders: readonly string[]): string[] {
  const found = new Set(folders);
  // What is added on the way has its turn too.
  for (const folder of found) {
    const manifest = readFileSync(join(root, folder, "package.json"), "utf8");
    const { dependencies = {} } = JSON.parse(manifest);
    for (const name of Object.keys(dependencies)) {
      const own = /^@fairlead\/(.+)$/.exec(name)?.[1];
      if (own !== undefined) found.add(`packages/${own}`);
    }
  }
  return [...found].filter((folder) => !folders.includes(folder));
}

/** Packs a package of this repository as it would be published, and gives the tarball's path. */
export async function pack(folder: string, into: string): Promise<string> {
  const options = { cwd: join(root, folder), shell: platform === "win32" };
  const words = ["pack", "--json", "--pack-destination", into];
  const { stdout } = await exec("pnpm", words, options);
  const { filename } = JSON.parse(stdout);
  return String(filename);
}
