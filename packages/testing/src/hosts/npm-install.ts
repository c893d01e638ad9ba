import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const mostMs = 300_000;

/**
 * Installs in a folder what its package.json asks for, and these packages, without their scripts;
 * resolves with why that cannot be.
 */
export async function npmInstall(
  folder: string,
  packages: readonly string[] = [],
): Promise<string | undefined> {
  const words = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
  try {
    await run("npm", [...words, ...packages], { cwd: folder, timeout: mostMs });
    return undefined;
  } catch (error) {
    return String(error).split("\n", 2).join(", ");
  }
}
