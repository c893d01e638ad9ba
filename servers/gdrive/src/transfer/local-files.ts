import type { FileHandle } from "node:fs/promises";
import {
  createPathGuard,
  type OpenFile,
  type PathGuard,
  replaceFile,
  withFile,
} from "@fairlead/guard";
import { DriveError } from "../errors.ts";

/** Content that is read in pieces, any of them more than once. */
export interface Source {
  readonly size: number;
  /** The bytes from `start` up to `end`. Throws DriveError where they are not there any more. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** The files of this machine that may be uploaded, and the places downloads may go to. */
export interface LocalFiles {
  /** Hands on the content of a file, which is read while `work` runs. */
  withFile<T>(path: string, work: (source: Source) => Promise<T>): Promise<T>;
  /** Writes a file that is not there yet, in one step once it is whole; gives its real path. */
  write(path: string, content: Content): Promise<string>;
}

/** Bytes as they are, or whatever writes them piece by piece. */
export type Content = Uint8Array | ((target: FileHandle) => Promise<void>);

export interface LocalOptions {
  readonly uploadDirs: readonly string[];
  readonly downloadDirs: readonly string[];
}

/** Gives tools the directories they were given, and no other file of this machine. */
export function openLocalFiles({ uploadDirs, downloadDirs }: LocalOptions): LocalFiles {
  const uploads = lazily(uploadDirs, "--upload-dirs");
  const downloads = lazily(downloadDirs, "--download-dirs");
  return {
    async withFile(path, work) {
      return withFile(await uploads(), path, (file) => work(toSource(file)));
    },
    async write(path, content) {
      const written = await replaceFile(await downloads(), path, content, { createOnly: true });
      return written.path;
    },
  };
}

/** The guard of some directories, made when it is first asked for something. */
function lazily(directories: readonly string[], flag: string): () => Promise<PathGuard> {
  let guard: Promise<PathGuard> | undefined;
  return () => {
    if (directories.length === 0) {
      throw new DriveError(
        "This server may not use files of this machine.",
        `The person who runs this server can allow a directory with ${flag}. Give the content instead.`,
      );
    }
    guard ??= createPathGuard({ directories });
    return guard;
  };
}

/** An open file, as long as nobody changes it: parts of two versions make neither of them. */
function toSource({ handle, path, stats }: OpenFile): Source {
  return {
    size: stats.size,
    async read(start, end) {
      const bytes = new Uint8Array(end - start);
      for (let at = 0; at < bytes.length; ) {
        const { bytesRead } = await handle.read(bytes, at, bytes.length - at, start + at);
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      const { size, mtimeMs } = await handle.stat();
      if (size === stats.size && mtimeMs === stats.mtimeMs) return bytes;
      throw new DriveError(
        `${path} was changed while it was uploaded.`,
        "Upload it again when no program writes to it any more.",
      );
    },
  };
}
