import { mkdtemp, readdir, readlink, rm, stat } from "node:fs/promises";
import { hostname, platform, tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "fairlead-browser-";
const uploads = "fairlead-upload-";
/** Milliseconds by which a browser that starts has made its lock. */
const startingMs = 2 * 60_000;
/** Milliseconds after which a profile is old where there are no locks to tell. */
const unlockedMs = 24 * 60 * 60_000;

/** A directory of the browser's own, for as long as it runs. */
export async function createProfile(): Promise<string> {
  await sweepProfiles();
  return mkdtemp(join(tmpdir(), prefix));
}

/** A directory for copies of files that a page was given. */
export function createUploads(): Promise<string> {
  return mkdtemp(join(tmpdir(), uploads));
}

export async function removeProfile(path: string): Promise<void> {
  // Chrome's helpers may still be writing while they end.
  await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

/** Removes what killed servers left: their browser is gone. */
async function sweepProfiles(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names) {
    const path = join(tmpdir(), name);
    const stale = name.startsWith(prefix)
      ? await isStale(path)
      : name.startsWith(uploads) && (await isOlder(path, unlockedMs));
    if (stale) await removeProfile(path).catch(() => {});
  }
}

async function isStale(path: string): Promise<boolean> {
  // Chrome leaves `host-pid` in this link while it runs, except on Windows.
  const lock = await readlink(join(path, "SingletonLock")).catch(() => undefined);
  const [, host, pid] = /^(.*)-(\d+)$/.exec(lock ?? "") ?? [];
  // Another machine's, which shares this directory: its processes cannot be seen from here.
  if (pid !== undefined && host !== hostname()) return isOlder(path, unlockedMs);
  if (pid !== undefined) return (await exists("/proc/self")) && !(await exists(`/proc/${pid}`));
  return isOlder(path, platform() === "win32" ? unlockedMs : startingMs);
}

async function isOlder(path: string, ms: number): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats !== undefined && Date.now() - stats.mtimeMs > ms;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
