import { type FSWatcher, type Stats, watch } from "node:fs";
import { oneAtATime } from "../one-at-a-time.ts";
import { statPath, withDirectory } from "./anchor.ts";
import { isSystemError, PathError } from "./errors.ts";
import type { PathGuard } from "./paths.ts";

/** Who watches a directory. */
export interface DirectoryWatcher {
  /** A name came or went, or something inside of it changed; the name is null where the system does not say. */
  changed(what: "name" | "content", name: string | null): void;
  /** The directory itself is gone, or another one has its place; nothing more is said of it. */
  gone(): void;
  failed(error: unknown): void;
  readonly signal: AbortSignal;
}

/**
 * Watches one directory, not those below it, until the signal is aborted. It is decided about by its
 * descriptor, so what is watched cannot be led elsewhere meanwhile. `path` is a real one.
 */
export async function watchDirectory(
  guard: PathGuard,
  path: string,
  { changed, gone, failed, signal }: DirectoryWatcher,
): Promise<void> {
  const { stats } = await statPath(guard, path);
  const watching = await withDirectory(guard, path, "look", async (directory) =>
    begin(directory.at("."), path),
  );
  const close = () => watching.close();
  const changes = new Map<string, readonly [what: "name" | "content", name: string | null]>();
  watching.on("error", failed).on("change", (kind, given) => {
    const name = typeof given === "string" ? given : null;
    changes.set(`${kind} ${name}`, [kind === "rename" ? "name" : "content", name]);
    lookAgain().catch(failed);
  });
  let over = false;
  // A directory above it may have been moved, and what is in this one to be seen by nobody any more.
  const lookAgain = oneAtATime(async () => {
    const seen = [...changes.values()];
    changes.clear();
    if (over) return;
    if (await isStill(guard, path, stats)) {
      for (const change of signal.aborted ? [] : seen) changed(...change);
      return;
    }
    over = true;
    signal.removeEventListener("abort", close);
    close();
    if (!signal.aborted) gone();
  });
  if (signal.aborted) return close();
  signal.addEventListener("abort", close, { once: true });
  // It may have gone before anybody watched it.
  await lookAgain();
}

function begin(at: string, path: string): FSWatcher {
  try {
    return watch(at, { persistent: false });
  } catch (error) {
    // Elsewhere this code says that the disk is full.
    if (!isSystemError(error, "ENOSPC")) throw error;
    throw new PathError(
      `This system has no inotify watch left for '${path}'.`,
      "Subscribe to fewer resources, or raise fs.inotify.max_user_watches.",
    );
  }
}

/** A directory made in the place of another may have its number, though not its time of birth. */
async function isStill(guard: PathGuard, path: string, was: Stats): Promise<boolean> {
  try {
    const { stats } = await statPath(guard, path);
    return stats.ino === was.ino && stats.birthtimeMs === was.birthtimeMs;
  } catch (error) {
    if (error instanceof PathError || isSystemError(error)) return false;
    throw error;
  }
}
