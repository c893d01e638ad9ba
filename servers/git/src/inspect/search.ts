import { revealText } from "@fairlead/guard";
import { GitError } from "../errors.ts";
import { splitRecords, toPathText } from "../repository/names.ts";
import { toPaths } from "../repository/pathspecs.ts";
import type { Repository } from "../repository/repository.ts";
import { find, resolve } from "../repository/revisions.ts";

export interface Match {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

export interface SearchQuery {
  readonly pattern: string;
  readonly regex: boolean;
  readonly ignoreCase: boolean;
  readonly revision?: string | undefined;
  readonly paths: readonly string[];
  readonly start: number;
  readonly most: number;
}

const longestLine = 300;
/** Characters shown before what was found in a long line. */
const leading = 100;
const maxBytes = 4 * 1024 * 1024;

/** The lines that hold a pattern, in the working tree's tracked files or in a revision. */
export async function searchText(
  repo: Repository,
  query: SearchQuery,
): Promise<{ readonly matches: Match[]; readonly next: number | undefined }> {
  if (query.pattern === "" || query.pattern.includes("\0")) {
    throw new GitError("The pattern is empty or holds a NUL.", "Give the text to find.");
  }
  const bare = repo.layout.top === undefined ? "HEAD" : undefined;
  const revision = query.revision ?? bare;
  const tree = revision === undefined ? undefined : await resolve(repo, revision);
  const args = [
    "grep",
    "-z",
    "-n",
    "--column",
    "-I",
    "--full-name",
    "--no-color",
    "--no-textconv",
    "--no-recurse-submodules",
    query.regex ? "-E" : "-F",
    ...(query.ignoreCase ? ["-i"] : []),
    "-f",
    "-",
    ...(tree === undefined ? [] : [tree]),
  ];
  const { stdout, cut } = await repo.run(args, {
    input: `${query.pattern}\n`,
    codes: [1],
    maxBytes,
    paths: await toPaths(repo, query.paths),
  });
  const all = toMatches(repo, stdout, tree === undefined ? 0 : tree.length + 1);
  const end = query.start + query.most;
  const matches = all.slice(query.start, end);
  if (cut && matches.length === 0) {
    throw new GitError(
      "There are too many matches to page through.",
      "Narrow the pattern or the paths.",
    );
  }
  return { matches, next: end < all.length || cut ? query.start + matches.length : undefined };
}

/** The records of `grep -z -n --column`, as bytes: columns count these, and names may hold line ends. */
function toMatches(repo: Repository, output: Buffer, skip: number): Match[] {
  const records = output.toString("latin1").matchAll(/([^\0]*)\0(\d+)\0(\d+)\0([^\n]*)\n?/g);
  return [...records].map(([, name = "", line = "0", column = "1", found = ""]) => {
    const [path = ""] = splitRecords(Buffer.from(name, "latin1").subarray(skip));
    const decode = (part: string) => repo.redact(Buffer.from(part, "latin1").toString());
    const before = decode(found.slice(0, Number(column) - 1));
    return {
      path: repo.redact(path),
      line: Number(line),
      text: toWindow(decode(found), before.length),
    };
  });
}

/** A part of a line with what was found in it; marks tell where the line goes on. */
function toWindow(line: string, at: number): string {
  if (line.length <= longestLine) return revealText(line);
  const start = Math.max(Math.min(at - leading, line.length - longestLine), 0);
  const end = start + longestLine;
  const part = revealText(line.slice(start, end).toWellFormed());
  return `${start > 0 ? "…" : ""}${part}${end < line.length ? "…" : ""}`;
}

export interface BlameLine {
  readonly line: number;
  readonly sha: string;
  readonly author: string;
  readonly date: string;
  readonly text: string;
}

export interface BlameQuery {
  readonly path: string;
  readonly startLine?: number | undefined;
  readonly endLine?: number | undefined;
  readonly revision?: string | undefined;
}

const mostBlamed = 500;

/** Who last changed each line of a file; `next` is the line after the last one shown. */
export async function blameFile(
  repo: Repository,
  { path, startLine = 1, endLine, revision }: BlameQuery,
): Promise<{ readonly lines: BlameLine[]; readonly next: number | undefined }> {
  const [name = ""] = await toPaths(repo, [path]);
  const file = toPathText(name);
  if (file === undefined) {
    throw new GitError(
      `git blame does not work for '${path}': its name is not UTF-8.`,
      "git_log with this path shows its commits, and git_read_file its lines.",
    );
  }
  const start = Math.max(startLine, 1);
  const end = Math.min(endLine ?? Number.POSITIVE_INFINITY, start + mostBlamed);
  if (end < start) throw new GitError("end_line is before start_line.", "Swap them.");
  const head = revision === undefined ? await find(repo, "HEAD") : await resolve(repo, revision);
  if (head === undefined) {
    throw new GitError("The repository has no commits yet.", "Make a first commit.");
  }
  const at = revision === undefined && repo.layout.top !== undefined ? [] : [head];
  // Git shows a line of that file if it holds no revisions: it must not be one that config names.
  const own = repo.settings.trusted ? [] : ["--no-ignore-revs-file"];
  const flags = ["--line-porcelain", "--no-textconv", "--root", ...own, `-L${start},${end}`];
  const output = await repo.text(["blame", ...flags, ...at, "--", file], { maxBytes });
  const lines = output
    .split(/(?<=\n)(?=[0-9a-f]{40,64} \d+ \d+)/)
    .filter((part) => part !== "")
    .map(toBlameLine);
  const more = lines.length > mostBlamed;
  return { lines: lines.slice(0, mostBlamed), next: more ? start + mostBlamed : undefined };
}

function toBlameLine(part: string): BlameLine {
  const [, sha = "", line = "0"] = /^([0-9a-f]+) \d+ (\d+)/.exec(part) ?? [];
  const [, author = ""] = /^author (.*)$/m.exec(part) ?? [];
  const [, seconds = "0"] = /^author-time (\d+)$/m.exec(part) ?? [];
  const [, text = ""] = /\n\t([^\n]*)/.exec(part) ?? [];
  const date = new Date(Number(seconds) * 1000).toISOString();
  return { line: Number(line), sha, author: revealText(author), date, text: toWindow(text, 0) };
}
