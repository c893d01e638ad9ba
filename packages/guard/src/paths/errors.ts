import { getSystemErrorMessage } from "node:util";
import { HintError } from "../hint-error.ts";
import { revealName } from "../text/text.ts";

/** An error about a path that the caller can do something about: the hint says what. */
export class PathError extends HintError {
  override readonly name = "PathError";

  constructor(message: string, hint: string, options?: ErrorOptions) {
    // Both name paths, and a path may hold line ends and what only terminals see.
    super(revealName(message), revealName(hint), options);
  }
}

const missing = "Check the spelling, or list the directory it should be in.";

const hints: Readonly<Record<string, string>> = {
  EACCES: "The user this server runs as may not do that.",
  EBUSY: "It is in use; try again later.",
  EEXIST: "Something with this name is there already.",
  EFBIG: "The file would be larger than this system allows; nothing was changed.",
  EINVAL: "The file system does not take this; a directory cannot be moved into itself.",
  EISDIR: "This is a directory; name a file in it.",
  ELOOP: "The path runs in a circle of symbolic links, or changed while it was being used.",
  EMFILE: "Too many files are open at once; try again.",
  ENAMETOOLONG: "Use a shorter path.",
  ENFILE: "Too many files are open at once; try again.",
  ENOENT: missing,
  ENOSPC: "The disk is full; nothing was changed.",
  ENOTDIR: "A part of this path is a file, not a directory.",
  ENOTEMPTY: "The directory is not empty.",
  EPERM: "The system does not permit this.",
  EROFS: "This file system is read-only.",
  ETXTBSY: "It is a program that is running.",
};

interface SystemError extends Error {
  readonly code: string;
  readonly errno: number;
  readonly syscall?: unknown;
}

/** Whether an error comes from the operating system, with one of these codes if any are given. */
export function isSystemError(error: unknown, ...codes: readonly string[]): error is SystemError {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    "errno" in error &&
    typeof error.errno === "number" &&
    (codes.length === 0 || codes.includes(error.code))
  );
}

/** An operating system's error in words a reader can use; any other error as it is. */
export function toPathError(error: unknown, path: string): unknown {
  if (!isSystemError(error)) return error;
  const hint = hints[error.code];
  if (hint === undefined) return error;
  // The system's own message would name the descriptor it worked through, not the path.
  const call = typeof error.syscall === "string" ? error.syscall : "use";
  const message = `${error.code}: ${getSystemErrorMessage(error.errno)}, ${call} '${path}'`;
  return new PathError(message, hint, { cause: error });
}

/** Runs one file operation; what the system says against it comes out as a path error. */
export async function explained<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toPathError(error, path);
  }
}

/** The error for a path at which there is nothing, worded as Node's own `ENOENT`. */
export function notFound(path: string): PathError {
  return new PathError(`ENOENT: no such file or directory, open '${path}'`, missing);
}

export function changed(path: string): PathError {
  return new PathError(`'${path}' was moved or replaced while it was being used.`, "Try again.");
}
