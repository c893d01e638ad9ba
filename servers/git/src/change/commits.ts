import { GitError } from "../errors.ts";
import { listConflicts } from "../inspect/status.ts";
import { assertUnfiltered } from "../repository/filters.ts";
import { findSkipped } from "../repository/hooks.ts";
import { toIdentity } from "../repository/identity.ts";
import { RecordReader, toPathInput } from "../repository/names.ts";
import { toPaths } from "../repository/pathspecs.ts";
import type { Repository } from "../repository/repository.ts";
import { currentBranch, resolve } from "../repository/revisions.ts";
import { assertTree } from "../repository/trees.ts";

const pathInput = ["--pathspec-from-file=-", "--pathspec-file-nul"];

/** What is staged now, and which of it are repositories of their own. */
export interface Staged {
  readonly staged: string[];
  readonly nested: string[];
}

/** Stages files, also deleted ones; directories with all in them. */
export function addFiles(repo: Repository, files: readonly string[]): Promise<Staged> {
  return repo.change(async () => {
    assertTree(repo);
    if (files.length === 0) throw new GitError("No files are given.", 'Use ["."] for all.');
    const paths = await toPaths(repo, files);
    const list = ["ls-files", "-z", "-m", "-o", "--exclude-standard"];
    await assertUnfiltered(repo, await repo.records(list, { paths }), ["clean"]);
    await repo.run(["add", "--all", ...pathInput], { input: toPathInput(paths) });
    const staged = await listStaged(repo, paths);
    return { staged, nested: await findNested(repo, paths) };
  });
}

/** Takes changes out of the index, all of them or those of some paths; files stay as they are. */
export function unstage(repo: Repository, files: readonly string[]): Promise<string[]> {
  return repo.change(async () => {
    assertTree(repo);
    const paths = await toPaths(repo, files);
    const staged = await listStaged(repo, paths);
    const narrowed = paths.length > 0 ? pathInput : [];
    const input = paths.length > 0 ? { input: toPathInput(paths) } : {};
    await repo.run(["reset", "-q", ...narrowed], input);
    return staged;
  });
}

/** Links to other repositories that are newly staged and that `.gitmodules` does not name. */
async function findNested(repo: Repository, paths: readonly string[]): Promise<string[]> {
  const flags = ["--cached", "--raw", "--no-renames", "--no-ext-diff", "--no-relative", "--abbrev"];
  const reader = new RecordReader(
    await repo.records(["diff", "-z", ...flags, "--diff-filter=AT"], { paths }),
  );
  const links: string[] = [];
  while (!reader.done) {
    const [, mode] = /^:\d+ (\d+) /.exec(reader.next()) ?? [];
    const path = reader.next();
    if (mode === "160000") links.push(path);
  }
  if (links.length === 0) return [];
  const known = [
    "config",
    "-z",
    "--blob",
    ":.gitmodules",
    "--get-regexp",
    "^submodule\\..*\\.path$",
  ];
  const named = await repo.records(known, { codes: [1, 128] });
  const modules = new Set(named.map((record) => record.slice(record.indexOf("\n") + 1)));
  return links.filter((path) => !modules.has(path));
}

async function listStaged(repo: Repository, paths: readonly string[]): Promise<string[]> {
  const flags = ["--cached", "--name-only", "--no-ext-diff", "--no-relative", "--no-renames"];
  return repo.records(["diff", "-z", ...flags, "--ignore-submodules=dirty"], { paths });
}

export interface CommitOptions {
  readonly amend?: boolean | undefined;
  /** As `Name <email>`. */
  readonly author?: string | undefined;
  readonly signoff?: boolean | undefined;
}

export interface Made {
  readonly sha: string;
  readonly branch: string | undefined;
  readonly files: string[];
  /** What the owner's own git would have done as well. */
  readonly skipped: string[];
}

/** Records what is staged. */
export function commitStaged(
  repo: Repository,
  message: string,
  { amend = false, author, signoff = false }: CommitOptions,
): Promise<Made> {
  return repo.change(async () => {
    assertTree(repo);
    if (message.trim() === "" || message.includes("\0")) {
      throw new GitError("The message is empty or holds a NUL.", "Say what was changed and why.");
    }
    if (author !== undefined && !/^[^<>\0\r\n]+ <[^<>\0\r\n]*>$/.test(author)) {
      throw new GitError("The author is not in the expected form.", 'Use "Name <email>".');
    }
    const conflicts = await listConflicts(repo);
    if (conflicts.length > 0) {
      const names = conflicts.slice(0, 10).join(", ");
      throw new GitError(
        `There are unresolved conflicts: ${names}.`,
        "Resolve and stage them first.",
      );
    }
    const args = [
      // A line that begins with # is a part of the message, whatever commit.cleanup says.
      ...["commit", "-q", "-F", "-", "--cleanup=whitespace"],
      ...(amend ? ["--amend"] : []),
      ...(signoff ? ["--signoff"] : []),
      ...(author === undefined ? [] : [`--author=${author}`]),
    ];
    await repo.run(args, { ...(await toIdentity(repo)), input: message });
    const hooks = ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"];
    return {
      ...(await readHead(repo)),
      skipped: await findSkipped(repo, { hooks, signs: ["commit.gpgsign"] }),
    };
  });
}

/** The commit that is checked out, its branch, and the files it changed. */
export async function readHead(repo: Repository): Promise<Omit<Made, "skipped">> {
  const [sha, branch] = await Promise.all([resolve(repo, "HEAD"), currentBranch(repo)]);
  const flags = ["--no-commit-id", "--name-only", "-r", "--root", "-m", "--first-parent"];
  const files = await repo.records(["diff-tree", "-z", "--no-ext-diff", ...flags, sha]);
  return { sha, branch, files };
}
