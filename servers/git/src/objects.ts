import type { Room } from "@fairlead/runtime/guard";
import { type Diff, type DiffPosition, readShown } from "./diff.ts";
import { GitError } from "./errors.ts";
import { type Commit, commitFields, toCommit, toFormat } from "./log.ts";
import { toPaths } from "./pathspecs.ts";
import type { Repository } from "./repository.ts";
import { resolve, withRevisions } from "./revisions.ts";

const maxBytes = 8 * 1024 * 1024;

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
  const listed = await repo.records(["ls-tree", "-z", "--full-tree", tree, "--", name]);
  const [, type = "", id = ""] = /^\d+ (\w+) ([0-9a-f]+)\t/.exec(listed[0] ?? "") ?? [];
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
  const listed = await repo.records(args, { maxBytes: 64 * 1024 * 1024, paths: below });
  const all = [...new Set(listed)];
  const end = query.start + query.most;
  const next = end < all.length ? end : undefined;
  return { files: all.slice(query.start, end), total: all.length, next };
}
