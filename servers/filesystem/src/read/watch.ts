import { basename, dirname } from "node:path";
import { notFound, type PathGuard, statPath, type Watcher, watchDirectory } from "@fairlead/guard";
import { FileError } from "../errors.ts";

/** Tells of changes to a file, or to the names in a directory; what is gone may come again. */
export async function watchPath(
  guard: PathGuard,
  requested: string,
  watcher: Watcher,
): Promise<void> {
  // What may not be read is not watched.
  const { path, missing } = await guard.locate(requested, "read");
  if (missing > 0) throw notFound(path);
  const { stats } = await statPath(guard, path);
  if (stats.isDirectory()) await watchNames(guard, path, undefined, watcher);
  // An allowed directory is watched itself, for what is around it is not to be seen.
  if (!guard.isRoot(path)) await watchNames(guard, dirname(path), basename(path), watcher);
}

/**
 * Watches what a directory says of one name in it, or which names it has. What happens inside of files
 * is told of the one that is watched alone: another may be one that nobody may read.
 */
function watchNames(
  guard: PathGuard,
  path: string,
  name: string | undefined,
  { changed, failed, signal }: Watcher,
): Promise<void> {
  return watchDirectory(guard, path, {
    changed(what, about) {
      if (name === undefined ? what === "name" : about === null || about === name) changed();
    },
    gone() {
      // Told first: the last that is heard of it is that it is gone.
      changed();
      failed(new FileError(`'${path}' is not the directory it was.`, "Listen to it again."));
    },
    failed,
    signal,
  });
}
