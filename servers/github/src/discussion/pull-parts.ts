import type { Repository } from "../access/repository.ts";
import { commitLists, listChecks, readStatus } from "../actions/checks.ts";
import {
  formatPart,
  openShare,
  type PartReader,
  type PartsQuery,
  readRows,
  readWhole,
} from "../answer/parts.ts";
import { type PageQuery, toNext } from "../api/pages.ts";
import { formatDiff, formatFiles } from "../code/diffs.ts";
import { toComments } from "./issue-parts.ts";
import { formatPullHead, listPullFiles, type Pull, pullLists, readPull } from "./pulls.ts";
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
export function readPullWith(
  repository: Repository,
  number: number,
  query: PartsQuery<PullPart>,
): Promise<string> {
  const whole = {
    read: () => readPull(repository, number),
    format: (pull: Pull, options: Parameters<typeof formatPullHead>[2]) =>
      formatPullHead(repository, pull, options),
    parts: toReaders(repository, number),
  };
  return readWhole(repository, whole, query);
}

/** One part alone, after the author of the pull request was judged. */
export async function readPullPart(
  repository: Repository,
  number: number,
  { part, room, ...query }: Omit<PartsQuery<PullPart>, "include"> & { readonly part: PullPart },
): Promise<string> {
  const reader = toReaders(repository, number)[part];
  repository.askAhead(reader.ask === undefined ? [] : [reader.ask(query)]);
  const pull = await readPull(repository, number);
  const read = await reader.read(pull, { ...query, share: openShare(room) });
  return formatPart(part, read, query.page);
}

/** Short rows, of which the one that failed should not be on a page of its own. */
function toLongPage<Q extends PageQuery>(query: Q): Q {
  return { ...query, per_page: query.per_page ?? 100 };
}

function toReaders(
  repository: Repository,
  number: number,
): Readonly<Record<PullPart, PartReader<Pull>>> {
  return {
    diff: {
      ask: (query) => pullLists.files(number, query),
      async read({ author }, { share, ...query }) {
        const { files, next_page } = await listPullFiles(repository, number, query);
        // Its author's words, as long as nobody merged them.
        const { facts, name } = repository;
        const source =
          facts.visibility === "public" ? `diff of ${name}#${number} by ${author}` : undefined;
        return { ...toNext(query, next_page), ...formatDiff(files, { ...query, share, source }) };
      },
    },
    files: {
      ask: (query) => pullLists.files(number, query),
      read: (_, query) =>
        readRows(query, async (asked) => {
          const { files, next_page } = await listPullFiles(repository, number, asked);
          return { next_page, text: formatFiles(files) };
        }),
    },
    status: {
      askOf: ({ head_sha: sha }, query) => commitLists.status(sha, toLongPage(query)),
      read: ({ head_sha: sha }, query) =>
        readRows(toLongPage(query), async (asked) => {
          const { state, statuses, next_page } = await readStatus(repository, sha, asked);
          const lines = statuses.map((row) =>
            [row.state, row.context, row.description, row.url ?? ""].join(" ").trim(),
          );
          return { next_page, text: [`${state} ${sha}`, ...lines].join("\n") };
        }),
    },
    checks: {
      askOf: ({ head_sha: sha }, query) => commitLists.checks(sha, toLongPage(query)),
      read: ({ head_sha: sha }, query) =>
        readRows(toLongPage(query), async (asked) => {
          const { checks, next_page } = await listChecks(repository, sha, asked);
          const lines = checks.map(({ id, name, status, title = "", url = "" }) =>
            [id, status, name, title, url].join(" ").trim(),
          );
          return { next_page, text: lines.join("\n") };
        }),
    },
    reviews: {
      ask: (query) => pullLists.reviews(number, query),
      read(_, query) {
        const { characters } = query.share;
        return readRows(query, async (asked) => {
          const ask = { ...asked, characters };
          const { reviews, ...more } = await listReviews(repository, number, ask);
          return { ...more, text: formatReviews(reviews) };
        });
      },
    },
    comments: {
      ask: (query) => pullLists.comments(number, query),
      read(_, query) {
        const { characters } = query.share;
        return readRows(query, async (asked) => {
          const ask = { ...asked, characters };
          const { comments, ...more } = await listReviewComments(repository, number, ask);
          return { ...more, text: formatLineComments(comments) };
        });
      },
    },
    discussion: toComments(repository, number),
  };
}
