import { revealName } from "@fairlead/guard";
import { z } from "zod";
import type { Repository } from "../access/repository.ts";
import { path } from "../api/address.ts";
import { branch as branchAnswer, reference } from "../api/answers.ts";
import { type PageQuery, paged } from "../api/pages.ts";
import { GitHubError } from "../errors.ts";

export type Branch = {
  readonly name: string;
  readonly sha: string;
  readonly protected: boolean | undefined;
};

export async function listBranches(repository: Repository, query: PageQuery) {
  const ask = { path: "/branches", query: paged(query) };
  const { data, next } = await repository.ask(z.array(branchAnswer), ask);
  await repository.noteFiles();
  const branches = data.map(({ name, commit, protected: isProtected }) => {
    return { name: revealName(name), sha: commit.sha, protected: isProtected || undefined };
  });
  return { branches, next_page: next };
}

/** The commit a branch points to. */
export async function readHead(repository: Repository, branch: string): Promise<string> {
  const ask = { path: path`/git/ref/heads/${branch.split("/")}` };
  const { data } = await repository.ask(reference, ask);
  return data.object.sha;
}

/** Makes a branch at the tip of another one, or of the default branch. */
export async function createBranch(
  repository: Repository,
  {
    branch,
    from = repository.facts.defaultBranch,
  }: { readonly branch: string; readonly from?: string | undefined },
) {
  assertBranch(branch);
  const sha = await readHead(repository, from);
  const body = { ref: `refs/heads/${branch}`, sha };
  const { data } = await repository.ask(reference, { method: "POST", path: "/git/refs", body });
  return { ref: data.ref, sha: data.object.sha };
}

/** Throws GitHubError for a name git would not take (git-check-ref-format). */
export function assertBranch(branch: string): void {
  const wrong =
    branch === "" ||
    /\.\.|[\s~^:?*[\\\p{Cc}]|@\{|\/\/|^[/-]|[/.]$|\.lock(?:\/|$)|(?:^|\/)\./u.test(branch);
  if (wrong)
    throw new GitHubError(
      `"${branch}" is not a valid branch name.`,
      "Use letters, digits, - and /, e.g. fix/login.",
    );
}
