import { listChecks, readStatus } from "./checks.ts";
import { formatFiles } from "./diffs.ts";
import { toHidden } from "./issue-parts.ts";
import { formatComments, listComments } from "./issues.ts";
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

const per_page = 50;

interface Query {
  readonly page?: number | undefined;
  readonly per_page: number;
}

interface Part {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly next?: number | undefined;
  readonly hidden?: number | undefined;
}

type Pull = Awaited<ReturnType<typeof readPull>>;

/** A pull request with the parts that were asked for, as fields and as text. */
export async function readPullWith(
  repository: Repository,
  number: number,
  { include, page }: { readonly include: readonly PullPart[]; readonly page?: number | undefined },
) {
  const pull = await readPull(repository, number);
  const texts = [formatHead(pull)];
  const fields: Record<string, unknown> = {};
  let next: number | undefined;
  for (const name of include) {
    const part = await readers[name](repository, pull, { page, per_page });
    Object.assign(fields, part.fields);
    texts.push(`${name}:\n${part.text || "None."}${toHidden(part.hidden)}`);
    next ??= part.next;
  }
  if (next !== undefined) texts.push(`[More: page ${next}.]`);
  return { output: { ...pull, ...fields, next_page: next }, shown: texts.join("\n\n") };
}

type Reader = (repository: Repository, pull: Pull, query: Query) => Promise<Part>;

const readers: Readonly<Record<PullPart, Reader>> = {
  diff: (repository, pull, query) => readFiles(repository, pull, { ...query, patches: true }),
  files: (repository, pull, query) => readFiles(repository, pull, { ...query, patches: false }),
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
  async reviews(repository, { number }, query) {
    const { reviews, ...more } = await listReviews(repository, number, query);
    const lines = reviews.map(({ author, state, created_at, body }) =>
      [`${author} ${state} ${created_at}`, body].filter((line) => line !== "").join("\n"),
    );
    return { ...more, fields: { reviews }, text: lines.join("\n") };
  },
  async comments(repository, { number }, query) {
    const { comments, ...more } = await listReviewComments(repository, number, query);
    const lines = comments.map(
      ({ author, path, line = "", created_at, body }) =>
        `${author} ${path}:${line} ${created_at}\n${body}`,
    );
    return { ...more, fields: { comments }, text: lines.join("\n") };
  },
  async discussion(repository, { number }, query) {
    const { comments, ...more } = await listComments(repository, number, query);
    return { ...more, fields: { discussion: comments }, text: formatComments(comments) };
  },
};

async function readFiles(
  repository: Repository,
  { number }: Pull,
  query: Query & { readonly patches: boolean },
): Promise<Part> {
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
