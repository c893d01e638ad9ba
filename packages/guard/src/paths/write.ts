import { createHash } from "node:crypto";
import { constants, type Stats } from "node:fs";
import * as fs from "node:fs/promises";
import { join } from "node:path";
import {
  assertRegular,
  type Directory,
  guarded,
  statEntry,
  withFile,
  withParent,
} from "./anchor.ts";
import { explained, isSystemError, notFound, PathError } from "./errors.ts";
import type { PathGuard } from "./paths.ts";
import { temporaryName } from "./workspace.ts";

/** What has to hold for a file to be written, and the permission bits of a new one. */
export interface ReplaceOptions {
  /** SHA-256 in hex the file must have at the last moment before it is replaced. */
  readonly expected?: string | undefined;
  /** Fail if the file exists, however late it appears. */
  readonly createOnly?: boolean | undefined;
  /** Permission bits for a file that is new; an existing one keeps its own. */
  readonly mode?: number | undefined;
}

/** Where a file was written, and whether it is new. */
export interface Written {
  readonly path: string;
  readonly created: boolean;
}

interface Replacement extends ReplaceOptions {
  /** The bytes the file must have at that moment. */
  readonly unchanged?: Buffer;
}

type Content = Uint8Array | ((handle: fs.FileHandle) => Promise<void>);

/** Creates or replaces a file in one step: a reader sees the old content or all of the new. */
export async function replaceFile(
  guard: PathGuard,
  requested: string,
  content: Content,
  options: ReplaceOptions = {},
): Promise<Written> {
  const { path, missing } = await guard.locate(requested, "write");
  if (missing > 1) throw noParent(path);
  return guard.workspace.exclusive(path, () =>
    explained(path, () =>
      withParent(guard, path, "write", (directory, name) =>
        replaceIn(guard, directory, name, content, options),
      ),
    ),
  );
}

export interface UpdateOptions {
  /** Bytes a file may have, which is held in memory more than once. */
  readonly largest: number;
}

/** Reads a file and replaces it by what `change` makes of it, unless it changes meanwhile. */
export async function updateFile(
  guard: PathGuard,
  requested: string,
  { largest }: UpdateOptions,
  change: (before: Buffer, path: string) => Promise<Uint8Array | undefined>,
): Promise<string> {
  const { path, missing } = await guard.locate(requested, "write");
  if (missing > 0) throw notFound(path);
  return guard.workspace.exclusive(path, async () => {
    const before = await withFile(guard, path, ({ handle, stats: { size } }) => {
      if (size > largest) {
        throw new PathError(
          `The file is too large to edit: ${size} bytes.`,
          "Write the whole file instead of editing it.",
        );
      }
      return handle.readFile();
    });
    const after = await change(before, path);
    if (after === undefined) return path;
    await explained(path, () =>
      withParent(guard, path, "write", (directory, name) =>
        replaceIn(guard, directory, name, after, { unchanged: before }),
      ),
    );
    return path;
  });
}

async function replaceIn(
  guard: PathGuard,
  directory: Directory,
  name: string,
  content: Content,
  { expected, unchanged, createOnly, mode }: Replacement,
): Promise<Written> {
  const path = join(directory.path, name);
  const before = await statEntry(directory, name);
  if (before !== undefined) assertWritable(guard, before, path);
  if (before !== undefined && createOnly === true) throw alreadyThere(path);
  await guard.workspace.sweep(directory);
  const temporary = directory.at(temporaryName());
  const handle = await openTemporary(temporary, before, mode);
  try {
    await writeTemporary(handle, content, before, mode);
    if (expected !== undefined) await assertHash(directory, name, expected, path);
    if (unchanged !== undefined) await assertUnchanged(directory, name, unchanged, path);
    if (createOnly === true) await renameToNew(temporary, directory.at(name), path);
    else await fs.rename(temporary, directory.at(name));
  } catch (error) {
    await fs.unlink(temporary).catch(() => {});
    throw error;
  }
  await directory.sync();
  return { path, created: before === undefined };
}

function openTemporary(
  temporary: string,
  before: Stats | undefined,
  mode: number | undefined,
): Promise<fs.FileHandle> {
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  // Nobody else may read it before it has the permissions of the file it replaces.
  const firstMode = before === undefined && mode === undefined ? 0o666 : 0o600;
  return fs.open(temporary, O_WRONLY | O_CREAT | O_EXCL | guarded, firstMode);
}

