import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readCorpus } from "./corpus.ts";

const run = promisify(execFile);
const home = fileURLToPath(new URL("../..", import.meta.url));
const main = join(home, "dist/main.js");

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command; a failure is an outcome like any other. */
export async function generate(cwd: string, ...args: string[]): Promise<Outcome> {
  try {
    return { code: 0, ...(await run(execPath, [main, ...args], { cwd })) };
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error && "stdout" in error && "stderr" in error))
      throw error;
    return { code: Number(error.code), stdout: String(error.stdout), stderr: String(error.stderr) };
  }
}

/** Puts a document of the corpus into a folder. */
export async function unpack(folder: string, name: string): Promise<void> {
  await writeFile(join(folder, name), readCorpus(name));
}

/** A package as `init` writes it, with what it depends on linked instead of installed, and built. */
export async function buildPackage(folder: string, spec: string, ...args: string[]) {
  await unpack(folder, spec);
  return buildDocument(folder, spec, ...args);
}

/** The same for a document that is in the folder already. */
export async function buildDocument(folder: string, spec: string, ...args: string[]) {
  const { code, stderr } = await generate(folder, "init", spec, "-o", "package", ...args);
  if (code !== 0) throw new Error(stderr);
  const out = join(folder, "package");
  await mkdir(join(out, "node_modules"));
  for (const name of ["@fairlead", "@types", "tsdown", "typescript", "vitest", "zod"]) {
    await symlink(join(home, "node_modules", name), join(out, "node_modules", name));
  }
  await runTool(out, "scripts/gen.ts");
  await runTool(out, modules("tsdown/dist/run.mjs"), "--log-level", "error");
  return out;
}

/** Where a dependency's script is. */
export const modules = (path: string) => join(home, "node_modules", path);

/** Runs a script of a dependency in a package, and gives what it said. */
export async function runTool(out: string, script: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await run(execPath, [script, ...args], { cwd: out, maxBuffer: 1e8 });
    return stdout;
  } catch (error) {
    const said = error instanceof Error && "stdout" in error ? `${error.stdout}` : "";
    const more = error instanceof Error && "stderr" in error ? `${error.stderr}` : "";
    throw new Error(`${script} ${args.join(" ")}\n${said}\n${more}`);
  }
}
