import type { Room } from "@fairlead/guard";
import { GitError } from "../errors.ts";
import { toPathBytes, toPathText } from "../repository/names.ts";
import { toPaths } from "../repository/pathspecs.ts";
import type { Repository } from "../repository/repository.ts";
import { resolve, withRevisions } from "../repository/revisions.ts";
import { type Diff, type DiffPosition, readShown } from "./diff.ts";
import { type Commit, commitFields, toCommit, toFormat } from "./log.ts";

const maxBytes = 8 * 1024 * 1024;
/** Bytes that the list of all files may have. */
const maxListed = 64 * 1024 * 1024;

export interface ShowQuery {
  readonly paths?: readonly string[];
  readonly statOnly?: boolean;
  readonly from?: DiffPosition;
  /** Characters all patches together may have. */
  readonly budget: number;
}

/** A commit and what it changed, compared with its first parent. */
export async function showCommit(
  repo: Repository,
  revision: string,
  query: ShowQuery,
): Promise<{ readonly commit: Commit; readonly diff: Diff }> {
  const paths = await toPaths(repo, query.paths ?? []);
  return withRevisions(repo, [revision], async ([name = ""]) => {
    const flags = [
      "--diff-merges=first-parent",
      "--no-show-signature",
      "--no-notes",
      "--no-decorate",
    ];
    const command = ["show", ...flags, toFormat(), name];
    const fieldCount = commitFields.length;
    const { fields, diff } = await readShown(repo, command, { ...query, paths, fieldCount });
    return { commit: toCommit(fields, Number.POSITIVE_INFINITY), diff };
  });
}

export interface FileContent {
  readonly text: string;
  /** Bytes. */
  readonly size: number;
  readonly lines: number;
  /** The line after the last one shown, where there are more. */
  readonly nextLine: number | undefined;
  /** The only line shown where it did not fit, with its characters. */
  readonly cut?: { readonly line: number; readonly shown: number; readonly of: number } | undefined;
}

/** The lines of a file as a revision has it, from `startLine` as far as there is room. */
export async function readFileAt(
  repo: Repository,
  revision: string,
  path: string,
  { startLine = 1, room }: { readonly startLine?: number | undefined; readonly room: Room },
): Promise<FileContent> {
  const tree = await resolve(repo, revision);
  const [name = ""] = await toPaths(repo, [path]);
  const { type, id } = await findEntry(repo, tree, name);
  if (type !== "blob") {
    const found = type === "" ? "There is no file" : `It is a ${type}, not a file:`;
    throw new GitError(`${found} '${path}' at ${revision}.`, "git_ls_files lists the files.");
  }
  const { stdout, cut } = await repo.run(["cat-file", "blob", id], { maxBytes });
  if (cut) throw new GitError(`'${path}' is over 8 MB.`, "Search it with git_grep instead.");
  if (stdout.subarray(0, 8000).includes(0)) {
    throw new GitError(`'${path}' is binary (${stdout.length} bytes).`, "Only text can be read.");
  }
  return cutLines(repo.redact(stdout.toString()), stdout.length, Math.max(startLine, 1), room);
}

/** What a tree has at exactly this path; an empty type for nothing. */
async function findEntry(
  repo: Repository,
  tree: string,
  name: string,
): Promise<{ readonly type: string; readonly id: string }> {
  if (name === ".") return { type: "tree", id: tree };
  // Arguments are text: a name of other bytes is looked for in the list of all.
  const text = toPathText(name);
  const which = text === undefined ? ["-r", "-t", tree] : [tree, "--", text];
  const list = ["ls-tree", "-z", "--full-tree", ...which];
  const { stdout } = await repo.run(list, { maxBytes: maxListed });
  const wanted = toPathBytes(name);
  for (let at = 0, end = stdout.indexOf(0); end >= 0; end = stdout.indexOf(0, at)) {
    const tab = stdout.indexOf("\t", at);
    if (stdout.subarray(tab + 1, end).equals(wanted)) {
      const [, type = "", id = ""] = stdout.toString("latin1", at, tab).split(" ");
      return { type, id };
    }
    at = end + 1;
  }
  return { type: "", id: "" };
}

function cutLines(text: string, size: number, startLine: number, room: Room): FileContent {
  const lines = text.split(/(?<=\n)/);
  let [shown, at] = ["", startLine - 1];
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (!room.take(line)) break;
    shown += line;
  }
  const total = text === "" ? 0 : lines.length;
  const next = lines[at];
  if (next === undefined) return { text: shown, size, lines: total, nextLine: undefined };
  if (shown !== "") return { text: shown, size, lines: total, nextLine: at + 1 };
  const part = next.slice(0, room.fit(next));
  const cut = { line: at + 1, shown: part.length, of: next.length };
  const nextLine = at + 1 < lines.length ? at + 2 : undefined;
  return { text: part, size, lines: total, nextLine, cut };
}

/** The files of a revision, or of the index, below a path; `next` counts those before the rest. */
export async function listFiles(
  repo: Repository,
  query: {
    readonly revision?: string | undefined;
    readonly path?: string | undefined;
    readonly start: number;
    readonly most: number;
  },
): Promise<{
  readonly files: string[];
  readonly total: number;
  readonly next: number | undefined;
}> {
  const paths = query.path === undefined ? [] : await toPaths(repo, [query.path]);
  const args =
    query.revision === undefined
      ? ["ls-files", "-z", "--cached"]
      : [
          ...["ls-tree", "-r", "-z", "--name-only", "--full-tree"],
          await resolve(repo, query.revision),
        ];
  const below = query.revision === undefined ? paths : paths.filter((path) => path !== ".");
  // A tree can be asked for text only: another name is looked for among all.
  const other =
    query.revision !== undefined && below.find((path) => toPathText(path) === undefined);
  const listed = await repo.records(args, { maxBytes: maxListed, paths: other ? [] : below });
  const all = [...new Set(listed)].filter((path) => !other || isIn(path, other));
  const end = query.start + query.most;
  const next = end < all.length ? end : undefined;
  return { files: all.slice(query.start, end), total: all.length, next };
}

/** Whether a path is another one or lies below it, by their bytes. */
function isIn(path: string, other: string): boolean {
  const [bytes, start] = [toPathBytes(path), toPathBytes(other)];
  const next = bytes[start.length] ?? 0x2f;
  return next === 0x2f && bytes.subarray(0, start.length).equals(start);
}
