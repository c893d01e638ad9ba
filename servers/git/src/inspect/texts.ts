import { type Room, revealText } from "@fairlead/guard";
import { showName } from "../repository/names.ts";
import type { FileDiff } from "./changes.ts";
import type { Diff, DiffPosition } from "./diff.ts";
import type { Commit } from "./log.ts";
import type { FileContent } from "./objects.ts";
import type { Status } from "./status.ts";

/** A page of a comparison as text, and where the page after it begins if there is one. */
export interface DiffText {
  readonly text: string;
  readonly next: DiffPosition | undefined;
}

/** Kept free for the words about what is left of a patch, which stand on lines of their own. */
const note = `${"x".repeat(120)}\n\n\n\n`;

/** As many files of a comparison as there is room for, the first in any case. */
export function formatDiff({ files, totalFiles, start }: Diff, room: Room): DiffText {
  if (totalFiles === 0) return { text: "No changes.", next: undefined };
  room.take(toHead(totalFiles, totalFiles));
  const [only] = files;
  if (totalFiles === 1 && only?.patch !== undefined) return formatOnly(only, only.patch, room);
  const fitting = files.findIndex((file, index) => {
    return !room.take(`${formatFile(file)}\n${formatPatch(file)}`) && index > 0;
  });
  const shown = fitting < 0 ? files : files.slice(0, fitting);
  const end = start + shown.length;
  const text = join(
    toHead(shown.length, totalFiles),
    shown.map(formatFile),
    shown.map(formatPatch),
  );
  return { text, next: end < totalFiles ? { files: end, characters: 0 } : undefined };
}

/** The patch of a comparison's only file, as far as there is room; the next page goes on in it. */
function formatOnly(file: FileDiff, patch: string, room: Room): DiffText {
  const before = file.before ?? 0;
  const onwards = before > 0 ? `[Goes on after ${before} characters of the patch.]\n` : "";
  const head = [toHead(1, 1), formatFile(file), "", `${onwards}${file.note ?? ""}`].join("\n");
  room.take(`${head}${note}`);
  // On later pages, the text before the next @@ is code and not a header.
  const reveal = before === 0 ? revealHeader : (text: string) => text;
  const visible = reveal(patch);
  const whole = room.fit(visible);
  if (whole === visible.length) return { text: `${head}${visible}`, next: undefined };
  const end = patch.lastIndexOf("\n", room.fit(patch) - 1) + 1 || Math.max(room.fit(patch), 1);
  const shown = reveal(patch.slice(0, end));
  const rest = `${shown.endsWith("\n") ? "" : "\n"}[The rest of the patch is on the next page.]\n`;
  return { text: `${head}${shown}${rest}`, next: { files: 0, characters: before + end } };
}

function join(head: string, lines: readonly string[], patches: readonly string[]): string {
  // Each patch ends its own last line, so that together they are still a patch.
  const all = patches.join("");
  return [head, ...lines, ...(all === "" ? [] : ["", all])].join("\n");
}

function toHead(shown: number, total: number): string {
  return `${shown} of ${total} changed files:`;
}

function formatFile({ path, from, status, added, deleted }: FileDiff): string {
  const none = status === "U" ? "in conflict" : "binary";
  const counts = added === undefined ? none : `+${added} -${deleted ?? 0}`;
  return `${status} ${from === undefined ? "" : `${showName(from)} -> `}${showName(path)} ${counts}`;
}

function formatPatch({ patch = "", note = "" }: FileDiff): string {
  return `${note}${revealHeader(patch)}`;
}

/** Names in the header of a patch come quoted, but for what only people cannot see. */
function revealHeader(patch: string): string {
  const end = patch.search(/^@@/m);
  if (end < 0) return patch;
  const header = revealText(patch.slice(0, end)).replaceAll("\u2028", "\\u{2028}");
  return `${header.replaceAll("\u2029", "\\u{2029}")}${patch.slice(end)}`;
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
    ({ status: letters, from, path }) =>
      `${letters} ${from === undefined ? "" : `${showName(from)} -> `}${showName(path)}`,
  );
  const under = state === undefined ? [] : [`A ${state} is under way.`];
  return [head, ...under, ...(lines.length > 0 ? lines : ["Nothing changed."])].join("\n");
}

/** The warning about repositories that were staged as links. */
export function formatNested(nested: readonly string[]): string[] {
  if (nested.length === 0) return [];
  const names = nested.map(showName).join(", ");
  return [
    `Warning: staged as links, without any of their files, because each is a repository of its own: ${names}. git_reset takes them out again; a submodule is made with git submodule add.`,
  ];
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
    return [`At ${sha}. Conflicts to resolve in:`, ...conflicts.map(showName)].join("\n");
  }
  return `${changed ? "Done" : "Nothing changed"}: ${sha}`;
}

/** What of a file was not shown, and how to go on. */
export function formatRest({ lines, nextLine, cut }: FileContent): string[] {
  const part =
    cut &&
    `Line ${cut.line} is cut: ${cut.shown} of its ${cut.of} characters are shown; git_grep shows the part around a text`;
  const stopped =
    nextLine === undefined
      ? undefined
      : `Stopped after line ${nextLine - 1} of ${lines}. Go on with start_line ${nextLine}`;
  const notes = [part, stopped].filter((note) => note !== undefined);
  return notes.length === 0 ? [] : [`[${notes.join(". ")}.]`];
}
