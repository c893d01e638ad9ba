import type { Diff, FileDiff } from "./diff.ts";
import type { Commit } from "./log.ts";
import type { Status } from "./status.ts";

/** Characters of an answer kept free for what stands around the patches. */
const reserve = 2000;

/** What patches may take of a budget, which JSON's escapes eat into. */
export function toPatchBudget(budget: number): number {
  return Math.max((Math.min(budget, 10_000_000) - reserve) / 1.3, 500);
}

export function formatDiff({
  files,
  total_files,
}: {
  readonly files: readonly FileDiff[];
  readonly total_files: number;
}): string {
  if (total_files === 0) return "No changes.";
  const lines = files.map(({ path, from, status, added, deleted }) => {
    const counts = added === undefined ? "binary" : `+${added} -${deleted ?? 0}`;
    return `${status} ${from === undefined ? "" : `${from} -> `}${path} ${counts}`;
  });
  const head = `${files.length} of ${total_files} changed files:`;
  const patches = files.flatMap(({ patch }) => (patch === undefined ? [] : [patch]));
  // Each ends its own last line, so that together they are still a patch.
  return [head, ...lines, ...(patches.length > 0 ? ["", patches.join("")] : [])].join("\n");
}

export function toDiffOutput({ files, totalFiles, next }: Diff) {
  return { files, total_files: totalFiles, next_cursor: next };
}

export function formatCommit({ sha, author, email, date, message }: Commit): string {
  return `Commit: ${sha}\nAuthor: ${author} <${email}>\nDate: ${date}\nMessage: ${message}\n`;
}

export function formatLine({ sha, date, author, message }: Commit): string {
  return `${sha} ${date} ${author}: ${message.split("\n")[0]}`;
}

export function formatStatus(status: Status): string {
  const { branch, sha, upstream, ahead = 0, behind = 0, state, files } = status;
  const commit = sha === undefined ? "no commits yet" : `at ${sha}`;
  const tracking = upstream === undefined ? "" : `, ${upstream} +${ahead} -${behind}`;
  const head = `${branch === undefined ? "No branch" : `On branch ${branch}`} ${commit}${tracking}`;
  const lines = files.map(
    (file) => `${file.status} ${file.from === undefined ? "" : `${file.from} -> `}${file.path}`,
  );
  const under = state === undefined ? [] : [`A ${state} is under way.`];
  return [head, ...under, ...(lines.length > 0 ? lines : ["Nothing changed."])].join("\n");
}

/** What a person's own git would have run, as the line that says so. */
export function formatSkipped(skipped: readonly string[]): string[] {
  if (skipped.length === 0) return [];
  return [`Not run: ${skipped.join(", ")}. --trust-repo-config would run them.`];
}

export function formatJoined({
  sha,
  changed,
  conflicts,
}: {
  readonly sha: string;
  readonly changed: boolean;
  readonly conflicts: readonly string[];
}): string {
  if (conflicts.length > 0) return ["Conflicts to resolve in:", ...conflicts].join("\n");
  return `${changed ? "Done" : "Nothing changed"}: ${sha}`;
}
