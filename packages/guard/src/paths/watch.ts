import { watch } from "node:fs";
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
    watch(directory.at("."), { persistent: false }),
  );
  const close = () => watching.close();
  watching.on("error", failed).on("change", (kind, name) => {
    changed(kind === "rename" ? "name" : "content", typeof name === "string" ? name : null);
    if (kind === "rename") void lookAgain();
  });
  const lookAgain = async () => {
    if (await isStill(guard, path, stats.ino)) return;
    signal.removeEventListener("abort", close);
    close();
    if (!signal.aborted) gone();
  };
  if (signal.aborted) return close();
  signal.addEventListener("abort", close, { once: true });
  // It may have gone before anybody watched it.
  await lookAgain();
}

async function isStill(guard: PathGuard, path: string, ino: number): Promise<boolean> {
  try {
    return (await statPath(guard, path)).stats.ino === ino;
  } catch (error) {
    if (error instanceof PathError || isSystemError(error)) return false;
    throw error;
  }
}
