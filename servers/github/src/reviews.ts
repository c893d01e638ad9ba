import { z } from "zod";
import { path } from "./address.ts";
import { review as reviewAnswer, reviewComment } from "./answers.ts";
import { type PageQuery, paged } from "./pages.ts";
import type { Repository } from "./repository.ts";
import { authorOf, line, saidInShort } from "./said.ts";

export async function listReviews(repository: Repository, number: number, query: PageQuery) {
  const ask = { path: path`/pulls/${number}/reviews`, query: paged(query) };
  const { data, next } = await repository.ask(z.array(reviewAnswer), ask);
  const { shown, hidden } = await repository.screen(data);
  const reviews = shown.map((answer) => {
    const author = authorOf(answer);
    const source = `review of ${repository.name}#${number} by ${author}`;
    const { id, state, submitted_at } = answer;
    const body = saidInShort(answer.body, source);
    return { id, author, state, created_at: submitted_at ?? "", body };
  });
  return { reviews, next, hidden };
}

/** What reviewers said about lines. */
export async function listReviewComments(repository: Repository, number: number, query: PageQuery) {
  const ask = { path: path`/pulls/${number}/comments`, query: paged(query) };
  const { data, next } = await repository.ask(z.array(reviewComment), ask);
  const { shown, hidden } = await repository.screen(data);
  const comments = shown.map((answer) => {
    const author = authorOf(answer);
    const source = `comment on ${repository.name}#${number} by ${author}`;
    const { id, created_at, in_reply_to_id } = answer;
    const reply_to = in_reply_to_id ?? undefined;
    const at = answer.line ?? answer.original_line ?? undefined;
    const place = { path: line(answer.path), line: at };
    return { id, author, created_at, ...place, reply_to, body: saidInShort(answer.body, source) };
  });
  return { comments, next, hidden };
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
