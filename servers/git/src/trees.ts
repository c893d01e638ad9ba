import { GitError } from "./errors.ts";
import type { Repository } from "./repository.ts";

/** Refuses what needs files where a repository has none. */
export function assertTree(repo: Repository): void {
  if (repo.layout.top !== undefined) return;
  throw new GitError(
    `'${repo.directory}' is a bare repository: it has no working tree.`,
    "Read it by revision, or work in a clone.",
  );
}
