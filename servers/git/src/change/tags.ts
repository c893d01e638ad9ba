import { GitError } from "../errors.ts";
import { findSkipped } from "../repository/hooks.ts";
import { toIdentity } from "../repository/identity.ts";
import type { Repository } from "../repository/repository.ts";
import { assertRefName, resolve } from "../repository/revisions.ts";

/** Makes a tag; with a message it is an object of its own, with author and date. */
export function createTag(
  repo: Repository,
  name: string,
  {
    revision = "HEAD",
    message,
  }: {
    readonly revision?: string | undefined;
    readonly message?: string | undefined;
  },
): Promise<{ readonly tag: string; readonly sha: string; readonly skipped: string[] }> {
  return repo.change(async () => {
    await assertRefName(repo, name, "tags");
    const sha = await resolve(repo, revision);
    if (message?.trim() === "" || message?.includes("\0")) {
      throw new GitError("The message is empty or holds a NUL.", "Leave it out, or give a text.");
    }
    const annotated =
      message === undefined
        ? ["--no-sign"]
        : ["--no-sign", "--annotate", "--cleanup=whitespace", "-F", "-"];
    await repo.run(["tag", ...annotated, name, sha], {
      ...(await toIdentity(repo)),
      input: message ?? "\n",
    });
    const keys = ["tag.gpgsign", ...(message === undefined ? [] : ["tag.forcesignannotated"])];
    return { tag: name, sha, skipped: await findSkipped(repo, { hooks: [], signs: keys }) };
  });
}
