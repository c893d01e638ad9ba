import type { Room } from "@fairlead/runtime/guard";
import type { Diff, FileDiff } from "./diff.ts";
import type { Commit } from "./log.ts";
import type { Status } from "./status.ts";

/** A page of a comparison as text, and the number of files seen where there are more. */
export interface DiffText {
  readonly text: string;
  readonly next: number | undefined;
}

/** As many files of a comparison as there is room for, the first in any case. */
export function formatDiff({ files, totalFiles, next }: Diff, start: number, room: Room): DiffText {
  if (totalFiles === 0) return { text: "No changes.", next: undefined };
  room.take(toHead(totalFiles, totalFiles));
  const fitting = files.findIndex(({ patch = "", ...file }, index) => {
    return !room.take(`${formatFile(file)}\n${patch}`) && index > 0;
  });
  const shown = fitting < 0 ? files : files.slice(0, fitting);
  const lines = shown.map(formatFile);
  const patches = shown.flatMap(({ patch }) => (patch === undefined ? [] : [patch]));
  const text = [
    toHead(shown.length, totalFiles),
    ...lines,
    // Each ends its own last line, so that together they are still a patch.
    ...(patches.length > 0 ? ["", patches.join("")] : []),
  ].join("\n");
  return { text, next: fitting < 0 ? next : start + fitting };
}

function toHead(shown: number, total: number): string {
  return `${shown} of ${total} changed files:`;
}

function formatFile({ path, from, status, added, deleted }: FileDiff): string {
  const counts = added === undefined ? "binary" : `+${added} -${deleted ?? 0}`;
  return `${status} ${from === undefined ? "" : `${from} -> `}${path} ${counts}`;
}

export function formatCommit({
  sha,
  author,
  email,
  date,
  message,
}: Omit<Commit, "parents">): string {
  return `Commit: ${sha}\nAuthor: ${author} <${email}>\nDate: ${date}\nMessage: ${message}\n`;
}

/** The parents of a merge; any other commit has the one before it. */
export function formatParents({ parents }: Commit): string {
  return parents.length > 1 ? `Merge of: ${parents.join(" ")}\n` : "";
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
  if (conflicts.length > 0) {
    return [`At ${sha}. Conflicts to resolve in:`, ...conflicts].join("\n");
  }
  return `${changed ? "Done" : "Nothing changed"}: ${sha}`;
}
