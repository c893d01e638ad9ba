import { type FileHandle, readlink, symlink } from "node:fs/promises";
import { join, sep } from "node:path";
import {
  assertNothingKept,
  createDirectory,
  isSystemError,
  moveEntry,
  type PathGuard,
  removeEntry,
  removeTree,
  replaceFile,
  statPath,
  withFile,
  withParent,
} from "@fairlead/guard";
import { FileError, messageOf } from "../errors.ts";
import { readChunks } from "../text/chunks.ts";
import { type EntryType, listDirectory } from "../walk/listing.ts";

export interface TransferOptions {
  readonly overwrite?: boolean | undefined;
  readonly signal: AbortSignal;
}

export interface Copied {
  readonly files: number;
  /** Special files, links that lead out, and what could not be read or written. */
  readonly skipped: number;
}

/** Moves a file or directory, to another file system too; returns its new real path. */
export async function moveFile(
  guard: PathGuard,
  source: string,
  destination: string,
  options: TransferOptions,
): Promise<string> {
  const target = await guard.locateEntry(destination, "write");
  if (await moveEntry(guard, source, destination, options)) return target.path;
  const { path } = await guard.locateEntry(source, "write");
  const { skipped } = await copyFile(guard, path, destination, options);
  if (skipped > 0) {
    // Where nothing was before, half of a move is of no use to anybody.
    if (target.missing > 0) await removeTree(guard, target.path, options.signal);
    throw new FileError(
      `${skipped} entries could not be copied to the other file system; the source is kept.`,
      "Move the other entries one by one.",
    );
  }
  await deletePath(guard, path, { recursive: true, signal: options.signal });
  return target.path;
}

/** Copies a file, or a directory with all that is in it. */
export async function copyFile(
  guard: PathGuard,
  source: string,
  destination: string,
  options: TransferOptions,
): Promise<Copied> {
  const { path, stats } = await statPath(guard, source);
  const target = await guard.locate(destination, "write");
  if (target.path === path || target.path.startsWith(path + sep)) {
    throw new FileError("The destination is inside the source.", "Choose another destination.");
  }
  if (!stats.isDirectory()) return copyOne(guard, path, target.path, options);
  if (target.missing === 0 && options.overwrite !== true) {
    throw new FileError(
      `Destination already exists: ${target.path}`,
      "Choose another name, or set overwrite to copy into it.",
    );
  }
  await assertNothingKept(guard, path, target.path, options.signal);
  return copyTree(guard, path, target.path, options);
}

async function copyTree(
  guard: PathGuard,
  source: string,
  target: string,
  options: TransferOptions,
): Promise<Copied> {
  await createDirectory(guard, target);
  let [files, skipped] = [0, 0];
  for (const { name, type } of await listDirectory(guard, source)) {
    options.signal.throwIfAborted();
    const [from, to] = [join(source, name), join(target, name)];
    const copied = await (type === "directory"
      ? copyTree(guard, from, to, options)
      : copyEntry(guard, from, to, type, options));
    files += copied.files;
    skipped += copied.skipped;
  }
  return { files, skipped };
}

/**
 * One entry of a tree. A tree with secret files in it is not copied at all; a special file, a link that
 * leads out or what cannot be opened is left out and counted.
 */
async function copyEntry(
  guard: PathGuard,
  source: string,
  target: string,
  type: EntryType,
  options: TransferOptions,
): Promise<Copied> {
  const permitted = guard.admits(source, "read") && guard.admits(target, "write");
  if (!permitted) return { files: 0, skipped: 1 };
  try {
    return await (type === "link"
      ? copyLink(guard, source, target)
      : copyOne(guard, source, target, options));
  } catch (error) {
    // A full or broken disk ends the whole; what one entry is, ends only that entry.
    const cause = error instanceof Error ? error.cause : undefined;
    if (isSystemError(cause, "ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EIO")) throw error;
    messageOf(error);
    return { files: 0, skipped: 1 };
  }
}

function copyOne(
  guard: PathGuard,
  source: string,
  target: string,
  { overwrite, signal }: TransferOptions,
): Promise<Copied> {
  return withFile(guard, source, async ({ handle, stats }) => {
    const sparse = stats.blocks * 512 < stats.size;
    const content = (out: typeof handle) => copyContent(handle, out, { sparse, signal });
    await replaceFile(guard, target, content, { createOnly: overwrite !== true, mode: stats.mode });
    return { files: 1, skipped: 0 };
  });
}

/** Bytes of zeros from which on a stretch is worth a hole, and bytes read at once to find them. */
const holeSize = 64 * 1024;
const sparseChunk = 64 * holeSize;

/** Copies what is in a file; where it has holes, stretches of zeros become holes again. */
async function copyContent(
  from: FileHandle,
  to: FileHandle,
  { sparse, signal }: { readonly sparse: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const hole = Buffer.alloc(holeSize);
  let position = 0;
  for await (const chunk of readChunks(from, signal, sparse ? sparseChunk : undefined)) {
    const step = sparse ? holeSize : chunk.length;
    for (let at = 0; at < chunk.length; at += step) {
      const part = chunk.subarray(at, at + step);
      const empty = sparse && part.equals(hole.subarray(0, part.length));
      if (!empty) await writeAll(to, part, position + at);
    }
    position += chunk.length;
  }
  await to.truncate(position);
}

async function writeAll(to: FileHandle, chunk: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < chunk.length) {
    const { bytesWritten } = await to.write(chunk, done, chunk.length - done, position + done);
    done += bytesWritten;
  }
}

/** A link is copied as a link, but only one that stays inside. */
async function copyLink(guard: PathGuard, source: string, target: string): Promise<Copied> {
  await guard.locate(source, "read");
  const leadsTo = await readlink(source);
  await withParent(guard, target, "write", (directory, name) =>
    symlink(leadsTo, directory.at(name)),
  );
  return { files: 1, skipped: 0 };
}

/** Deletes a file, a link or a directory; one that is not empty only if `recursive`. */
export function deletePath(
  guard: PathGuard,
  path: string,
  { recursive, signal }: { readonly recursive: boolean; readonly signal: AbortSignal },
): Promise<void> {
  return recursive ? removeTree(guard, path, signal) : removeEntry(guard, path);
}
