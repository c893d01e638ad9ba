import { listChecks, readStatus } from "./checks.ts";
import { formatFiles } from "./diffs.ts";
import { formatComments, listComments } from "./issues.ts";
import { fit, type PageQuery } from "./pages.ts";
import { type PartsQuery, toNotes, toPartRoom } from "./parts.ts";
import { formatPull, listPullFiles, readPull } from "./pulls.ts";
import type { Repository } from "./repository.ts";
import { listReviewComments, listReviews } from "./reviews.ts";

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

type Query = PageQuery & {
  /** Characters the part may have. */
  readonly room: number;
};

interface Part {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly next?: number | undefined;
  readonly hidden?: number | undefined;
  /** How many there was no room for. */
  readonly left?: number | undefined;
}

type Pull = Awaited<ReturnType<typeof readPull>>;

/** A pull request with the parts that were asked for, as fields and as text. */
export async function readPullWith(
  repository: Repository,
  number: number,
  { include = [], page, per_page, budget }: PartsQuery<PullPart>,
) {
  const pull = await readPull(repository, number);
  const texts = [formatHead(pull)];
  const fields: Record<string, unknown> = {};
  let next: number | undefined;
  const room = toPartRoom(budget, include);
  for (const name of include) {
    const part = await readers[name](repository, pull, { page, per_page, room });
    Object.assign(fields, part.fields);
    texts.push(`${name}:\n${part.text || "None."}${toNotes(part)}`);
    next ??= part.next;
  }
  if (next !== undefined) texts.push(`[More: page ${next}.]`);
  return { output: { ...pull, ...fields, next_page: next }, shown: texts.join("\n\n") };
}

type Reader = (repository: Repository, pull: Pull, query: Query) => Promise<Part>;

const readers: Readonly<Record<PullPart, Reader>> = {
  diff: (repository, pull, query) => readFiles(repository, pull, query),
  files: (repository, pull, query) => readFiles(repository, pull, { ...query, room: 0 }),
  async status(repository, { head_sha: sha }) {
    const { state, statuses } = await readStatus(repository, sha);
    const lines = statuses.map((row) => `${row.state} ${row.context} ${row.description}`.trim());
    return { fields: { status: state, statuses }, text: [state, ...lines].join("\n") };
  },
  async checks(repository, { head_sha: sha }) {
    const checks = await listChecks(repository, sha);
    const lines = checks.map(({ id, name, status, title = "" }) =>
      `${id} ${status} ${name} ${title}`.trim(),
    );
    return { fields: { checks }, text: lines.join("\n") };
  },
  async reviews(repository, { number }, { room, ...query }) {
    const { reviews: all, ...more } = await listReviews(repository, number, query);
    const { fitting: reviews, left } = fit(all, room);
    const lines = reviews.map(({ author, state, created_at, body }) =>
      [`${author} ${state} ${created_at}`, body].filter((line) => line !== "").join("\n"),
    );
    return { ...more, left, fields: { reviews }, text: lines.join("\n") };
  },
  async comments(repository, { number }, { room, ...query }) {
    const { comments: all, ...more } = await listReviewComments(repository, number, query);
    const { fitting: comments, left } = fit(all, room);
    const lines = comments.map(
      ({ author, path, line = "", created_at, body }) =>
        `${author} ${path}:${line} ${created_at}\n${body}`,
    );
    return { ...more, left, fields: { comments }, text: lines.join("\n") };
  },
  async discussion(repository, { number }, { room, ...query }) {
    const { comments, ...more } = await listComments(repository, number, query);
    const { fitting: discussion, left } = fit(comments, room);
    return { ...more, left, fields: { discussion }, text: formatComments(discussion) };
  },
};

async function readFiles(repository: Repository, { number }: Pull, query: Query): Promise<Part> {
  const { files, next } = await listPullFiles(repository, number, query);
  return { fields: { files }, text: formatFiles(files), next };
}

function formatHead(pull: Pull): string {
  const facts = [
    formatPull(pull),
    `head ${pull.head_sha}${pull.mergeable === undefined ? "" : `, mergeable: ${pull.mergeable}`}`,
    ...(pull.labels.length > 0 ? [`labels ${pull.labels.join(", ")}`] : []),
    `${pull.changed_files ?? "?"} files, +${pull.additions ?? "?"} -${pull.deletions ?? "?"}`,
    pull.url,
  ];
  return [facts.join("\n"), pull.body].filter((part) => part !== "").join("\n");
}
