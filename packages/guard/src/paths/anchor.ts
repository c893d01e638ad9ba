import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, readlink, realpath, stat } from "node:fs/promises";
import { platform } from "node:os";
import { basename, dirname, join } from "node:path";
import { changed, explained, isSystemError, notFound, PathError } from "./errors.ts";
import type { Access, PathGuard } from "./paths.ts";
import { foldName } from "./syntax.ts";

// Windows has none of these; there they are undefined whatever the types say.
const nofollow = constants.O_NOFOLLOW ?? 0;
const nonblock = constants.O_NONBLOCK ?? 0;
const directoryOnly = constants.O_DIRECTORY ?? 0;

/** Linux O_PATH, which Node does not name: a descriptor that reads nothing and wakes no device. */
const pathOnly = 0o10000000;

/** Flags for every open: never through a link at the end, never waiting for a pipe's other end. */
export const guarded = nofollow | nonblock;

/** A regular file that is open and has been decided about after opening it. */
export interface OpenFile {
  readonly handle: FileHandle;
  readonly path: string;
  readonly stats: Stats;
}

/** A directory held open: what is done at its entries cannot be led elsewhere meanwhile. */
export interface Directory {
  readonly path: string;
  /** The path that reaches an entry of this very directory. */
  at(name: string): string;
  /** Waits until the names in it are on disk. */
  sync(): Promise<void>;
}

/** Opens a file for reading; the caller closes the handle. */
export async function openFile(guard: PathGuard, requested: string): Promise<OpenFile> {
  const { path, missing } = await guard.locate(requested, "read");
  if (missing > 0) throw notFound(path);
  return explained(path, async () => {
    // Looked at first, because opening a device can already have an effect.
    assertRegular(await lstat(path), path);
    const handle = await open(path, constants.O_RDONLY | guarded);
    try {
      const stats = await handle.stat();
      assertRegular(stats, path);
      await assertSame(guard, handle, path, "read");
      return { handle, path, stats };
    } catch (error) {
      await handle.close();
      throw error;
    }
  });
}

/** Opens a file for reading for as long as `work` runs. */
export async function withFile<T>(
  guard: PathGuard,
  requested: string,
  work: (file: OpenFile) => Promise<T>,
): Promise<T> {
  const file = await openFile(guard, requested);
  try {
    return await work(file);
  } finally {
    await file.handle.close();
  }
}

/** Holds the directory at a real path open while `work` runs. */
export async function withDirectory<T>(
  guard: PathGuard,
  path: string,
  access: Access,
  work: (directory: Directory) => Promise<T>,
): Promise<T> {
  return explained(path, async () => {
    if (platform() === "win32") {
      if ((await realpath(path)) !== path) throw changed(path);
      guard.decide(path, access);
      return work({ path, at: (name) => join(path, plain(name)), sync: async () => {} });
    }
    const handle = await open(path, constants.O_RDONLY | directoryOnly | guarded);
    try {
      const descriptor = await assertSame(guard, handle, path, access);
      return await work({
        path,
        at: (name) => join(descriptor ?? path, plain(name)),
        sync: () => handle.sync(),
      });
    } finally {
      await handle.close();
    }
  });
}

/** Holds the directory an entry lies in open, and hands on the entry's name. */
export function withParent<T>(
  guard: PathGuard,
  path: string,
  access: Access,
  work: (directory: Directory, name: string) => Promise<T>,
): Promise<T> {
  const name = basename(path);
  return withDirectory(guard, dirname(path), access, (directory) => work(directory, name));
}

/** What lies at a path, links followed, without opening it. */
export async function statPath(
  guard: PathGuard,
  requested: string,
): Promise<{ readonly path: string; readonly stats: Stats }> {
  const { path, missing } = await guard.locate(requested, "look");
  if (missing > 0) throw notFound(path);
  return explained(path, async () => {
    if (platform() !== "linux") {
      const stats = await lstat(path);
      if ((await realpath(path)) !== path) throw changed(path);
      return { path, stats };
    }
    const handle = await open(path, pathOnly | nofollow);
    try {
      await assertSame(guard, handle, path, "look");
      return { path, stats: await handle.stat() };
    } finally {
      await handle.close();
    }
  });
}

/** What an entry is, itself and not what it links to; undefined when there is none. */
export async function statEntry(directory: Directory, name: string): Promise<Stats | undefined> {
  try {
    return await lstat(directory.at(name));
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

export function assertRegular(stats: Stats, path: string): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) {
    throw new PathError(
      "EISDIR: illegal operation on a directory, read",
      `'${path}' is a directory; name a file in it.`,
    );
  }
  if (stats.isSymbolicLink()) throw changed(path);
  throw new PathError(
    `'${path}' is not a regular file but a pipe, socket or device.`,
    "Only regular files can be read and written.",
  );
}

/**
 * Checks that what was opened is what was decided about, however the directories above it moved
 * meanwhile, and decides again. Returns a path to the descriptor where the system has one.
 */
async function assertSame(
  guard: PathGuard,
  handle: FileHandle,
  path: string,
  access: Access,
): Promise<string | undefined> {
  const descriptor = `/proc/self/fd/${handle.fd}`;
  const opened = platform() === "linux" ? await readDescriptor(descriptor) : undefined;
  if (opened === undefined) {
    const real = await realpath(path);
    const [now, held] = await Promise.all([
      stat(real, { bigint: true }),
      handle.stat({ bigint: true }),
    ]);
    if (real !== path || now.ino !== held.ino || now.dev !== held.dev) throw changed(path);
    guard.decide(real, access);
    return undefined;
  }
  // Folded, since a file system that ignores case may know the file by another spelling.
  const isSame = (found: string) => foldName(found) === foldName(path);
  const found = isSame(opened) ? opened : await toNameBefore(handle, opened);
  if (!isSame(found)) throw changed(path);
  guard.decide(found, access);
  return descriptor;
}

/** The name that a file had if it has none any more, which Linux marks at its end. */
async function toNameBefore(handle: FileHandle, opened: string): Promise<string> {
  const { nlink } = await handle.stat();
  return nlink === 0 ? opened.replace(/ \(deleted\)$/, "") : opened;
}

async function readDescriptor(descriptor: string): Promise<string | undefined> {
  try {
    return await readlink(descriptor);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

function plain(name: string): string {
  if (name === "" || name === ".." || name.includes("/") || name.includes("\0")) {
    throw new TypeError("An entry is named by one plain name.");
  }
  return name;
}
