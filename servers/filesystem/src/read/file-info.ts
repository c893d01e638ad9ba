import { createHash } from "node:crypto";
import { lstat, readlink } from "node:fs/promises";
import { type PathGuard, statPath, withFile } from "@fairlead/guard";
import { readChunks } from "../text/chunks.ts";
import { type EntryType, toEntryType } from "../walk/listing.ts";

export interface FileInfo {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Times as JavaScript writes them, which is how the reference server shows them. */
  readonly created: string;
  readonly modified: string;
  readonly accessed: string;
  readonly type: EntryType;
  /** The last three octal digits of the mode. */
  readonly permissions: string;
  /** Where the path leads, if it is a symbolic link. */
  readonly linkTarget: string | undefined;
  readonly sha256: string | undefined;
}

/** What is known about a file or directory without its content, and its hash if wanted. */
export async function readInfo(
  guard: PathGuard,
  requested: string,
  { hash, signal }: { readonly hash: boolean; readonly signal: AbortSignal },
): Promise<FileInfo> {
  const { path, stats } = await statPath(guard, requested);
  return {
    path,
    size: stats.size,
    created: String(stats.birthtime),
    modified: String(stats.mtime),
    accessed: String(stats.atime),
    type: toEntryType(stats),
    permissions: stats.mode.toString(8).slice(-3),
    linkTarget: await readLink(guard, requested),
    sha256: hash ? await hashFile(guard, path, signal) : undefined,
  };
}

/** The facts of a file as lines of text. */
export function formatInfo({ type, size, created, modified, accessed, ...info }: FileInfo): string {
  return [
    `size: ${size}`,
    `created: ${created}`,
    `modified: ${modified}`,
    `accessed: ${accessed}`,
    `isDirectory: ${type === "directory"}`,
    `isFile: ${type === "file"}`,
    `permissions: ${info.permissions}`,
    ...(info.linkTarget === undefined ? [] : [`linkTarget: ${info.linkTarget}`]),
    ...(info.sha256 === undefined ? [] : [`sha256: ${info.sha256}`]),
  ].join("\n");
}

/** The SHA-256 of a file's content, in hex, in bounded memory. */
export function hashFile(guard: PathGuard, path: string, signal: AbortSignal): Promise<string> {
  return withFile(guard, path, async ({ handle }) => {
    const hash = createHash("sha256");
    for await (const chunk of readChunks(handle, signal)) hash.update(chunk);
    return hash.digest("hex");
  });
}

async function readLink(guard: PathGuard, requested: string): Promise<string | undefined> {
  if (guard.isRoot(requested)) return undefined;
  const { path } = await guard.locateEntry(requested, "look");
  return (await lstat(path)).isSymbolicLink() ? readlink(path) : undefined;
}
