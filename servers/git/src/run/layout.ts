import type { Dirent } from "node:fs";
import { lstat, readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { isSystemError, notFound, type PathGuard } from "@fairlead/guard";
import { GitError } from "../errors.ts";

/** Where the parts of a repository are; all of them real paths inside the allowed directories. */
export interface Layout {
  /** The working tree; undefined for a bare repository. */
  readonly top: string | undefined;
  readonly gitDir: string;
  /** What linked worktrees share; the same as gitDir for any other. */
  readonly commonDir: string;
  /** The directory that was asked for, where it is one below the top: paths are relative to it. */
  readonly below: string | undefined;
}

/** Where git writes, besides the top of its directory and the objects. */
const written = [
  "info",
  "logs",
  "modules",
  "rebase-apply",
  "rebase-merge",
  "refs",
  "rr-cache",
  "sequencer",
  "worktrees",
];

const allowToo = "Allow that directory as well, or work on another repository.";

/**
 * Finds the repository a path lies in, going up as far as the allowed directories reach. Git is
 * told what was found here, so a `.git` that is swapped meanwhile leads nowhere.
 */
export async function findRepository(guard: PathGuard, requested: string): Promise<Layout> {
  const { path, missing } = await guard.locate(requested, "look");
  if (missing > 0) throw notFound(path);
  let directory = (await stat(path)).isDirectory() ? path : dirname(path);
  if (basename(directory) === ".git") directory = dirname(directory);
  const asked = directory;
  let bare: string | undefined;
  for (; guard.admits(directory, "look"); directory = dirname(directory)) {
    const gitDir = await findGitDir(guard, directory);
    if (gitDir !== undefined) {
      if (bare === undefined) return complete(guard, gitDir, { top: directory, asked });
      throw new GitError(
        `'${bare}' is a bare repository inside the working tree of '${directory}'.`,
        "Git data that came with a checkout is not trusted; clone it to a place of its own.",
      );
    }
    if (bare === undefined && (await isGitDir(directory))) bare = directory;
    if (directory === dirname(directory)) break;
  }
  if (bare !== undefined) return complete(guard, bare, { top: undefined, asked });
  throw new GitError(`'${path}' is not in a git repository.`, "Name a directory of a repository.");
}

async function findGitDir(guard: PathGuard, directory: string): Promise<string | undefined> {
  const entry = join(directory, ".git");
  const stats = await lstat(entry).catch(orMissing);
  if (stats === undefined) return undefined;
  const target = stats.isFile() ? readPointer(await readFile(entry, "utf8")) : entry;
  if (target === undefined) return undefined;
  const found = await real(guard, resolve(directory, target), entry);
  return (await isGitDir(found)) ? found : undefined;
}

function readPointer(text: string): string | undefined {
  return /^gitdir: ([^\n\0]+?)\r?\n*$/.exec(text)?.[1];
}

async function complete(
  guard: PathGuard,
  gitDir: string,
  { top, asked }: { readonly top: string | undefined; readonly asked: string },
): Promise<Layout> {
  const pointer = await readFile(join(gitDir, "commondir"), "utf8").catch(orMissing);
  const commonDir =
    pointer === undefined
      ? gitDir
      : await real(guard, resolve(gitDir, pointer.trim()), join(gitDir, "commondir"));
  const objects = await real(guard, join(commonDir, "objects"), commonDir);
  const packs = ["pack", "info"].map((name) => join(objects, name));
  for (const directory of new Set([gitDir, commonDir, objects, ...packs])) {
    await assertOwn(guard, directory, "flat");
  }
  await assertAlternates(guard, objects, 0);
  const isBelow = top !== undefined && asked !== top && asked !== gitDir;
  return { top, gitDir, commonDir, below: isBelow ? asked : undefined };
}

/**
 * Refuses links that lead out of what is allowed from where git writes: a commit message would be
 * written through a link named COMMIT_EDITMSG.
 */
export async function assertWritable(guard: PathGuard, layout: Layout): Promise<void> {
  for (const name of written) {
    for (const directory of new Set([layout.gitDir, layout.commonDir])) {
      await assertOwn(guard, join(directory, name), name === "modules" ? "flat" : "deep");
    }
  }
}

async function assertOwn(
  guard: PathGuard,
  directory: string,
  depth: "flat" | "deep",
): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(orNone);
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && depth === "deep") await assertOwn(guard, path, depth);
    if (!entry.isSymbolicLink()) continue;
    const target = await realpath(path).catch(orMissing);
    if (target !== undefined && guard.admits(target, "look")) continue;
    throw new GitError(
      `'${path}' is a symbolic link that leads outside the allowed directories.`,
      "Git would read or write there; remove the link.",
    );
  }
}

/** Objects may be borrowed from other repositories, but not from ones that are not allowed. */
async function assertAlternates(guard: PathGuard, objects: string, depth: number): Promise<void> {
  const list = join(objects, "info", "alternates");
  const text = await readFile(list, "utf8").catch(orMissing);
  for (const line of (text ?? "").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith('"') || depth >= 5) {
      throw new GitError(
        `'${list}' cannot be checked.`,
        "Repack the repository with git repack -a.",
      );
    }
    const borrowed = isAbsolute(line) ? line : resolve(objects, line);
    await assertAlternates(guard, await real(guard, borrowed, list), depth + 1);
  }
}

async function real(guard: PathGuard, path: string, from: string): Promise<string> {
  const found = await realpath(path).catch(orMissing);
  if (found === undefined) {
    throw new GitError(
      `'${from}' leads to '${path}', which does not exist.`,
      "Repair the repository.",
    );
  }
  if (guard.admits(found, "look")) return found;
  throw new GitError(`'${from}' leads to '${found}', outside the allowed directories.`, allowToo);
}

async function isGitDir(directory: string): Promise<boolean> {
  const [head, objects, common] = await Promise.all(
    ["HEAD", "objects", "commondir"].map((name) => lstat(join(directory, name)).catch(orMissing)),
  );
  return head !== undefined && (objects !== undefined || common !== undefined);
}

function orMissing(error: unknown): undefined {
  if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
  throw error;
}

function orNone(error: unknown): Dirent[] {
  orMissing(error);
  return [];
}
