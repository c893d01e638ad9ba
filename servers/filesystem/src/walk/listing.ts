import { constants, type Dirent } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import {
  isSystemError,
  type PathGuard,
  readDirectory,
  statEntry,
  statPath,
  withDirectory,
} from "@fairlead/guard";

export const entryTypes = ["file", "directory", "link", "other"] as const;
export type EntryType = (typeof entryTypes)[number];

export interface Entry {
  readonly name: string;
  readonly type: EntryType;
}

export interface SizedEntry extends Entry {
  readonly size: number;
}

/** What an entry is; a link is a link, whatever it leads to. */
export function toEntryType(entry: Pick<Dirent, "isFile" | "isDirectory" | "isSymbolicLink">) {
  if (entry.isDirectory()) return "directory";
  if (entry.isSymbolicLink()) return "link";
  return entry.isFile() ? "file" : "other";
}

/** The entries of a directory. */
export async function listDirectory(guard: PathGuard, path: string): Promise<Entry[]> {
  const entries = await readDirectory(guard, path);
  return entries.map((entry) => ({ name: entry.name, type: toEntryType(entry) }));
}

/** Entries looked at side by side. */
const batch = 32;

/** The entries of a directory with their sizes, sorted. A link has the size of what it leads to. */
export async function listWithSizes(
  guard: PathGuard,
  path: string,
  sortBy: "name" | "size",
): Promise<SizedEntry[]> {
  const { path: real } = await statPath(guard, path);
  const entries = await listDirectory(guard, real);
  const sized: SizedEntry[] = [];
  await withDirectory(guard, real, "look", async (directory) => {
    for (let at = 0; at < entries.length; at += batch) {
      const part = entries.slice(at, at + batch).map(async (entry) => {
        const size =
          entry.type === "link"
            ? await sizeThroughLink(guard, join(real, entry.name))
            : ((await statEntry(directory, entry.name))?.size ?? 0);
        return { ...entry, size };
      });
      sized.push(...(await Promise.all(part)));
    }
  });
  return sized.sort((a, b) => (sortBy === "size" ? b.size - a.size : a.name.localeCompare(b.name)));
}

/** 0 for a link that leads nowhere or out: nothing is told about files outside. */
async function sizeThroughLink(guard: PathGuard, path: string): Promise<number> {
  try {
    return (await statPath(guard, path)).stats.size;
  } catch {
    return 0;
  }
}

const units = ["B", "KB", "MB", "GB", "TB"];

/** A size for people, in powers of 1,024. */
export function formatSize(bytes: number): string {
  let power = 0;
  let size = bytes;
  while (size >= 1024 && power < units.length - 1) {
    size /= 1024;
    power++;
  }
  return `${power === 0 ? size : size.toFixed(2)} ${units[power]}`;
}

export interface AllowedDirectory {
  readonly path: string;
  readonly writable: boolean;
}

/** The allowed directories, and whether the user this runs as may write in them. */
export function listAllowed(guard: PathGuard): Promise<AllowedDirectory[]> {
  return Promise.all(
    guard.directories.map(async (path) => {
      try {
        await access(path, constants.W_OK);
        return { path, writable: true };
      } catch (error) {
        if (isSystemError(error)) return { path, writable: false };
        throw error;
      }
    }),
  );
}
