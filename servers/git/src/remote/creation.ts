import { readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { GitError, toGitError } from "../errors.ts";
import { findFilters } from "../repository/filters.ts";
import { redactUrls } from "../repository/repo-config.ts";
import { assertName, currentBranch, find } from "../repository/revisions.ts";
import type { GitWorkspace } from "../repository/workspace.ts";
import { toEnvironment } from "../run/environment.ts";
import { execute } from "../run/process.ts";
import { admitRemote } from "./addresses.ts";

export interface CloneOptions {
  readonly branch?: string | undefined;
  readonly depth?: number | undefined;
}

/** Copies a remote repository to a new directory. */
export async function cloneRepository(
  workspace: GitWorkspace,
  url: string,
  destination: string,
  { branch, depth, signal }: CloneOptions & { readonly signal: AbortSignal },
): Promise<{
  readonly path: string;
  readonly sha: string | undefined;
  readonly branch: string | undefined;
  /** Filters its files would have gone through. */
  readonly skipped: string[];
}> {
  const { guard, settings } = workspace;
  const path = await findNewPlace(workspace, destination);
  if (redactUrls(url) !== url) {
    throw new GitError(
      "The URL contains credentials, which git would keep in the clone's config.",
      "Leave them out; the server can be started with a token (GIT_TOKEN).",
    );
  }
  const config = await admitRemote(url, dirname(path), settings, guard);
  if (branch !== undefined) assertName(branch, "branch name");
  const args = [
    ...["clone", "-q", "--no-recurse-submodules", "--no-shared", "--no-hardlinks", "--template="],
    ...(branch === undefined ? [] : [`--branch=${branch}`]),
    ...(depth === undefined ? [] : [`--depth=${Math.max(1, Math.trunc(depth))}`]),
    ...["--", url, path],
  ];
  const environment = toEnvironment(settings, {
    config,
    environment: { GIT_ALLOW_PROTOCOL: settings.protocols.join(":") },
  });
  const { code, stderr } = await execute({
    args,
    directory: dirname(path),
    environment,
    signal,
    running: settings.running,
  });
  if (code !== 0) {
    const { message, hint } = toGitError("clone", stderr);
    throw new GitError(redactUrls(message), hint);
  }
  const repo = await workspace.open(path, signal);
  const [sha, branchName, files] = await Promise.all([
    find(repo, "HEAD"),
    currentBranch(repo),
    repo.records(["ls-files", "-z"], { maxBytes: 64 * 1024 * 1024 }),
  ]);
  const filters = new Set((await findFilters(repo, files)).values());
  const skipped = [...filters].map((name) => `filter.${name}.smudge`);
  return { path, sha, branch: branchName, skipped };
}

/** Makes an empty repository in a new or empty directory. */
export async function initRepository(
  workspace: GitWorkspace,
  destination: string,
  {
    branch = "main",
    signal,
  }: { readonly branch?: string | undefined; readonly signal: AbortSignal },
): Promise<{ readonly path: string; readonly branch: string }> {
  const { settings } = workspace;
  const path = await findNewPlace(workspace, destination);
  assertName(branch, "branch name");
  const environment = toEnvironment(settings, { config: [], environment: {} });
  const args = ["init", "-q", "--template=", `--initial-branch=${branch}`, "--", path];
  const { code, stderr } = await execute({
    args,
    directory: dirname(path),
    environment,
    signal,
    running: settings.running,
  });
  if (code !== 0) throw toGitError("init", stderr);
  return { path, branch };
}

async function findNewPlace({ guard }: GitWorkspace, destination: string): Promise<string> {
  const { path, missing } = await guard.locate(destination, "write");
  if (missing > 1) {
    throw new GitError(
      `'${dirname(path)}' does not exist.`,
      "Name a directory inside one that exists.",
    );
  }
  const entries = missing === 0 ? await readdir(path) : [];
  if (entries.length === 0 && basename(path) !== "") return path;
  throw new GitError(`'${path}' is not empty.`, "Name a new or empty directory.");
}
