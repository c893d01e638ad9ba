import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import {
  notFound,
  type PathGuard,
  statPath,
  type Watcher,
  withDirectory,
} from "@fairlead/runtime/guard";
import { FileError } from "../errors.ts";

/** Tells of changes to a file, or to the names in a directory; what is gone may come again. */
export async function watchPath(
  guard: PathGuard,
  requested: string,
  watcher: Watcher,
): Promise<void> {
  // What may not be read is not watched, whoever asks.
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
async function watchNames(
  guard: PathGuard,
  path: string,
  name: string | undefined,
  { changed, failed, signal }: Watcher,
): Promise<void> {
  const { stats } = await statPath(guard, path);
  const lookAgain = async () => {
    try {
      if ((await statPath(guard, path)).stats.ino === stats.ino) return;
    } catch {}
    // Told first: the last that is heard of it is that it is gone.
    changed();
    failed(new FileError(`'${path}' is not the directory it was.`, "Listen to it again."));
  };
  const onChange = (kind: string, about: string | null) => {
    const hit = name === undefined ? kind === "rename" : about === null || about === name;
    if (hit) changed();
    if (kind === "rename") void lookAgain();
  };
  const watching = await withDirectory(guard, path, "look", async (directory) =>
    // By its descriptor, so that what is watched is what was decided about.
    start(directory.at("."), onChange),
  );
  watching.on("error", failed);
  if (signal.aborted) watching.close();
  else signal.addEventListener("abort", () => watching.close(), { once: true });
}

function start(path: string, onChange: (kind: string, about: string | null) => void): FSWatcher {
  return watch(path, { persistent: false }, onChange);
}
