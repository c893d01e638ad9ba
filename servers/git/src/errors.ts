import { HintError, revealText } from "@fairlead/guard";

/** An error about a repository that the caller can do something about: the hint says what. */
export class GitError extends HintError {
  override readonly name = "GitError";

  constructor(message: string, hint: string, options?: ErrorOptions) {
    // Names of others stand in both: none may hide anything, nor drive a terminal.
    super(revealText(message), revealText(hint), options);
  }
}

const longest = 1000;

/** What git says in words of its own, and what to do about it, with `$1` from it; the first that fits counts. */
const hints: readonly (readonly [RegExp, string])[] = [
  [
    /'refs\/heads\/([^'\n]+)' exists; cannot create/,
    'The branch "$1" is in the way: of two branches neither can be named like a directory of the other. Choose another name.',
  ],
  [
    /'refs\/tags\/([^'\n]+)' exists; cannot create/,
    'The tag "$1" is in the way: of two tags neither can be named like a directory of the other. Choose another name.',
  ],
  [
    /'refs\/remotes\/([^'\n]+)' exists; cannot create/,
    '"$1" is in the way, a branch that the remote may no longer have: git_fetch with prune removes it.',
  ],
  [
    /does not have a commit checked out/,
    "It is a repository of its own without a commit: leave it out, or commit there first.",
  ],
  [
    /from promisor remote|lazy fetching disabled|promised object|promisor/,
    "This is a partial clone, and a part of it that was left out has to be fetched first. The server never fetches while it reads, so that reading needs no network: ask the user to run git fetch --refetch, or clone again without a filter.",
  ],
  [
    /index\.lock|cannot lock ref|Unable to create .*\.lock/,
    "Another git process is running: try again. If the error stays, a process that was stopped has left the lock behind.",
  ],
  [
    /tell me who you are|empty ident|auto-detection is disabled/,
    "Start the server with --author-name and --author-email.",
  ],
  [/nothing to commit|no changes added/, "Stage changes with git_add first."],
  [/would be overwritten by/, "Commit or stash the local changes first."],
  [/did not match any file/, "Check the path with git_status or git_ls_files."],
  [/ignored by one of your/, "The path is in .gitignore; leave it out."],
  [/already exists/, "Choose another name, or use the existing one."],
  [
    /transport '.*' not allowed/,
    "The server does not permit this protocol; see --allow-protocols.",
  ],
  [
    /Authentication failed|could not read (?:Username|Password)|Permission denied|HTTP Basic|\b40[13]\b/,
    "Start the server with a token (GIT_TOKEN) that may do this; the user's own credential helpers run with --trust-repo-config only.",
  ],
  [
    /Could not resolve host|unable to access|Could not read from remote/,
    "Check that the remote is reachable and that access is permitted.",
  ],
  [
    /non-fast-forward|fetch first|\[rejected\]|Not possible to fast-forward|stale info/,
    "Fetch and integrate the remote's commits first.",
  ],
  [/does not have any commits yet/, "Make a first commit."],
  [/CONFLICT|conflict|unmerged/, "Resolve the conflicts, stage the files and commit, or abort."],
  [
    /bad (?:revision|object)|unknown revision|Needed a single revision|ambiguous argument/,
    "Check the name with git_branch, git_tag_list or git_log.",
  ],
];

/** The error for a command that failed, from what it wrote; warnings are nobody's business here. */
export function toGitError(command: string, stderr: string, stdout = ""): GitError {
  const said = [...stderr.split("\n"), ...stdout.split("\n").slice(0, 20)]
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(?:warning|hint|trace):/i.test(line));
  const message = said.join("\n").slice(0, longest) || `git ${command} failed.`;
  for (const [pattern, hint] of hints) {
    const found = pattern.exec(message);
    if (found !== null)
      return new GitError(
        message,
        hint.replace("$1", () => found[1] ?? ""),
      );
  }
  return new GitError(message, "Look at git_status, then try something else.");
}
