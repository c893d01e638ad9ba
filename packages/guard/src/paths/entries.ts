import type { Dirent } from "node:fs";
import * as fs from "node:fs/promises";
import { join, sep } from "node:path";
import { statEntry, withDirectory, withParent } from "./anchor.ts";
import { explained, isSystemError, notFound } from "./errors.ts";
import type { PathGuard } from "./paths.ts";
import { assertNothingKept } from "./subtree.ts";
import { alreadyThere, noParent, renameToNew } from "./write.ts";

/** Creates a directory and those above it; true if it was not there. */
export async function createDirectory(guard: PathGuard, requested: string): Promise<boolean> {
  const { path, missing } = await guard.locate(requested, "write");
  if (missing === 0) {
    await withDirectory(guard, path, "look", async () => {});
    return false;
  }
  const names = path.split(sep).slice(-missing);
  let parent = join(path, ...names.map(() => ".."));
  for (const name of names) {
    const created = join(parent, name);
    await explained(created, () =>
      withDirectory(guard, parent, "write", async (directory) => {
        await fs.mkdir(directory.at(name)).catch((error: unknown) => {
          if (!isSystemError(error, "EEXIST")) throw error;
        });
        await directory.sync();
      }),
    );
    parent = created;
  }
  return true;
}

/** The entries of a directory, in the order the system gives them: by name, on most. */
export async function readDirectory(guard: PathGuard, requested: string): Promise<Dirent[]> {
  const { path, missing } = await guard.locate(requested, "look");
  if (missing > 0) throw notFound(path);
  return withDirectory(guard, path, "look", (directory) =>
    fs.readdir(directory.at("."), { withFileTypes: true }),
  );
}

/**
 * Gives an entry another name or place; a link is moved itself. False when the two places are on
 * different file systems, where it takes copying.
 */
export async function moveEntry(
  guard: PathGuard,
  source: string,
  destination: string,
  options: { readonly overwrite?: boolean | undefined; readonly signal?: AbortSignal } = {},
): Promise<boolean> {
  const from = await guard.locateEntry(source, "write");
  const to = await guard.locateEntry(destination, "write");
  if (from.missing > 0) throw notFound(from.path);
  if (to.missing > 1) throw noParent(to.path);
  return explained(to.path, () =>
    withParent(guard, from.path, "write", (here, name) =>
      withParent(guard, to.path, "write", async (there, newName) => {
        const stats = await statEntry(here, name);
        if (stats === undefined) throw notFound(from.path);
        const old = here.at(name);
        const target = there.at(newName);
        if (options.overwrite !== true && (await statEntry(there, newName)) !== undefined) {
          throw alreadyThere(to.path);
        }
        if (stats.isDirectory()) {
          await assertNothingKept(guard, from.path, to.path, options.signal);
        }
        try {
          // Linking would fail for a directory, and renaming one replaces only an empty one.
          if (stats.isDirectory() || options.overwrite === true) await fs.rename(old, target);
          else await renameToNew(old, target, to.path);
        } catch (error) {
          if (isSystemError(error, "EXDEV")) return false;
          throw error;
        }
        await Promise.all([here.sync(), there.sync()]);
        return true;
      }),
    ),
  );
}

/** Removes a file, a link (never what it leads to) or an empty directory. */
export async function removeEntry(guard: PathGuard, requested: string): Promise<void> {
  const { path, missing } = await guard.locateEntry(requested, "write");
  if (missing > 0) throw notFound(path);
  await explained(path, () =>
    withParent(guard, path, "write", async (directory, name) => {
      const stats = await statEntry(directory, name);
      if (stats?.isDirectory() === true) await fs.rmdir(directory.at(name));
      else await fs.unlink(directory.at(name));
      await directory.sync();
    }),
  );
}

/** Removes an entry with all that is in it; links are removed, not followed. */
export async function removeTree(
  guard: PathGuard,
  requested: string,
  signal: AbortSignal,
): Promise<void> {
  const { path, missing } = await guard.locateEntry(requested, "write");
  if (missing > 0) throw notFound(path);
  const stats = await withParent(guard, path, "write", statEntry);
  if (stats?.isDirectory() === true) await removeContent(guard, path, signal);
  await removeEntry(guard, path);
}

async function removeContent(guard: PathGuard, path: string, signal: AbortSignal): Promise<void> {
  // "look", because what the rules keep from being changed may go with the whole it is part of.
  await withDirectory(guard, path, "look", async (directory) => {
    for (const entry of await fs.readdir(directory.at("."), { withFileTypes: true })) {
      signal.throwIfAborted();
      if (entry.isDirectory()) {
        await removeContent(guard, join(path, entry.name), signal);
        await fs.rmdir(directory.at(entry.name));
      } else {
        await fs.unlink(directory.at(entry.name));
      }
    }
  });
}
