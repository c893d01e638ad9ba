/** An error about a repository that whoever asked can do something about: the hint says what. */
export class GitError extends Error {
  override readonly name = "GitError";
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}

const longest = 1000;

/** What git says in words of its own, and what to do about it; the first that fits counts. */
const hints: readonly (readonly [RegExp, string])[] = [
  [
    /index\.lock|cannot lock ref|Unable to create .*\.lock/,
    "Another git is at work: try again. If it stays, one that was ended has left the lock behind.",
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
  [/transport '.*' not allowed/, "The server permits other protocols only; see --allow-protocols."],
  [
    /Authentication failed|could not read (?:Username|Password)|Permission denied|HTTP Basic|403|401/,
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
  const [, hint] = hints.find(([pattern]) => pattern.test(message)) ?? [];
  return new GitError(message, hint ?? "Look at git_status, then try something else.");
}
