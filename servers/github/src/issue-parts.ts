import {
  formatComments,
  formatRow,
  listComments,
  listSubIssues,
  listTimeline,
  readIssue,
} from "./issues.ts";
import type { Repository } from "./repository.ts";

export type IssuePart = "comments" | "sub_issues" | "timeline";

const per_page = 50;

/** An issue with the parts that were asked for, as fields and as text. */
export async function readIssueWith(
  repository: Repository,
  number: number,
  { include, page }: { readonly include: readonly IssuePart[]; readonly page?: number | undefined },
) {
  const { comments: count, ...issue } = await readIssue(repository, number);
  const texts = [formatHead({ ...issue, comments: count })];
  const output: Record<string, unknown> = {};
  let next: number | undefined;
  const query = { page, per_page };
  for (const part of include) {
    const read = await readPart(repository, number, part, query);
    output[part] = read.items;
    texts.push(`${part}:\n${read.text || "None."}${toHidden(read.hidden)}`);
    next ??= read.next;
  }
  if (next !== undefined) texts.push(`[More: page ${next}.]`);
  return {
    output: { ...issue, comment_count: count, ...output, next_page: next },
    shown: texts.join("\n\n"),
  };
}

async function readPart(
  repository: Repository,
  number: number,
  part: IssuePart,
  query: { readonly page?: number | undefined; readonly per_page: number },
) {
  if (part === "comments") {
    const { comments, ...more } = await listComments(repository, number, query);
    return { ...more, items: comments, text: formatComments(comments) };
  }
  if (part === "sub_issues") {
    const { sub_issues, ...more } = await listSubIssues(repository, number, query);
    return { ...more, items: sub_issues, text: sub_issues.map(formatRow).join("\n") };
  }
  const { timeline, next } = await listTimeline(repository, number, query);
  const lines = timeline.map(
    ({ event, actor = "", created_at = "", detail = "" }) =>
      `${created_at} ${actor} ${event} ${detail}`,
  );
  return { items: timeline, text: lines.join("\n"), next, hidden: undefined };
}

function formatHead(issue: Omit<Awaited<ReturnType<typeof readIssue>>, never>): string {
  const facts = [
    formatRow(issue),
    ...(issue.assignees.length > 0 ? [`assigned to ${issue.assignees.join(", ")}`] : []),
    ...(issue.milestone ? [`milestone ${issue.milestone}`] : []),
    `${issue.comments} comments, updated ${issue.updated_at}`,
    issue.url,
  ];
  return [facts.join("\n"), issue.body].filter((part) => part !== "").join("\n");
}

export function toHidden(hidden: number | undefined): string {
  return hidden === undefined ? "" : `\n[${hidden} kept back by --lockdown.]`;
}
