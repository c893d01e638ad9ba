import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { GitError, toGitError } from "./errors.ts";
import { assertUnfiltered, listChanged } from "./filters.ts";
import { toIdentity } from "./identity.ts";
import type { Repository } from "./repository.ts";
import { find, resolve } from "./revisions.ts";
import { listConflicts } from "./status.ts";
import { assertTree } from "./trees.ts";

/** How joining histories ended: with a commit, or with files somebody has to look at. */
export interface Joined {
  readonly sha: string;
  /** Whether anything is different now. */
  readonly changed: boolean;
  readonly conflicts: string[];
}

type Command = "merge" | "cherry-pick" | "rebase" | "stash";

/** Joins another branch or commit into the current branch. */
export function mergeRevision(
  repo: Repository,
  revision: string,
  ff: "auto" | "only" | "never",
): Promise<Joined> {
  return integrate(repo, revision, "merge", (sha) => {
    const how = { auto: "--ff", only: "--ff-only", never: "--no-ff" }[ff];
    const message = `Merge ${/^[0-9a-f]{40}$/.test(revision) ? "commit" : "branch"} '${revision}'`;
    return [
      "merge",
      "-q",
      "--no-edit",
      "--no-stat",
      "--no-verify-signatures",
      how,
      "-m",
      message,
      sha,
    ];
  });
}

/** Applies one commit to the current branch. */
export function cherryPick(repo: Repository, revision: string): Promise<Joined> {
  return integrate(repo, revision, "cherry-pick", (sha) => ["cherry-pick", sha]);
}

/** Puts the current branch's commits on top of another revision. */
export function rebaseOnto(repo: Repository, revision: string): Promise<Joined> {
  return integrate(repo, revision, "rebase", (sha) => [
    "rebase",
    "-q",
    "--no-stat",
    "--no-autostash",
    sha,
  ]);
}

/** Goes on with a rebase whose conflicts have been resolved. */
export function continueRebase(repo: Repository): Promise<Joined> {
  return repo.change(async () => {
    assertTree(repo);
    await assertHarmlessPlan(repo);
    return attempt(repo, "rebase", ["rebase", "--continue"]);
  });
}

/** Gives up what is under way and goes back to where it began. */
export function abort(repo: Repository, command: Exclude<Command, "stash">): Promise<Joined> {
  return repo.change(() => {
    assertTree(repo);
    return attempt(repo, command, [command, "--abort"]);
  });
}

async function integrate(
  repo: Repository,
  revision: string,
  command: Command,
  toArgs: (sha: string) => readonly string[],
): Promise<Joined> {
  return repo.change(async () => {
    assertTree(repo);
    const sha = await resolve(repo, revision);
    const head = await find(repo, "HEAD");
    if (head !== undefined) {
      await assertUnfiltered(repo, await listChanged(repo, [head, sha]), ["smudge", "merge"]);
    }
    return attempt(repo, command, toArgs(sha));
  });
}

/** Runs what may end in conflicts, which are an answer and not an error. */
export async function attempt(
  repo: Repository,
  command: Command,
  args: readonly string[],
): Promise<Joined> {
  const before = await find(repo, "HEAD");
  const { code, stderr, stdout } = await repo.run(args, { ...toIdentity(repo), codes: [1] });
  const conflicts = code === 0 ? [] : await listConflicts(repo);
  if (code !== 0 && conflicts.length === 0) {
    const { message, hint } = toGitError(command, stderr, stdout.toString());
    throw new GitError(repo.redact(message), hint);
  }
  const sha = (await find(repo, "HEAD")) ?? "";
  return { sha, changed: sha !== before || conflicts.length > 0, conflicts };
}

/** A rebase under way has a list of steps on disk, which can name programs. */
async function assertHarmlessPlan(repo: Repository): Promise<void> {
  const place = join(repo.layout.gitDir, "rebase-merge");
  const plan = await readFile(join(place, "git-rebase-todo"), "utf8").catch(() => undefined);
  const strategy = await readFile(join(place, "strategy"), "utf8").catch(() => "");
  const known =
    /^(?:#.*|\s*|(?:pick|p|drop|d|reword|r|edit|e|squash|s|fixup|f|noop|label|l|reset|t|merge|m|update-ref|u|break|b)(?:\s.*)?)$/;
  const steps = plan?.split("\n") ?? [];
  if (plan !== undefined && strategy.trim() === "" && steps.every((step) => known.test(step)))
    return;
  throw new GitError(
    "The rebase under way is not one this server can go on with: its steps could run programs.",
    "Abort it with action: abort, or ask the user to finish it.",
  );
}
