import { revealText } from "@fairlead/guard";
import { GitError } from "../errors.ts";
import { assertUnfiltered, listChanged } from "../repository/filters.ts";
import type { Repository } from "../repository/repository.ts";
import { assertRefName, find, resolve } from "../repository/revisions.ts";
import { toEmptyTree } from "../repository/trees.ts";

export interface Worktree {
  readonly path: string;
  readonly sha?: string;
  readonly branch?: string;
}

/** The working trees that share this repository. */
export async function listWorktrees(repo: Repository): Promise<Worktree[]> {
  const text = revealText(await repo.text(["worktree", "list", "--porcelain"]));
  return text.split("\n\n").flatMap((block) => {
    const [, path] = /^worktree (.*)$/m.exec(block) ?? [];
    const [, sha] = /^HEAD ([0-9a-f]+)$/m.exec(block) ?? [];
    const [, branch] = /^branch refs\/heads\/(.*)$/m.exec(block) ?? [];
    return path === undefined ? [] : [{ path, ...(sha && { sha }), ...(branch && { branch }) }];
  });
}

/** Makes a working tree at a new path, on a branch that is made if it is not there. */
export function addWorktree(
  repo: Repository,
  path: string,
  {
    branch,
    revision = "HEAD",
  }: {
    readonly branch: string;
    readonly revision?: string | undefined;
  },
): Promise<Worktree[]> {
  return repo.change(async () => {
    const place = await repo.guard.locate(path, "write");
    if (place.missing !== 1) {
      const why = place.missing === 0 ? "is there already" : "has no parent directory";
      throw new GitError(`'${path}' ${why}.`, "Name a new directory inside one that exists.");
    }
    await assertRefName(repo, branch, "heads");
    const there = await find(repo, `refs/heads/${branch}`);
    const sha = there ?? (await resolve(repo, revision));
    const files = await listChanged(repo, [toEmptyTree(sha), sha]);
    await assertUnfiltered(repo, files, ["smudge"], sha);
    const how =
      there === undefined ? ["-b", branch, "--no-track", place.path, sha] : [place.path, branch];
    await repo.run(["worktree", "add", "-q", ...how]);
    return listWorktrees(repo);
  });
}

/** Removes a working tree that holds no changes. */
export function removeWorktree(repo: Repository, path: string): Promise<Worktree[]> {
  return repo.change(async () => {
    const { path: found } = await repo.guard.locate(path, "write");
    if (!(await listWorktrees(repo)).slice(1).some((tree) => tree.path === found)) {
      throw new GitError(
        `'${path}' is not a linked worktree.`,
        "Call this tool with action: list to see the worktrees.",
      );
    }
    await repo.run(["worktree", "remove", "--", found]);
    return listWorktrees(repo);
  });
}
