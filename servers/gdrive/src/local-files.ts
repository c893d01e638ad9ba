import { createPathGuard, type PathGuard, replaceFile, withFile } from "@fairlead/runtime/guard";
import { DriveError } from "./errors.ts";

/** Bytes a file may have that is sent in one request. */
const maxUpload = 5 * 1024 * 1024;

/** The files of this machine that may be uploaded, and the places downloads may go to. */
export interface LocalFiles {
  read(path: string): Promise<Uint8Array>;
  /** Writes a file that is not there yet; gives its real path. */
  write(path: string, content: Uint8Array): Promise<string>;
}

export interface LocalOptions {
  readonly uploadDir: readonly string[];
  readonly downloadDir: readonly string[];
}

/** Gives tools the directories they were given, and no other file of this machine. */
export function openLocalFiles({ uploadDir, downloadDir }: LocalOptions): LocalFiles {
  const uploads = lazily(uploadDir, "--upload-dir");
  const downloads = lazily(downloadDir, "--download-dir");
  return {
    async read(path) {
      return withFile(await uploads(), path, async ({ handle, stats }) => {
        if (stats.size > maxUpload) throw tooLarge(path, stats.size);
        return handle.readFile();
      });
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
        "No file of this machine is used here.",
        `The person who runs this server can allow a directory with ${flag}. Give the content instead.`,
      );
    }
    guard ??= createPathGuard({ directories });
    return guard;
  };
}

/** Refuses what Google does not take in one request. */
export function assertUploadSize(size: number): void {
  if (size > maxUpload) throw tooLarge("The content", size);
}

function tooLarge(what: string, size: number): DriveError {
  return new DriveError(
    `${what} has ${size.toLocaleString("en-US")} bytes; at most ${maxUpload.toLocaleString("en-US")} are uploaded.`,
    "Upload it with the browser.",
  );
}