async function writeTemporary(
  handle: fs.FileHandle,
  content: Content,
  before: Stats | undefined,
  mode: number | undefined,
): Promise<void> {
  try {
    if (content instanceof Uint8Array) await handle.writeFile(content);
    else await content(handle);
    if (before !== undefined) {
      const own = await handle.stat();
      // Only root can give a file away; for others the file simply becomes theirs.
      if (own.uid !== before.uid || own.gid !== before.gid) {
        await handle.chown(before.uid, before.gid).catch(() => {});
      }
    }
    const lasting = before?.mode ?? mode;
    if (lasting !== undefined) await handle.chmod(lasting & 0o7777);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function assertHash(directory: Directory, name: string, expected: string, path: string) {
  const found = await hashEntry(directory, name);
  if (found === expected.toLowerCase()) return;
  throw new PathError(
    found === undefined
      ? `'${path}' does not exist any more; nothing was written.`
      : `'${path}' has changed: its SHA-256 is ${found}, not ${expected}. Nothing was written.`,
    "Read the file again and repeat the change on its present content.",
  );
}

/** As with a hash, but for bytes that are at hand. */
async function assertUnchanged(directory: Directory, name: string, before: Buffer, path: string) {
  const now = await readEntry(directory, name, before.length);
  if (now?.equals(before)) return;
  throw new PathError(
    now === undefined
      ? `'${path}' does not exist any more; nothing was written.`
      : `'${path}' has changed since it was read. Nothing was written.`,
    "Read the file again and repeat the change on its present content.",
  );
}

/** The bytes of an entry, up to one more than so many; undefined when there is none. */
async function readEntry(directory: Directory, name: string, size: number) {
  try {
    const handle = await fs.open(directory.at(name), constants.O_RDONLY | guarded);
    try {
      const buffer = Buffer.allocUnsafe(size + 1);
      let filled = 0;
      for (let read = 1; read > 0 && filled < buffer.length; filled += read) {
        read = (await handle.read(buffer, filled, buffer.length - filled, filled)).bytesRead;
      }
      return buffer.subarray(0, filled);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

async function hashEntry(directory: Directory, name: string): Promise<string | undefined> {
  try {
    const handle = await fs.open(directory.at(name), constants.O_RDONLY | guarded);
    const hash = createHash("sha256");
    // The stream closes the handle.
    for await (const chunk of handle.createReadStream()) hash.update(chunk);
    return hash.digest("hex");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Moves a file to a name that must be free; linking is the only way to know it in one step. */
export async function renameToNew(from: string, to: string, path: string): Promise<void> {
  try {
    await fs.link(from, to);
  } catch (error) {
    if (isSystemError(error, "EEXIST")) throw alreadyThere(path);
    if (!isSystemError(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK")) throw error;
    return fs.rename(from, to);
  }
  await fs.unlink(from);
}

/**
 * Adds to the end of a file what `toContent` makes, given the file it is for; what could not be
 * written whole is taken back.
 */
export async function appendFile(
  guard: PathGuard,
  requested: string,
  toContent: (file: fs.FileHandle) => Promise<Uint8Array>,
): Promise<Written> {
  const { path, missing } = await guard.locate(requested, "write");
  if (missing > 1) throw noParent(path);
  return guard.workspace.exclusive(path, () =>
    explained(path, () =>
      withParent(guard, path, "write", async (directory, name) => {
        const before = await statEntry(directory, name);
        if (before !== undefined) assertWritable(guard, before, path);
        const { O_RDWR, O_APPEND, O_CREAT } = constants;
        const flags = O_RDWR | O_APPEND | O_CREAT | guarded;
        const handle = await fs.open(directory.at(name), flags, 0o666);
        try {
          await appendTo(guard, handle, path, toContent);
        } finally {
          await handle.close();
        }
        if (before === undefined) await directory.sync();
        return { path, created: before === undefined };
      }),
    ),
  );
}

async function appendTo(
  guard: PathGuard,
  handle: fs.FileHandle,
  path: string,
  toContent: (file: fs.FileHandle) => Promise<Uint8Array>,
): Promise<void> {
  const stats = await handle.stat();
  assertWritable(guard, stats, path);
  const content = await toContent(handle);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } catch (error) {
    await handle.truncate(stats.size).catch(() => {});
    throw error;
  }
}

function assertWritable(guard: PathGuard, stats: Stats, path: string): void {
  assertRegular(stats, path);
  if (!guard.strict || stats.nlink <= 1) return;
  throw new PathError(
    `'${path}' has ${stats.nlink} names (hard links), and this server was started with the option to refuse such files.`,
    "Ask the user; another name of this file may lie outside the allowed directories.",
  );
}

export function alreadyThere(path: string): PathError {
  return new PathError(
    `Destination already exists: ${path}`,
    "Choose another name, or ask for it to be overwritten.",
  );
}

export function noParent(path: string): PathError {
  return new PathError(
    `Parent directory does not exist: ${join(path, "..")}`,
    "Create the directory first.",
  );
}
