import { z } from "zod";
import type { Repository } from "../access/repository.ts";
import { path, toParts } from "../api/address.ts";
import { gitCommit, reference } from "../api/answers.ts";
import { GitHubError } from "../errors.ts";
import { readHead } from "./branches.ts";
import { findFiles } from "./entries.ts";
import { type Encoding, toBase64 } from "./file-writes.ts";

export interface PushedFile {
  readonly path: string;
  readonly content: string;
  readonly encoding?: Encoding | undefined;
}

export interface Push {
  readonly branch: string;
  readonly message: string;
  readonly files: readonly PushedFile[];
  readonly expected_head_sha?: string | undefined;
}

const made = z.object({ sha: z.string() });

/**
 * Commits several files at once on top of a branch. The branch is moved only forward: whatever came
 * in between makes GitHub refuse, and the branch stays as it was. Throws GitHubError.
 */
export async function pushFiles(repository: Repository, push: Push) {
  const { branch, message, files, expected_head_sha: expected } = push;
  const head = await readHead(repository, branch);
  if (expected !== undefined && head !== expected) throw moved(branch, head);
  assertDistinct(files);
  const [base, there] = await Promise.all([
    repository.ask(gitCommit, { path: path`/git/commits/${head}` }),
    findFiles(
      repository,
      head,
      files.map((file) => toParts(file.path)),
    ),
  ]);
  const entries = [];
  for (const file of files) {
    const place = toParts(file.path).join("/");
    // A script stays executable.
    const kept = there.get(place)?.mode === "100755" ? "100755" : "100644";
    entries.push({ path: place, mode: kept, type: "blob", ...(await toEntry(repository, file)) });
  }
  const body = { base_tree: base.data.tree.sha, tree: entries };
  const grown = await repository.ask(made, { method: "POST", path: "/git/trees", body });
  const commit = await repository.ask(gitCommit, {
    method: "POST",
    path: "/git/commits",
    body: { message, tree: grown.data.sha, parents: [head] },
  });
  await advance(repository, branch, commit.data.sha);
  return {
    commit_sha: commit.data.sha,
    parent_sha: head,
    ref: `refs/heads/${branch}`,
    url: commit.data.html_url,
  };
}

async function advance(repository: Repository, branch: string, sha: string): Promise<void> {
  try {
    await repository.ask(reference, {
      method: "PATCH",
      path: path`/git/refs/heads/${branch.split("/")}`,
      body: { sha, force: false },
    });
  } catch (error) {
    if (!(error instanceof GitHubError) || (error.status !== 422 && error.status !== 409))
      throw error;
    const now = await readHead(repository, branch);
    throw /fast.?forward/i.test(error.message) ? moved(branch, now) : error;
  }
}

/** Text goes into the tree as it is; bytes need a blob of their own first. */
async function toEntry(repository: Repository, { content, encoding = "utf-8" }: PushedFile) {
  if (encoding === "utf-8") return { content };
  const body = { content: toBase64(content, encoding), encoding };
  const { data } = await repository.ask(made, { method: "POST", path: "/git/blobs", body });
  return { sha: data.sha };
}

function assertDistinct(files: readonly PushedFile[]): void {
  const places = files.map((file) => toParts(file.path));
  const bad = places.find(
    (parts) => parts.length === 0 || parts.some((part) => ["", ".", "..", ".git"].includes(part)),
  );
  if (bad) {
    throw new GitHubError(
      `"${bad.join("/")}" is not the path of a file.`,
      "Give it from the top of the repository, without . and .. parts.",
    );
  }
  const names = places.map((parts) => parts.join("/"));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new GitHubError(`${twice} is in files twice.`, "List each file once.");
  }
}

function moved(branch: string, head: string): GitHubError {
  return new GitHubError(
    `${branch} has moved to ${head} in the meantime, so nothing was changed.`,
    "See the new commits with list_commits, then push again on top of them.",
  );
}
