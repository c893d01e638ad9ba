import { GitError } from "../errors.ts";
import type { Repository } from "./repository.ts";

/** The tree without entries, by the length of the repository's object ids. */
const emptyTrees: Readonly<Record<number, string>> = {
  40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
};

/** The tree without entries, as a repository names it that names a commit so. */
export function toEmptyTree(sha: string): string {
  return emptyTrees[sha.length] ?? sha;
}

/** Refuses what needs files where a repository has none. */
export function assertTree(repo: Repository): void {
  if (repo.layout.top !== undefined) return;
  throw new GitError(
    `'${repo.directory}' is a bare repository: it has no working tree.`,
    "Read it by revision, or work in a clone.",
  );
}
