import { listChecks, readStatus } from "./checks.ts";
import { formatDiff, formatFiles } from "./diffs.ts";
import { readComments } from "./issue-parts.ts";
import { toNext } from "./pages.ts";
import {
  formatPart,
  openShare,
  type Part,
  type PartQuery,
  type PartsQuery,
  readRows,
} from "./parts.ts";
import { formatPullHead, listPullFiles, type Pull, readPull } from "./pulls.ts";
import type { Repository } from "./repository.ts";
import { formatLineComments, formatReviews, listReviewComments, listReviews } from "./reviews.ts";

export const pullParts = [
  "diff",
  "files",
  "status",
  "checks",
  "reviews",
  "comments",
  "discussion",
] as const;
export type PullPart = (typeof pullParts)[number];

/** A pull request with the parts that were asked for, as text. */
export async function readPullWith(
  repository: Repository,
  number: number,
  { include = [], room, body_offset, ...query }: PartsQuery<PullPart>,
): Promise<string> {
  const pull = await readPull(repository, number);
  const share = openShare(room, include.length + 1);
  const texts = [formatPullHead(repository, pull, { share, offset: body_offset })];
  for (const [at, name] of include.entries()) {
    const asked = { ...query, share: openShare(room, include.length - at) };
    texts.push(formatPart(name, await readers[name](repository, pull, asked), query.page));
  }
  return texts.join("\n\n");
}

/** One part alone, after the author of the pull request was judged. */
export async function readPullPart(
  repository: Repository,
  number: number,
  { part, room, ...query }: Omit<PartsQuery<PullPart>, "include"> & { readonly part: PullPart },
): Promise<string> {
  const pull = await readPull(repository, number);
  const read = await readers[part](repository, pull, { ...query, share: openShare(room) });
  return formatPart(part, read, query.page);
}

/** Short rows, of which the one that failed should not be on a page of its own. */
function toLongPage(query: PartQuery): PartQuery {
  return { ...query, per_page: query.per_page ?? 100 };
}

type Reader = (repository: Repository, pull: Pull, query: PartQuery) => Promise<Part>;

const readers: Readonly<Record<PullPart, Reader>> = {
  async diff(repository, { number, author }, { share, ...query }) {
    const { files, next_page } = await listPullFiles(repository, number, query);
    // Its author's words, as long as nobody merged them.
    const { facts, name } = repository;
    const source =
      facts.visibility === "public" ? `diff of ${name}#${number} by ${author}` : undefined;
    return { ...toNext(query, next_page), ...formatDiff(files, { ...query, share, source }) };
  },
  files: (repository, { number }, query) =>
    readRows(query, async (asked) => {
      const { files, next_page } = await listPullFiles(repository, number, asked);
      return { next_page, text: formatFiles(files) };
    }),
  status: (repository, { head_sha: sha }, query) =>
    readRows(toLongPage(query), async (asked) => {
      const { state, statuses, next_page } = await readStatus(repository, sha, asked);
      const lines = statuses.map((row) =>
        [row.state, row.context, row.description, row.url ?? ""].join(" ").trim(),
      );
      return { next_page, text: [`${state} ${sha}`, ...lines].join("\n") };
    }),
  checks: (repository, { head_sha: sha }, query) =>
    readRows(toLongPage(query), async (asked) => {
      const { checks, next_page } = await listChecks(repository, sha, asked);
      const lines = checks.map(({ id, name, status, title = "", url = "" }) =>
        [id, status, name, title, url].join(" ").trim(),
      );
      return { next_page, text: lines.join("\n") };
    }),
  reviews(repository, { number }, query) {
    const { characters } = query.share;
    return readRows(query, async (asked) => {
      const { reviews, ...more } = await listReviews(repository, number, { ...asked, characters });
      return { ...more, text: formatReviews(reviews) };
    });
  },
  comments(repository, { number }, query) {
    const { characters } = query.share;
    return readRows(query, async (asked) => {
      const ask = { ...asked, characters };
      const { comments, ...more } = await listReviewComments(repository, number, ask);
      return { ...more, text: formatLineComments(comments) };
    });
  },
  discussion: (repository, { number }, query) => readComments(repository, number, query),
};
