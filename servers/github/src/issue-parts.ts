import {
  formatComments,
  formatRow,
  listComments,
  listSubIssues,
  listTimeline,
  readIssue,
} from "./issues.ts";
import { fit, type PageQuery } from "./pages.ts";
import { type PartsQuery, toNotes, toPartRoom } from "./parts.ts";
import type { Repository } from "./repository.ts";

export type IssuePart = "comments" | "sub_issues" | "timeline";

/** An issue with the parts that were asked for, as fields and as text. */
export async function readIssueWith(
  repository: Repository,
  number: number,
  { include = [], page, per_page, budget }: PartsQuery<IssuePart>,
) {
  const { comments: count, ...issue } = await readIssue(repository, number);
  const texts = [formatHead({ ...issue, comments: count })];
  const output: Record<string, unknown> = {};
  let next: number | undefined;
  const query = { page, per_page };
  const room = toPartRoom(budget, include);
  for (const part of include) {
    const read = await readPart(repository, number, { ...query, part, room });
    output[part] = read.items;
    texts.push(`${part}:\n${read.text || "None."}${toNotes(read)}`);
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
  { part, room, ...query }: PageQuery & { readonly part: IssuePart; readonly room: number },
) {
  if (part === "comments") {
    const { comments, ...more } = await listComments(repository, number, query);
    const { fitting: items, left } = fit(comments, room);
    return { ...more, items, left, text: formatComments(items) };
  }
  if (part === "sub_issues") {
    const { sub_issues, ...more } = await listSubIssues(repository, number, query);
    const { fitting: items, left } = fit(sub_issues, room);
    return { ...more, items, left, text: items.map(formatRow).join("\n") };
  }
  const { timeline, next } = await listTimeline(repository, number, query);
  const { fitting: items, left } = fit(timeline, room);
  const lines = items.map(
    ({ event, actor = "", created_at = "", detail = "" }) =>
      `${created_at} ${actor} ${event} ${detail}`,
  );
  return { items, left, text: lines.join("\n"), next, hidden: undefined };
}

function formatHead(issue: Awaited<ReturnType<typeof readIssue>>): string {
  const facts = [
    formatRow(issue),
    ...(issue.assignees.length > 0 ? [`assigned to ${issue.assignees.join(", ")}`] : []),
    ...(issue.milestone ? [`milestone ${issue.milestone}`] : []),
    `${issue.comments} comments, updated ${issue.updated_at}`,
    issue.url,
  ];
  return [facts.join("\n"), issue.body].filter((part) => part !== "").join("\n");
}
