import { join } from "node:path";
import { toSurface } from "@fairlead/runtime";
import { expect } from "vitest";
import { server } from "../../src/index.ts";
import type { Caller, Owner } from "./repo.ts";

/** All tools there are, as a client sees them. */
export const tools = toSurface(server).toolsets.flatMap((set) => set.tools.map(({ wire }) => wire));

/** A repository with two branches, a remote and changes of every kind, in a directory of its own. */
export async function prepare(owner: Owner, directory: string): Promise<void> {
  await owner.commit("second", { "a.txt": "one\n2\nthree\n", "b.bin": "x\n" });
  owner.git("switch", "-q", "-c", "other", "HEAD~1");
  await owner.commit("other", { "a.txt": "one\nother\nthree\n", "c.txt": "c\n" });
  owner.git("switch", "-q", "main");
  owner.git("clone", "-q", "--bare", owner.path, join(directory, "origin.git"));
  owner.git("remote", "add", "origin", "../origin.git");
  await owner.write({ "a.txt": "one\nchanged\nthree\n", "new.txt": "new\n" });
}

/**
 * Calls every tool on a repository, with arguments that make it do its work, and gives each tool's
 * answer: the first refusal where there is one.
 */
export async function callEverything(
  client: Caller,
  repo: string,
  directory: string,
): Promise<Map<string, { readonly text: string; readonly isError: boolean }>> {
  const at = { repo_path: repo };
  const calls: readonly (readonly [string, object])[] = [
    ["git_status", at],
    ["git_diff_unstaged", at],
    ["git_diff_staged", at],
    ["git_diff", { ...at, target: "HEAD" }],
    ["git_diff", { ...at, target: "HEAD~1..HEAD" }],
    ["git_log", { ...at, path: "a.txt" }],
    ["git_show", { ...at, revision: "HEAD" }],
    ["git_branch", { ...at, branch_type: "all" }],
    ["git_blame", { ...at, path: "a.txt" }],
    ["git_grep", { ...at, pattern: "o" }],
    ["git_grep", { ...at, pattern: "o", revision: "HEAD" }],
    ["git_ls_files", at],
    ["git_read_file", { ...at, revision: "HEAD", path: "a.txt" }],
    ["git_tag_list", at],
    ["git_stash_list", at],
    ["git_remote_list", at],
    ["git_reflog", at],
    ["git_add", { ...at, files: ["."] }],
    ["git_diff_staged", at],
    ["git_reset", at],
    ["git_add", { ...at, files: ["a.txt"] }],
    ["git_commit", { ...at, message: "by the server", signoff: true }],
    ["git_create_branch", { ...at, branch_name: "made" }],
    ["git_checkout", { ...at, branch_name: "other" }],
    ["git_stash", { ...at, action: "push", include_untracked: true }],
    ["git_checkout", { ...at, branch_name: "other" }],
    ["git_stash", { ...at, action: "pop" }],
    ["git_reset_hard", at],
    ["git_tag", { ...at, name: "t", message: "m" }],
    ["git_merge", { ...at, ref: "main" }],
    ["git_merge", { ...at, abort: true }],
    ["git_cherry_pick", { ...at, revision: "main" }],
    ["git_cherry_pick", { ...at, abort: true }],
    ["git_rebase", { ...at, onto: "main" }],
    ["git_rebase", { ...at, action: "continue" }],
    ["git_rebase", { ...at, action: "abort" }],
    ["git_worktree", { ...at, action: "list" }],
    ["git_worktree", { ...at, action: "add", path: join(directory, "linked"), branch: "linked" }],
    ["git_fetch", at],
    ["git_pull", { ...at, branch: "main" }],
    ["git_push", { ...at, refspec: "main:pushed" }],
    ["git_push", { ...at, refspec: "main", force: true }],
    ["git_clean", { ...at, dry_run: false }],
    ["git_clone", { url: `file://${repo}`, destination: join(directory, "cloned") }],
    ["git_init", { repo_path: join(directory, "fresh") }],
  ];
  expect(new Set(calls.map(([name]) => name))).toEqual(new Set(tools.map(({ name }) => name)));
  const answers = new Map<string, { readonly text: string; readonly isError: boolean }>();
  for (const [name, args] of calls) {
    const { text, isError } = await client.callTool(name, { ...args });
    // A fault of ours would hide what the call would have done.
    expect(text, name).not.toContain("Internal error");
    if (!answers.has(name) || (isError && !answers.get(name)?.isError)) {
      answers.set(name, { text, isError });
    }
  }
  return answers;
}
