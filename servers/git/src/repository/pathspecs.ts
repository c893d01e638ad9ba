import { lstat } from "node:fs/promises";
import { isAbsolute, join, normalize, relative, sep } from "node:path";
import { GitError } from "../errors.ts";
import { fromPathText, toPathBytes, toPathText } from "./names.ts";
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

async function toPath(repo: Repository, asked: string): Promise<string> {
  const { top } = repo.layout;
  const given = toPathText(asked);
  // A name that is not UTF-8 cannot be asked for here: it only names an entry of a tree or the index.
  if (given === undefined) {
    const names = toPathBytes(asked).toString("latin1").split("/");
    if (names.some(isForbidden) || names[0] === "") throw outside(asked);
    return asked;
  }
  if (given === "" || given.includes("\0")) {
    throw new GitError(`${JSON.stringify(asked)} is not a path.`, 'Use "." for all.');
  }
  const inner = isAbsolute(given)
    ? relative(repo.directory, await locate(repo, given))
    : await toInner(repo, given);
  if (isOutside(inner)) throw outside(given);
  const path = inner === "" ? "." : inner.split(sep).join("/");
  if (path.split("/").some(isForbidden)) throw outside(given);
  // A bare repository has no files: a path only names an entry of a tree.
  if (top !== undefined && isOutside(relative(top, await locate(repo, join(top, inner))))) {
    throw outside(given);
  }
  return fromPathText(path);
}

function isForbidden(name: string): boolean {
  return name === ".." || name.toLowerCase() === ".git";
}

/**
 * A relative path from the top. Where the repository was named by a directory in it, paths begin
 * there, as they do for git; but a path as answers show it, from the top, fits as well.
 */
async function toInner({ layout }: Repository, given: string): Promise<string> {
  const plain = normalize(given).replace(/[\\/]+$/, "") || ".";
  const { top, below } = layout;
  if (top === undefined || below === undefined) return plain;
  const prefix = relative(top, below);
  const inner = join(prefix, plain);
  if (plain === "." || (await isThere(join(top, inner)))) return inner;
  const isShown = plain.startsWith(`${prefix}${sep}`) || (await isThere(join(top, plain)));
  return isShown ? plain : inner;
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
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
    "Give paths in the repository, relative to repo_path, without '..'.",
  );
}
