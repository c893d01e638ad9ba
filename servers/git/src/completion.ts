import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { listFiles } from "./inspect/objects.ts";
import type { GitWorkspace } from "./repository/workspace.ts";
import { findRepository } from "./run/layout.ts";

const most = 100;

/** The repositories that are allowed directories, or lie directly in one. */
export async function completeRepository(
  { guard }: GitWorkspace,
  typed: string,
  signal: AbortSignal,
): Promise<string[]> {
  const found: string[] = [];
  for (const directory of guard.directories) {
    const names = await readdir(directory, { withFileTypes: true });
    const below = names.filter((entry) => entry.isDirectory() && entry.name !== ".git");
    for (const path of [directory, ...below.map(({ name }) => join(directory, name))]) {
      signal.throwIfAborted();
      if (found.length >= most || !path.startsWith(typed)) continue;
      const layout = await findRepository(guard, path).catch(orNothing);
      if ((layout?.top ?? layout?.gitDir) === path) found.push(path);
    }
  }
  return [...new Set(found)];
}

/** The branches and tags that begin with what has been typed. */
export async function completeRevision(
  git: GitWorkspace,
  repository: string,
  typed: string,
  signal: AbortSignal,
): Promise<string[]> {
  const repo = await git.open(repository, signal).catch(orNothing);
  if (repo === undefined) return [];
  const places = ["refs/heads", "refs/tags", "refs/remotes"];
  const text = await repo.text(["for-each-ref", "--format=%(refname:strip=2)", ...places]);
  const names = ["HEAD", ...text.split("\n").filter((name) => name !== "")];
  return names.filter((name) => name.startsWith(typed)).slice(0, most);
}

/** The files of a revision whose path begins with what has been typed. */
export async function completePath(
  git: GitWorkspace,
  repository: string,
  revision: string,
  typed: string,
  signal: AbortSignal,
): Promise<string[]> {
  const repo = await git.open(repository, signal).catch(orNothing);
  if (repo === undefined) return [];
  const query = { revision, start: 0, most: Number.POSITIVE_INFINITY };
  const listed = await listFiles(repo, query).catch(orNothing);
  return (listed?.files ?? []).filter((path) => path.startsWith(typed)).slice(0, most);
}

/** What cannot be opened has nothing to propose; any other error is not ours to hide. */
function orNothing(error: unknown): undefined {
  if (error instanceof Error && "hint" in error) return undefined;
  throw error;
}
