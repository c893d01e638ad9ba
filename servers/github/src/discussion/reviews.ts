import { revealName } from "@fairlead/guard";
import { z } from "zod";
import type { Repository } from "../access/repository.ts";
import { authorOf, saidInShort } from "../answer/said.ts";
import { path } from "../api/address.ts";
import { review as reviewAnswer, reviewComment } from "../api/answers.ts";
import type { PageQuery } from "../api/pages.ts";
import { pullLists } from "./pulls.ts";

type ReviewQuery = PageQuery & {
  /** Characters that what was said may have together. */
  readonly characters: number;
};

export async function listReviews(
  repository: Repository,
  number: number,
  { characters, ...query }: ReviewQuery,
) {
  const ask = pullLists.reviews(number, query);
  const { data, next } = await repository.ask(z.array(reviewAnswer), ask);
  const { shown, hidden } = await repository.screen(data);
  const size = { characters, count: shown.length };
  const reviews = shown.map((answer) => {
    const author = authorOf(answer);
    const source = `review of ${repository.name}#${number} by ${author}`;
    const { id, state, submitted_at, html_url: url } = answer;
    const body = saidInShort(answer.body, { source, url, ...size });
    return { id, author, state, created_at: submitted_at ?? "", body };
  });
  return { reviews, next_page: next, hidden };
}

export function formatReviews(reviews: Awaited<ReturnType<typeof listReviews>>["reviews"]): string {
  return reviews
    .map(({ id, author, state, created_at, body }) =>
      `${author} ${state} ${created_at} (review ${id})\n${body}`.trim(),
    )
    .join("\n");
}

/** What reviewers said about lines. */
export async function listReviewComments(
  repository: Repository,
  number: number,
  { characters, ...query }: ReviewQuery,
) {
  const ask = pullLists.comments(number, query);
  const { data, next } = await repository.ask(z.array(reviewComment), ask);
  const { shown, hidden } = await repository.screen(data);
  const size = { characters, count: shown.length };
  const comments = shown.map((answer) => {
    const author = authorOf(answer);
    const source = `comment on ${repository.name}#${number} by ${author}`;
    const { id, created_at, in_reply_to_id, html_url: url } = answer;
    const reply_to = in_reply_to_id ?? undefined;
    const at = answer.line ?? answer.original_line ?? undefined;
    const place = { path: revealName(answer.path), line: at };
    const body = saidInShort(answer.body, { source, url, ...size });
    return { id, author, created_at, ...place, reply_to, body };
  });
  return { comments, next_page: next, hidden };
}

export function formatLineComments(
  comments: Awaited<ReturnType<typeof listReviewComments>>["comments"],
): string {
  return comments
    .map(({ id, author, path: file, line: at = "", created_at, reply_to, body }) => {
      const about = reply_to === undefined ? "" : `, reply to ${reply_to}`;
      return `${author} ${file}:${at} ${created_at} (comment ${id}${about})\n${body}`;
    })
    .join("\n");
}

export interface NewReview {
  readonly body?: string | undefined;
  readonly event: string;
  readonly commit_id?: string | undefined;
  readonly comments?:
    | readonly {
        readonly path: string;
        readonly body: string;
        readonly line?: number | undefined;
        readonly position?: number | undefined;
      }[]
    | undefined;
}

export async function createReview(repository: Repository, number: number, body: NewReview) {
  const ask = { method: "POST", path: path`/pulls/${number}/reviews`, body } as const;
  const { data } = await repository.ask(reviewAnswer, ask);
  return { id: data.id, state: data.state, url: data.html_url };
}
