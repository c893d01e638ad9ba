import { randomBytes } from "node:crypto";
import { lstat, readdir, unlink } from "node:fs/promises";

const temporary = /^\.fairlead-[0-9a-f]{32}\.tmp$/;
/** Milliseconds after which a temporary file can only be what a killed process left. */
const staleAfter = 10 * 60_000;

/** A name nobody can foresee, and that shows whose it is. */
export function temporaryName(): string {
  return `.fairlead-${randomBytes(16).toString("hex")}.tmp`;
}

interface Place {
  readonly path: string;
  at(name: string): string;
}

/** What the writers behind one guard share: turns at a path, and tidying up. */
export class Workspace {
  readonly #turns = new Map<string, Promise<void>>();
  readonly #sweptAt = new Map<string, number>();

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

  /** Removes what killed writers have left in a directory; at most every ten minutes. */
  async sweep(directory: Place): Promise<void> {
    const now = Date.now();
    if (now - (this.#sweptAt.get(directory.path) ?? 0) < staleAfter) return;
    if (this.#sweptAt.size >= 1000) this.#sweptAt.clear();
    this.#sweptAt.set(directory.path, now);
    try {
      for (const name of await readdir(directory.at("."))) {
        if (!temporary.test(name)) continue;
        const stats = await lstat(directory.at(name));
        if (stats.isFile() && now - stats.mtimeMs > staleAfter) await unlink(directory.at(name));
      }
    } catch {
      // Tidying is a courtesy: the write it comes before must not fail for it.
    }
  }
}
