import type { Repository } from "../access/repository.ts";
import {
  type PartReader,
  type PartsQuery,
  readRows,
  readWhole,
  type Whole,
} from "../answer/parts.ts";
import type { PageQuery } from "../api/pages.ts";
import {
  formatComments,
  formatIssue,
  formatRow,
  formatTimeline,
  issueLists,
  listComments,
  listSubIssues,
  listTimeline,
  readIssue,
} from "./issues.ts";

export type IssuePart = "comments" | "sub_issues" | "timeline";

/** An issue with the parts that were asked for, as text. */
export function readIssueWith(
  repository: Repository,
  number: number,
  query: PartsQuery<IssuePart>,
): Promise<string> {
  return readWhole(repository, toWhole(repository, number), query);
}

function toWhole(
  repository: Repository,
  number: number,
): Whole<IssuePart, Awaited<ReturnType<typeof readIssue>>> {
  return {
    read: () => readIssue(repository, number),
    format: (issue, options) => formatIssue(repository, issue, options),
    parts: {
      comments: toComments(repository, number),
      sub_issues: {
        ask: (query) => issueLists.subIssues(number, query),
        read: (_, query) =>
          readRows(query, async (asked) => {
            const { sub_issues, ...more } = await listSubIssues(repository, number, asked);
            return { ...more, text: sub_issues.map(formatRow).join("\n") };
          }),
      },
      timeline: {
        ask: (query) => issueLists.timeline(number, query),
        read: (_, query) =>
          readRows(query, async (asked) => {
            const { timeline, ...more } = await listTimeline(repository, number, asked);
            return { ...more, text: formatTimeline(timeline) };
          }),
      },
    },
  };
}

/** What people said below an issue or pull request. */
export function toComments(repository: Repository, number: number): PartReader<unknown> {
  return {
    ask: (query: PageQuery) => issueLists.comments(number, query),
    read(_, query) {
      const { characters } = query.share;
      return readRows(query, async (asked) => {
        const ask = { ...asked, characters };
        const { comments, ...more } = await listComments(repository, number, ask);
        return { ...more, text: formatComments(comments) };
      });
    },
  };
}
