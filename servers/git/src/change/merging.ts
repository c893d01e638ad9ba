import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { GitError } from "../errors.ts";
import { listConflicts } from "../inspect/status.ts";
import { assertUnfiltered, listChanged } from "../repository/filters.ts";
import { toIdentity } from "../repository/identity.ts";
import type { Repository } from "../repository/repository.ts";
import { find, resolve } from "../repository/revisions.ts";
import { assertTree, toEmptyTree } from "../repository/trees.ts";

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
    "--merge",
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
    const head = (await find(repo, "HEAD")) ?? toEmptyTree(sha);
    await assertUnfiltered(repo, await listChanged(repo, [head, sha]), ["smudge", "merge"], sha);
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
  const output = await repo.run(args, { ...(await toIdentity(repo)), codes: [1] });
  const conflicts = output.code === 0 ? [] : await listConflicts(repo);
  if (output.code !== 0 && conflicts.length === 0) throw repo.toError(command, output);
  const sha = (await find(repo, "HEAD")) ?? "";
  return { sha, changed: sha !== before || conflicts.length > 0, conflicts };
}

const knownStep =
  /^(?:#.*|\s*|(?:pick|p|drop|d|reword|r|edit|e|squash|s|fixup|f|noop|label|l|reset|t|merge|m|update-ref|u|break|b)(?:\s.*)?)$/;
const knownVariable = /^(?:GIT_AUTHOR_(?:NAME|EMAIL|DATE)=.*)?$/;

/**
 * A rebase under way has its steps on disk, which can name programs, and variables for the commits
 * it makes. One that applies patches has options for `git apply`, which can write anywhere.
 */
async function assertHarmlessPlan(repo: Repository): Promise<void> {
  const { gitDir } = repo.layout;
  const read = (name: string) =>
    readFile(join(gitDir, "rebase-merge", name), "utf8").catch(() => undefined);
  const [plan, strategy, signs, script = "", patches] = await Promise.all([
    read("git-rebase-todo"),
    read("strategy"),
    read("gpg_sign_opt"),
    read("author-script"),
    lstat(join(gitDir, "rebase-apply")).catch(() => undefined),
  ]);
  const known =
    plan?.split("\n").every((step) => knownStep.test(step)) === true &&
    script.split("\n").every((line) => knownVariable.test(line));
  if (known && [strategy, signs, patches].every((found) => found === undefined)) return;
  throw new GitError(
    "This server cannot continue the rebase that is under way: its steps could run programs.",
    "Abort it with action: abort, or ask the user to finish it.",
  );
}
