import { z } from "zod";
import type { Repository } from "../access/repository.ts";
import {
  authorOf,
  labelNames,
  line,
  type SayOptions,
  saidInShort,
  sayFrom,
} from "../answer/said.ts";
import { path } from "../api/address.ts";
import { comment, type IssueAnswer, issue as issueAnswer } from "../api/answers.ts";
import { type PageQuery, paged } from "../api/pages.ts";

export type IssueRow = {
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly author: string;
  readonly labels: string[];
  readonly comments: number;
  readonly updated_at: string;
  readonly is_pull?: boolean | undefined;
};

export type IssueQuery = PageQuery & {
  readonly state?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly sort?: string | undefined;
  readonly direction?: string | undefined;
  readonly since?: string | undefined;
};

export async function listIssues(repository: Repository, query: IssueQuery) {
  const ask = { path: "/issues", query: { ...paged(query), labels: query.labels?.join(",") } };
  const { data, next } = await repository.ask(z.array(issueAnswer), ask);
  const { shown, hidden } = await repository.screen(data);
  return { issues: shown.map(toRow), next_page: next, hidden };
}

export function toRow(answer: IssueAnswer): IssueRow {
  return {
    number: answer.number,
    title: line(answer.title),
    state: answer.state,
    author: authorOf(answer),
    labels: labelNames(answer.labels),
    comments: answer.comments,
    updated_at: answer.updated_at,
    is_pull: answer.pull_request ? true : undefined,
  };
}

export function formatRow({
  number,
  title,
  state,
  author,
  labels,
  is_pull: isPull,
}: IssueRow): string {
  const tags = labels.length > 0 ? ` [${labels.join(", ")}]` : "";
  return `#${number} ${state}${isPull ? " pull" : ""} ${title}${tags} (${author})`;
}

/** One issue, whole. */
export async function readIssue(repository: Repository, number: number) {
  const { data } = await repository.ask(issueAnswer, { path: path`/issues/${number}` });
  const answer = await repository.admit(data, `Issue #${number}`);
  return {
    ...toRow(answer),
    state_reason: answer.state_reason ?? undefined,
    assignees: answer.assignees?.flatMap((user) => (user ? [user.login] : [])) ?? [],
    milestone: answer.milestone ? line(answer.milestone.title) : undefined,
    created_at: answer.created_at,
    url: answer.html_url,
    body: answer.body,
  };
}

/** An issue as text: its facts line by line, then what its author wrote. */
export function formatIssue(
  { name }: Repository,
  issue: Awaited<ReturnType<typeof readIssue>>,
  options: Omit<SayOptions, "source">,
): string {
  const { state_reason: reason, assignees, milestone, comments } = issue;
  const facts = [
    `${formatRow(issue)}${reason === undefined ? "" : `, ${reason}`}`,
    ...(assignees.length > 0 ? [`assigned to ${assignees.join(", ")}`] : []),
    ...(milestone === undefined ? [] : [`milestone ${milestone}`]),
    `${comments} comments, created ${issue.created_at}, updated ${issue.updated_at}`,
    issue.url,
  ].join("\n");
  options.share.take(facts);
  const source = `${name}#${issue.number} by ${issue.author}`;
  return [facts, sayFrom(issue.body, { ...options, source })]
    .filter((part) => part !== "")
    .join("\n");
}

/** The requests for the lists an issue has. */
export const issueLists = {
  comments: (number: number, query: PageQuery) => ({
    path: path`/issues/${number}/comments`,
    query: paged(query),
  }),
  subIssues: (number: number, query: PageQuery) => ({
    path: path`/issues/${number}/sub_issues`,
    query: paged(query),
  }),
  timeline: (number: number, query: PageQuery) => ({
    path: path`/issues/${number}/timeline`,
    query: paged(query),
  }),
};

/** What people said below an issue or pull request, oldest first, in so many characters. */
export async function listComments(
  repository: Repository,
  number: number,
  { characters, ...query }: PageQuery & { readonly characters: number },
) {
  const ask = issueLists.comments(number, query);
  const { data, next } = await repository.ask(z.array(comment), ask);
  const { shown, hidden } = await repository.screen(data);
  const size = { characters, count: shown.length };
  const comments = shown.map((answer) => {
    const author = authorOf(answer);
    const source = `comment on ${repository.name}#${number} by ${author}`;
    const { id, created_at, html_url: url } = answer;
    return { id, author, created_at, body: saidInShort(answer.body, { source, url, ...size }) };
  });
  return { comments, next_page: next, hidden };
}

/** Comments as text, each with who and when. */
export function formatComments(
  comments: readonly {
    readonly id: number;
    readonly author: string;
    readonly created_at: string;
    readonly body: string;
  }[],
): string {
  return comments
    .map(({ id, author, created_at, body }) => `${author} ${created_at} (comment ${id})\n${body}`)
    .join("\n");
}

export async function listSubIssues(repository: Repository, number: number, query: PageQuery) {
  const ask = issueLists.subIssues(number, query);
  const { data, next } = await repository.ask(z.array(issueAnswer), ask);
  const { shown, hidden } = await repository.screen(data);
  return { sub_issues: shown.map(toRow), next_page: next, hidden };
}

const event = z.object({
  event: z.string().optional(),
  actor: z.object({ login: z.string() }).nullish(),
  created_at: z.string().optional(),
  label: z.object({ name: z.string().nullish() }).nullish(),
  assignee: z.object({ login: z.string() }).nullish(),
  rename: z.object({ from: z.string(), to: z.string() }).nullish(),
  commit_id: z.string().nullish(),
});

/** What happened to an issue, without what was said: labels, assignments, references, closing. */
export async function listTimeline(repository: Repository, number: number, query: PageQuery) {
  const ask = issueLists.timeline(number, query);
  const { data, next } = await repository.ask(z.array(event), ask);
  const timeline = data.flatMap(({ event: kind, actor, created_at, ...more }) => {
    if (kind === undefined || kind === "commented") return [];
    const detail =
      more.label?.name ?? more.assignee?.login ?? more.rename?.to ?? more.commit_id ?? undefined;
    return [{ event: kind, actor: actor?.login, created_at, detail: detail && line(detail) }];
  });
  return { timeline, next_page: next };
}

export function formatTimeline(
  timeline: Awaited<ReturnType<typeof listTimeline>>["timeline"],
): string {
  return timeline
    .map(({ event: kind, actor = "", created_at = "", detail = "" }) =>
      `${created_at} ${actor} ${kind} ${detail}`.trim(),
    )
    .join("\n");
}

export interface IssueFields {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly assignees?: readonly string[] | undefined;
  readonly milestone?: number | null | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly state?: string | undefined;
  readonly state_reason?: string | undefined;
}

export async function createIssue(repository: Repository, body: IssueFields) {
  const ask = { method: "POST", path: "/issues", body } as const;
  const { data } = await repository.ask(issueAnswer, ask);
  return toWritten(data);
}

export async function updateIssue(repository: Repository, number: number, body: IssueFields) {
  const ask = { method: "PATCH", path: path`/issues/${number}`, body } as const;
  const { data } = await repository.ask(issueAnswer, ask);
  return toWritten(data);
}

function toWritten({ number, state, html_url: url }: IssueAnswer) {
  return { number, state, url };
}

export async function addComment(repository: Repository, number: number, body: string) {
  const ask = { method: "POST", path: path`/issues/${number}/comments`, body: { body } } as const;
  const { data } = await repository.ask(comment, ask);
  return { id: data.id, url: data.html_url };
}
