import { GitError } from "../errors.ts";
import { assertUnfiltered } from "../repository/filters.ts";
import { toIdentity } from "../repository/identity.ts";
import type { Repository } from "../repository/repository.ts";
import { find, resolve } from "../repository/revisions.ts";
import { assertTree } from "../repository/trees.ts";
import { attempt, type Joined } from "./merging.ts";

export interface StashOptions {
  readonly message?: string | undefined;
  /** Also files git does not know yet. */
  readonly untracked?: boolean | undefined;
}

/** Puts local changes aside; the answer names the stash's commit. */
export function pushStash(
  repo: Repository,
  { message, untracked = false }: StashOptions,
): Promise<Joined> {
  return repo.change(async () => {
    assertTree(repo);
    if (message?.includes("\0")) throw new GitError("The message holds a NUL.", "Remove it.");
    const others = untracked ? ["-o"] : [];
    const list = ["ls-files", "-z", "-m", ...others, "--exclude-standard"];
    await assertUnfiltered(repo, await repo.records(list), ["clean"]);
    const before = await find(repo, "refs/stash");
    const args = ["stash", "push", "-q", ...(untracked ? ["--include-untracked"] : [])];
    const { config = [], environment } = await toIdentity(repo);
    await repo.run([...args, ...(message ? [`--message=${message}`] : [])], {
      config,
      // Stash removes new files by `:/`, a pattern of its own.
      environment: { ...environment, GIT_LITERAL_PATHSPECS: "0" },
    });
    const sha = await find(repo, "refs/stash");
    if (sha === undefined || sha === before) {
      throw new GitError(
        "There are no local changes to stash.",
        "Call git_status to see the changes.",
      );
    }
    return { sha, changed: true, conflicts: [] };
  });
}

/** Brings a stash back, and drops it too if it is to be popped. */
export function restoreStash(
  repo: Repository,
  index: number,
  action: "pop" | "apply",
): Promise<Joined> {
  return repo.change(async () => {
    assertTree(repo);
    const sha = await resolve(repo, toName(index));
    const files = ["diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", `${sha}^1`, sha];
    await assertUnfiltered(repo, await repo.records([...files, "--"]), ["smudge", "merge"], sha);
    const joined = await attempt(repo, "stash", ["stash", action, "-q", toName(index)]);
    return { ...joined, changed: true };
  });
}

/** Throws a stash away. */
export function dropStash(repo: Repository, index: number): Promise<Joined> {
  return repo.change(async () => {
    const sha = await resolve(repo, toName(index));
    await repo.run(["stash", "drop", "-q", toName(index)]);
    return { sha, changed: true, conflicts: [] };
  });
}

function toName(index: number): string {
  return `stash@{${Math.max(0, Math.trunc(index))}}`;
}
