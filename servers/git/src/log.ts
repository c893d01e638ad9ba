import { toPaths } from "./pathspecs.ts";
import { redactUrls } from "./repo-config.ts";
import type { Repository } from "./repository.ts";
import { find, resolve } from "./revisions.ts";

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

const fields = ["%H", "%an", "%ae", "%aI", "%P", "%B"];
const longestMessage = 2000;
const mostCommits = 1000;

/** A page of the history of a revision, newest first; `next` is where the page after it begins. */
export async function readLog(
  repo: Repository,
  query: LogQuery,
): Promise<{ readonly commits: Commit[]; readonly next: LogPosition | undefined }> {
  const head = query.range ?? (await findHead(repo, query));
  if (head === undefined) return { commits: [], next: undefined };
  const skip = query.from?.skip ?? 0;
  const count = Math.min(Math.max(query.count, 1), mostCommits);
  const paths = query.path === undefined ? [] : await toPaths(repo, [query.path]);
  const args = [
    "log",
    "-z",
    `--format=${fields.join("%x00")}`,
    "--no-show-signature",
    "--no-mailmap",
    "--no-decorate",
    "--no-notes",
    "--fixed-strings",
    "--regexp-ignore-case",
    `--max-count=${count + 1}`,
    `--skip=${skip}`,
    ...option("--author", query.author),
    ...option("--grep", query.grep),
    ...option("--since", query.since),
    ...option("--until", query.until),
    "--end-of-options",
    head,
  ];
  const commits = toCommits(await repo.text(args, { paths }));
  const more = commits.length > count;
  const shown = commits.slice(0, count);
  return { commits: shown, next: more ? { head, skip: skip + shown.length } : undefined };
}

/** The facts of one commit. */
export async function readCommit(repo: Repository, sha: string): Promise<Commit> {
  const args = ["log", "-z", "-1", `--format=${fields.join("%x00")}`, "--no-mailmap"];
  const more = [
    "--no-show-signature",
    "--no-decorate",
    "--no-notes",
    "--end-of-options",
    sha,
    "--",
  ];
  const [commit] = toCommits(await repo.text([...args, ...more]), Number.POSITIVE_INFINITY);
  if (commit === undefined) throw new Error(`git log shows no commit ${sha}`);
  return commit;
}

/** The commit history begins at; undefined where nothing has been committed yet. */
async function findHead(repo: Repository, { from, ref }: LogQuery): Promise<string | undefined> {
  if (from !== undefined) return resolve(repo, from.head);
  return ref === undefined ? find(repo, "HEAD") : resolve(repo, ref);
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${name}=${value.replace(/[\0\r\n]+/g, " ")}`];
}

function toCommits(text: string, longest = longestMessage): Commit[] {
  const records = text.split("\0");
  const commits: Commit[] = [];
  for (let at = 0; at + fields.length - 1 <= records.length; at += fields.length) {
    const [sha = "", author = "", email = "", date = "", parents = "", body = ""] = records.slice(
      at,
      at + fields.length,
    );
    const message = redactUrls(body.trimEnd());
    commits.push({
      sha,
      author,
      email,
      date,
      parents: parents.split(" ").filter((parent) => parent !== ""),
      message: message.length > longest ? `${message.slice(0, longest)}…` : message,
    });
  }
  return commits;
}
