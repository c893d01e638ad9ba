import { GitError } from "../errors.ts";
import { assertUnfiltered, listChanged } from "../repository/filters.ts";
import type { Repository } from "../repository/repository.ts";
import {
  assertName,
  assertRefName,
  currentBranch,
  find,
  resolve,
} from "../repository/revisions.ts";
import { assertTree, toEmptyTree } from "../repository/trees.ts";

export interface BranchMade {
  readonly branch: string;
  readonly sha: string;
  readonly base: string;
}

/** Makes a branch without checking it out. */
export function createBranch(
  repo: Repository,
  name: string,
  base: string | undefined,
): Promise<BranchMade> {
  return repo.change(async () => {
    await assertRefName(repo, name, "heads");
    const start = base ?? (await currentBranch(repo)) ?? "HEAD";
    const sha = await resolve(repo, start);
    await repo.run(["branch", "--no-track", name, sha]);
    return { branch: name, sha, base: start };
  });
}

/** Checks out a branch; one that only a single remote has is made here first, as git does it. */
export function switchBranch(
  repo: Repository,
  name: string,
): Promise<{ readonly branch: string; readonly sha: string }> {
  return repo.change(async () => {
    assertTree(repo);
    assertName(name, "branch name");
    const local = await find(repo, `refs/heads/${name}`);
    const remote = local === undefined ? await findRemote(repo, name) : undefined;
    const sha = local ?? (await resolve(repo, `refs/remotes/${remote}`));
    const head = (await find(repo, "HEAD")) ?? toEmptyTree(sha);
    await assertUnfiltered(repo, await listChanged(repo, [head, sha]), ["smudge"], sha);
    const how = remote === undefined ? [name] : ["--create", name, "--track", remote];
    await repo.run(["switch", "-q", "--no-guess", ...how]);
    return { branch: name, sha };
  });
}

async function findRemote(repo: Repository, name: string): Promise<string> {
  const format = "--format=%(refname:strip=2)%00%(refname:strip=3)";
  const text = await repo.text(["for-each-ref", format, "refs/remotes"]);
  const found = text.split("\n").flatMap((line) => {
    const [full, branch] = line.split("\0");
    return full !== undefined && branch === name ? [full] : [];
  });
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const several = found.length > 1 ? ` Several remotes have it: ${found.join(", ")}.` : "";
  throw new GitError(
    `There is no local branch "${name}".${several}`,
    "git_branch lists the branches; git_create_branch makes one.",
  );
}
