import { GitError } from "../errors.ts";
import type { Repository } from "./repository.ts";

const longest = 500;

/** Refuses what git would take for an option, or for more than one argument. */
export function assertName(value: string, what: string): void {
  const bad =
    value === "" || value.startsWith("-") || value.length > longest || /[\0\n\r]/.test(value);
  if (!bad) return;
  const shown = JSON.stringify(value.slice(0, 60));
  throw new GitError(
    `${shown} is not a ${what}.`,
    `A ${what} must be one short line that is not empty and does not begin with "-".`,
  );
}

/** The full id of what a revision names, as a commit unless another type is asked for. */
export async function resolve(
  repo: Repository,
  revision: string,
  type: "commit" | "tree" | "object" = "commit",
): Promise<string> {
  const found = await find(repo, revision, type);
  if (found !== undefined) return found;
  throw new GitError(
    `There is no ${type} named ${JSON.stringify(repo.redact(revision))}.`,
    "git_branch, git_tag_list and git_log list the names.",
  );
}

/** As `resolve`, but undefined where nothing has that name. */
export async function find(
  repo: Repository,
  revision: string,
  type: "commit" | "tree" | "object" = "commit",
): Promise<string | undefined> {
  assertName(revision, "revision");
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{${type}}`];
  const { stdout, code } = await repo.run(args, { codes: [1, 128] });
  const id = stdout.toString().trim();
  return code === 0 && /^[0-9a-f]{40,64}$/.test(id) ? id : undefined;
}

/** Names that stand for one object however they are combined: no range, no search, no exclusion. */
const plainName = /^(?!.*\.\.)[\p{L}\p{N}_][\p{L}\p{N}_/.+#@{}-]*(?:[~^]\d*)*$/u;

/**
 * Hands commits to a command by their names, which saves asking for their ids; where that fails, or
 * a name could mean more to git than one commit, by their ids.
 */
export async function withRevisions<T>(
  repo: Repository,
  revisions: readonly string[],
  use: (names: readonly string[]) => Promise<T>,
): Promise<T> {
  for (const revision of revisions) assertName(revision, "revision");
  if (revisions.every((revision) => plainName.test(revision))) {
    try {
      return await use(revisions.map((revision) => `${revision}^{commit}`));
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
    }
  }
  const [a = "", b] = revisions;
  return use(b === undefined ? [await resolve(repo, a)] : await resolveBoth(repo, a, b));
}

/** Hands over what is compared: `a..b`, `a...b`, or one revision with the working tree. */
export function withTarget<T>(
  repo: Repository,
  target: string,
  use: (what: readonly string[]) => Promise<T>,
): Promise<T> {
  assertName(target, "revision");
  const range = /^(.*?)(\.{2,3})(?!\.)(.*)$/.exec(target);
  if (range === null) return withRevisions(repo, [target], use);
  const [, from = "", dots = "", to = ""] = range;
  return withRevisions(repo, [from || "HEAD", to || "HEAD"], ([a, b]) => use([`${a}${dots}${b}`]));
}

/** As `resolve` of each, by one command where both are there. */
async function resolveBoth(repo: Repository, a: string, b: string): Promise<string[]> {
  for (const revision of [a, b]) assertName(revision, "revision");
  const names = [`${a}^{commit}`, `${b}^{commit}`];
  const { stdout } = await repo.run(["rev-parse", "--end-of-options", ...names], { codes: [128] });
  // Depending on its version git repeats the option that ends the options.
  const ids = stdout
    .toString()
    .split("\n")
    .filter((line) => /^[0-9a-f]{40,64}$/.test(line));
  return ids.length === 2 ? ids : Promise.all([resolve(repo, a), resolve(repo, b)]);
}

/** The current branch, or undefined when no branch is checked out. */
export async function currentBranch(repo: Repository): Promise<string | undefined> {
  const args = ["symbolic-ref", "--short", "--quiet", "HEAD"];
  const name = await repo.text(args, { codes: [1] });
  return name.trim() || undefined;
}

/** Refuses what cannot be the name of a new branch or tag. */
export async function assertRefName(
  repo: Repository,
  name: string,
  kind: "heads" | "tags",
): Promise<void> {
  assertName(name, kind === "heads" ? "branch name" : "tag name");
  const { code } = await repo.run(["check-ref-format", `refs/${kind}/${name}`], { codes: [1] });
  if (code === 0 && name !== "HEAD") return;
  throw new GitError(
    `${JSON.stringify(name)} is not a valid name.`,
    "Use letters, digits, - and /, without spaces, '..', '~', '^', ':' or a leading dash.",
  );
}
