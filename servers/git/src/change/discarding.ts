import { assertUnfiltered, listChanged } from "../repository/filters.ts";
import { toPaths } from "../repository/pathspecs.ts";
import type { Repository } from "../repository/repository.ts";
import { resolve } from "../repository/revisions.ts";
import { assertTree } from "../repository/trees.ts";

/** Sets branch, index and files to a revision; local changes are gone. */
export function resetHard(
  repo: Repository,
  revision: string,
): Promise<{ readonly sha: string; readonly files: string[] }> {
  return repo.change(async () => {
    assertTree(repo);
    const sha = await resolve(repo, revision);
    const files = await listChanged(repo, [sha]);
    await assertUnfiltered(repo, files, ["smudge"], sha);
    await repo.run(["reset", "-q", "--hard", sha]);
    return { sha, files };
  });
}

/** Removes files git does not know, ignored ones excepted; or only says which. */
export function cleanFiles(
  repo: Repository,
  given: readonly string[],
  { dryRun }: { readonly dryRun: boolean },
): Promise<string[]> {
  return repo.change(async () => {
    assertTree(repo);
    // Like git: only below the directory that was named.
    const paths = await toPaths(repo, given.length === 0 && repo.layout.below ? ["."] : given);
    const text = await repo.text(["clean", "-d", "-n"], { paths });
    const files = text.split("\n").flatMap((line) => {
      const path = /^Would remove (.*)$/.exec(line)?.[1];
      return path === undefined ? [] : [path];
    });
    if (!dryRun) await repo.run(["clean", "-q", "-d", "-f"], { paths });
    return files;
  });
}
