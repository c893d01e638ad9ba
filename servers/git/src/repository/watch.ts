import { join } from "node:path";
import {
  isSystemError,
  oneAtATime,
  PathError,
  type PathGuard,
  readDirectory,
  type Watcher,
  watchDirectory,
} from "@fairlead/guard";
import { GitError } from "../errors.ts";
import { findRepository, type Layout } from "../run/layout.ts";

/** Directories of refs that are watched; branches in more of them are not heard of. */
const mostDirectories = 1_000;

/** What git replaces in its directory when HEAD, the index or packed refs change. */
const heads = new Set(["HEAD", "index", "packed-refs", "MERGE_HEAD", "REBASE_HEAD", "reftable"]);

interface Watched {
  /** Who listens to something in it. */
  readonly watchers: Set<Watcher>;
  readonly control: AbortController;
  readonly ready: Promise<void>;
}

/** Tells when a repository's HEAD, one of its refs or its index changes; files in the tree do not count. */
export class RepositoryWatches {
  readonly #guard: PathGuard;
  /** By the directory of each, once for all who listen to something in it. */
  readonly #watched = new Map<string, Watched>();

  constructor(guard: PathGuard) {
    this.#guard = guard;
  }

  /** Watches the repository a path lies in; rejects where there is none, or it cannot be watched. */
  async watch(place: string, watcher: Watcher): Promise<void> {
    const layout = await findRepository(this.#guard, place);
    if (watcher.signal.aborted) return;
    const watched = this.#watched.get(layout.gitDir) ?? this.#begin(layout);
    watched.watchers.add(watcher);
    const leave = () => {
      watched.watchers.delete(watcher);
      if (watched.watchers.size === 0) this.#end(layout, watched);
    };
    watcher.signal.addEventListener("abort", leave, { once: true });
    await watched.ready;
  }

  #begin(layout: Layout): Watched {
    const control = new AbortController();
    const watchers = new Set<Watcher>();
    const ready = watchRepository(this.#guard, layout, {
      changed() {
        for (const { changed } of watchers) changed();
      },
      failed: (error) => {
        if (control.signal.aborted) return;
        this.#end(layout, watched);
        for (const { failed } of [...watchers]) failed(error);
      },
      signal: control.signal,
    });
    const watched = { watchers, control, ready };
    this.#watched.set(layout.gitDir, watched);
    return watched;
  }

  #end({ gitDir }: Layout, watched: Watched): void {
    if (this.#watched.get(gitDir) === watched) this.#watched.delete(gitDir);
    watched.control.abort();
  }
}

async function watchRepository(guard: PathGuard, layout: Layout, watcher: Watcher): Promise<void> {
  const { changed, failed, signal } = watcher;
  for (const path of new Set([layout.gitDir, layout.commonDir])) {
    await watchDirectory(guard, path, {
      changed(_, name) {
        if (name === null || heads.has(name)) changed();
      },
      gone() {
        changed();
        failed(new GitError(`'${path}' is gone.`, "Listen again where the repository is now."));
      },
      failed,
      signal,
    });
  }
  await new Refs(guard, layout, watcher).watch();
}

/** The directories that refs lie in, which come and go with the names of branches. */
class Refs {
  readonly #guard: PathGuard;
  readonly #layout: Layout;
  readonly #watcher: Watcher;
  readonly #watched = new Set<string>();
  /** To which something came, or from which it went, since they were looked through. */
  readonly #changed = new Set<string>();
  readonly #lookThrough = oneAtATime(async () => {
    for (const path of this.#changed) {
      this.#changed.delete(path);
      await this.#watchTree(path);
    }
  });

  constructor(guard: PathGuard, layout: Layout, watcher: Watcher) {
    this.#guard = guard;
    this.#layout = layout;
    this.#watcher = watcher;
  }

  async watch(): Promise<void> {
    const { gitDir, commonDir } = this.#layout;
    for (const directory of new Set([gitDir, commonDir])) {
      for (const name of ["refs", "reftable"]) await this.#watchTree(join(directory, name));
    }
  }

  /** Watches a directory and those in it, links left alone; one that is not there is none. */
  async #watchTree(path: string): Promise<void> {
    const { signal } = this.#watcher;
    if (signal.aborted) return;
    try {
      if (!this.#watched.has(path)) await this.#watchOne(path);
      const entries = await readDirectory(this.#guard, path);
      for (const entry of entries) {
        if (entry.isDirectory()) await this.#watchTree(join(path, entry.name));
      }
    } catch (error) {
      if (!(error instanceof PathError) && !isSystemError(error, "ENOENT", "ENOTDIR")) throw error;
    }
  }

  async #watchOne(path: string): Promise<void> {
    if (this.#watched.size >= mostDirectories) return;
    const { changed, failed, signal } = this.#watcher;
    this.#watched.add(path);
    const forget = () => void this.#watched.delete(path);
    const look = () => {
      changed();
      this.#changed.add(path);
      this.#lookThrough().catch(failed);
    };
    const onChange = (what: "name" | "content", name: string | null) => {
      if (name?.endsWith(".lock")) return;
      if (what === "name") look();
      else changed();
    };
    const given = { changed: onChange, gone: forget, failed, signal };
    await watchDirectory(this.#guard, path, given).catch((error: unknown) => {
      forget();
      throw error;
    });
  }
}
