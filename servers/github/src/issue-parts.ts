import {
  formatComments,
  formatIssue,
  formatRow,
  formatTimeline,
  listComments,
  listSubIssues,
  listTimeline,
  readIssue,
} from "./issues.ts";
import {
  formatPart,
  openShare,
  type Part,
  type PartQuery,
  type PartsQuery,
  readRows,
} from "./parts.ts";
import type { Repository } from "./repository.ts";

export type IssuePart = "comments" | "sub_issues" | "timeline";

/** An issue with the parts that were asked for, as text. */
export async function readIssueWith(
  repository: Repository,
  number: number,
  { include = [], room, body_offset, ...query }: PartsQuery<IssuePart>,
): Promise<string> {
  const issue = await readIssue(repository, number);
  const share = openShare(room, include.length + 1);
  const texts = [formatIssue(repository, issue, { share, offset: body_offset })];
  for (const [at, name] of include.entries()) {
    const asked = { ...query, share: openShare(room, include.length - at) };
    texts.push(formatPart(name, await readers[name](repository, number, asked), query.page));
  }
  return texts.join("\n\n");
}

type Reader = (repository: Repository, number: number, query: PartQuery) => Promise<Part>;

const readers: Readonly<Record<IssuePart, Reader>> = {
  comments: readComments,
  sub_issues: (repository, number, query) =>
    readRows(query, async (asked) => {
      const { sub_issues, ...more } = await listSubIssues(repository, number, asked);
      return { ...more, text: sub_issues.map(formatRow).join("\n") };
    }),
  timeline: (repository, number, query) =>
    readRows(query, async (asked) => {
      const { timeline, ...more } = await listTimeline(repository, number, asked);
      return { ...more, text: formatTimeline(timeline) };
    }),
};

/** What people said below an issue or pull request, as text. */
export function readComments(
  repository: Repository,
  number: number,
  query: PartQuery,
): Promise<Part> {
  const { characters } = query.share;
  return readRows(query, async (asked) => {
    const { comments, ...more } = await listComments(repository, number, { ...asked, characters });
    return { ...more, text: formatComments(comments) };
  });
}
