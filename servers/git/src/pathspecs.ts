import { isAbsolute, join, normalize, relative, sep } from "node:path";
import { GitError } from "./errors.ts";
import { toPathBytes } from "./names.ts";
import type { Repository } from "./repository.ts";

const most = 1000;
/** Characters of all paths: the arguments of a command must fit into what the system takes. */
const longest = 200_000;

/**
 * Paths as git takes them, relative to the top of the working tree. They are names and never
 * patterns; each must stay in the repository, links followed, and out of `.git`.
 */
export async function toPaths(repo: Repository, given: readonly string[]): Promise<string[]> {
  const length = given.reduce((sum, path) => sum + path.length, 0);
  if (given.length > most || length > longest) {
    throw new GitError(
      `${given.length} paths of ${length} characters are too many.`,
      `Give at most ${most}, or a directory.`,
    );
  }
  return Promise.all(given.map((path) => toPath(repo, path)));
}

async function toPath(repo: Repository, given: string): Promise<string> {
  const { top } = repo.layout;
  if (given === "" || given.includes("\0")) {
    throw new GitError(`${JSON.stringify(given)} is not a path.`, 'Use "." for all.');
  }
  const inner = isAbsolute(given)
    ? relative(repo.directory, await locate(repo, given))
    : normalize(given).replace(/[\\/]+$/, "") || ".";
  if (isOutside(inner)) throw outside(given);
  const path = inner === "" ? "." : inner.split(sep).join("/");
  if (path.split("/").some((name) => name.toLowerCase() === ".git")) throw outside(given);
  // A bare repository has no files, and a name that is no UTF-8 cannot be asked for here: both
  // only name an entry of a tree or of the index.
  if (top === undefined || !toPathBytes(given).equals(Buffer.from(given))) return path;
  if (isOutside(relative(top, await locate(repo, join(top, inner))))) throw outside(given);
  return path;
}

async function locate(repo: Repository, path: string): Promise<string> {
  if (repo.guard.isRoot(path)) return (await repo.guard.locate(path, "look")).path;
  return (await repo.guard.locateEntry(path, "look")).path;
}

function isOutside(path: string): boolean {
  return path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path);
}

function outside(given: string): GitError {
  return new GitError(
    `'${given}' is not a path in the working tree of the repository.`,
    "Give paths relative to the top of the repository, without '..'.",
  );
}
