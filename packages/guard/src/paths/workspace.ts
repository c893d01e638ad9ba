import { randomBytes } from "node:crypto";
import { readlinkSync } from "node:fs";
import { lstat, readdir, readlink, stat, unlink } from "node:fs/promises";
import { BoundedMap } from "../bounded-map.ts";
import { isSystemError } from "./errors.ts";

const temporary = /^\.fairlead-(\w+)-([0-9a-f]{32})\.tmp$/;
/** Milliseconds after which a temporary file nobody writes to is what a killed process has left. */
const staleAfter = 60_000;

/** A name nobody can foresee, and that shows whose it is: the product's, and which process's. */
export function temporaryName(): string {
  return `.fairlead-${toOwner()}-${randomBytes(16).toString("hex")}.tmp`;
}

/** This process among those that see the same process numbers; the numbers are Linux's to tell. */
function toOwner(): string {
  try {
    const [, space] = /(\d+)/.exec(readlinkSync("/proc/self/ns/pid")) ?? [];
    return `${space}_${readlinkSync("/proc/self")}`;
  } catch {
    return "process";
  }
}

/** Whether the process that made a temporary file of this user is known to be gone. */
async function isOrphan(owner: string, user: number): Promise<boolean> {
  const [space, id] = owner.split("_");
  if (id === undefined || space !== toOwner().split("_")[0]) return false;
  try {
    // Other users' processes may be hidden from this one (proc(5), hidepid).
    if ((await stat("/proc/self")).uid !== user) return false;
    await readlink(`/proc/${id}/ns/pid`);
    return false;
  } catch (error) {
    return isSystemError(error, "ENOENT");
  }
}

interface Place {
  readonly path: string;
  at(name: string): string;
}

/** What the writers behind one guard share: turns at a path, and tidying up. */
export class Workspace {
  readonly #turns = new Map<string, Promise<void>>();
  readonly #sweptAt = new BoundedMap<string, number>(1_000);

  /** Runs one writer of a path after the other. */
  async exclusive<T>(path: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(path) ?? Promise.resolve();
    const own = before.then(work);
    const settled = own.then(
      () => {},
      () => {},
    );
    this.#turns.set(path, settled);
    try {
      return await own;
    } finally {
      if (this.#turns.get(path) === settled) this.#turns.delete(path);
    }
  }

  /** Removes what killed writers have left in a directory; at most once a minute. */
  async sweep(directory: Place): Promise<void> {
    const now = Date.now();
    if (now - (this.#sweptAt.get(directory.path) ?? 0) < staleAfter) return;
    this.#sweptAt.set(directory.path, now);
    try {
      for (const name of await readdir(directory.at("."))) {
        const [, owner] = temporary.exec(name) ?? [];
        if (owner === undefined) continue;
        const stats = await lstat(directory.at(name));
        const left = now - stats.mtimeMs > staleAfter || (await isOrphan(owner, stats.uid));
        if (stats.isFile() && left) await unlink(directory.at(name));
      }
    } catch {
      // Tidying is a courtesy: the write it comes before must not fail for it.
    }
  }
}
