import { revealText } from "@fairlead/guard";
import { toPaths } from "../repository/pathspecs.ts";
import { redactUrls } from "../repository/repo-config.ts";
import type { Repository } from "../repository/repository.ts";
import { find, resolve, withRevisions } from "../repository/revisions.ts";
import { toMoment } from "./dates.ts";

export interface Commit {
  readonly sha: string;
  readonly author: string;
  readonly email: string;
  readonly date: string;
  readonly message: string;
  readonly parents: string[];
}

/** Where a page of history begins: so many commits after one. */
export interface LogPosition {
  readonly head: string;
  readonly skip: number;
}

export interface LogQuery {
  readonly ref?: string | undefined;
  readonly path?: string | undefined;
  readonly author?: string | undefined;
  readonly grep?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly count: number;
  readonly from?: LogPosition | undefined;
  /** `a..b` with both sides resolved, instead of a ref. */
  readonly range?: string | undefined;
}

/** Names and addresses as `.mailmap` has them. */
export const commitFields = ["%H", "%aN", "%aE", "%aI", "%P", "%B"] as const;
const longestMessage = 2000;
const mostCommits = 1000;

/** The option that makes git print the fields of a commit with NUL between them. */
export function toFormat(): string {
  return `--format=${commitFields.join("%x00")}`;
}

/** A page of the history of a revision, newest first; `next` is where the page after it begins. */
export async function readLog(
  repo: Repository,
  query: LogQuery,
): Promise<{ readonly commits: Commit[]; readonly next: LogPosition | undefined }> {
  const { range, from, ref = "HEAD" } = query;
  const read = async (head: string) => readPage(repo, query, head);
  if (range !== undefined) return read(range);
  const start = from?.head ?? ref;
  try {
    return await withRevisions(repo, [start], ([head = ""]) => read(head));
  } catch (error) {
    // Nothing has been committed yet.
    const isNew = start === "HEAD" && (await find(repo, "HEAD")) === undefined;
    if (isNew) return { commits: [], next: undefined };
    throw error;
  }
}

async function readPage(
  repo: Repository,
  query: LogQuery,
  head: string,
): Promise<{ readonly commits: Commit[]; readonly next: LogPosition | undefined }> {
  const { since, until } = query;
  const skip = query.from?.skip ?? 0;
  const count = Math.min(Math.max(query.count, 1), mostCommits);
  const paths = query.path === undefined ? [] : await toPaths(repo, [query.path]);
  const filters = [
    ...option("--author", query.author),
    ...option("--grep", query.grep),
    ...(since === undefined ? [] : [`${repo.since}=${toMoment(since, "first")}`]),
    ...(until === undefined ? [] : [`--until=${toMoment(until, "last")}`]),
  ];
  const args = [
    "log",
    "-z",
    toFormat(),
    "--no-show-signature",
    "--use-mailmap",
    "--no-decorate",
    "--no-notes",
    "--fixed-strings",
    "--regexp-ignore-case",
    `--max-count=${count + 1}`,
    `--skip=${skip}`,
    ...filters,
    "--end-of-options",
    head,
  ];
  const commits = toCommits(await repo.text(args, { paths }));
  const more = commits.length > count;
  const shown = commits.slice(0, count);
  if (!more) return { commits: shown, next: undefined };
  const isWhole = skip === 0 && filters.length === 0 && paths.length === 0;
  // The first commit of all is the one that was asked for.
  const first = isWhole && query.range === undefined ? shown[0]?.sha : undefined;
  const start =
    query.range ?? first ?? (await resolve(repo, query.from?.head ?? query.ref ?? "HEAD"));
  return { commits: shown, next: { head: start, skip: skip + shown.length } };
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${name}=${value.replace(/[\0\r\n]+/g, " ")}`];
}

function toCommits(text: string): Commit[] {
  const records = text.split("\0");
  const commits: Commit[] = [];
  for (let at = 0; at + commitFields.length - 1 <= records.length; at += commitFields.length) {
    commits.push(toCommit(records.slice(at, at + commitFields.length), longestMessage));
  }
  return commits;
}

/** A commit from the fields of its format. */
export function toCommit(
  [sha = "", author = "", email = "", date = "", parents = "", body = ""]: readonly string[],
  longest: number,
): Commit {
  const message = revealText(redactUrls(body.trimEnd()));
  return {
    sha,
    author: revealText(author),
    email: revealText(email),
    date,
    parents: parents.split(" ").filter((parent) => parent !== ""),
    message: message.length > longest ? `${message.slice(0, longest)}…` : message,
  };
}
