import { stat } from "node:fs/promises";
import { platform } from "node:os";
import { basename, dirname, join } from "node:path";
import { PathError } from "./errors.ts";

const isLinux = platform() === "linux";

/** Linux shows memory, other processes and the kernel as files there. */
export function isOrdinary(path: string): boolean {
  return !isLinux || !/^\/(?:proc|sys)(?:\/|$)/.test(path);
}

/** Refuses a path that is not one of ordinary files. */
export function assertOrdinary(path: string): void {
  if (!isOrdinary(path)) {
    throw new PathError(
      `Access denied - '${path}' is not a place of ordinary files.`,
      "Use a path inside one of the allowed directories.",
    );
  }
}

/** Whether a directory is known by its name in other case as well. */
export async function foldsCase(directory: string): Promise<boolean> {
  const name = basename(directory);
  const swapped = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
  if (swapped === name) return false;
  try {
    const [here, there] = await Promise.all([
      stat(directory, { bigint: true }),
      stat(join(dirname(directory), swapped), { bigint: true }),
    ]);
    return here.ino === there.ino && here.dev === there.dev;
  } catch {
    return false;
  }
}
