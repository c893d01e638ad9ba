import { revealName } from "@fairlead/guard";
import { z } from "zod";
import type { Repository } from "../access/repository.ts";
import { authorOf, labelNames, line, type SayOptions, sayFrom } from "../answer/said.ts";
import { path } from "../api/address.ts";
import { changedFile, nothing, type PullAnswer, pull as pullAnswer } from "../api/answers.ts";
import { type PageQuery, paged } from "../api/pages.ts";
import { GitHubError } from "../errors.ts";

export type PullRow = {
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly author: string;
  readonly head: string;
  readonly base: string;
  readonly updated_at: string;
};

export type PullQuery = PageQuery & {
  readonly state?: string | undefined;
  readonly head?: string | undefined;
  readonly base?: string | undefined;
  readonly sort?: string | undefined;
  readonly direction?: string | undefined;
};

export async function listPulls(repository: Repository, query: PullQuery) {
  const ask = { path: "/pulls", query: paged(query) };
  const { data, next } = await repository.ask(z.array(pullAnswer), ask);
  const { shown, hidden } = await repository.screen(data);
  return { pulls: shown.map((answer) => toRow(repository, answer)), next_page: next, hidden };
}

function toRow({ name }: Repository, answer: PullAnswer): PullRow {
  const { head } = answer;
  const fork = head.repo && head.repo.full_name !== name ? `${head.repo.full_name}:` : "";
  return {
    number: answer.number,
    title: line(answer.title),
    state: answer.merged ? "merged" : answer.draft ? `${answer.state} draft` : answer.state,
    author: authorOf(answer),
    head: revealName(`${fork}${head.ref}`),
    base: revealName(answer.base.ref),
    updated_at: answer.updated_at,
  };
}

export function formatPull({ number, title, state, author, head, base }: PullRow): string {
  return `#${number} ${state} ${title} (${author}, ${head} -> ${base})`;
}

/** One pull request, whole. */
export async function readPull(repository: Repository, number: number) {
  const { data } = await repository.ask(pullAnswer, { path: path`/pulls/${number}` });
  const answer = await repository.admit(data, `Pull request #${number}`);
  const row = toRow(repository, answer);
  return {
    ...row,
    head_sha: answer.head.sha,
    labels: labelNames(answer.labels),
    mergeable: answer.mergeable_state ?? (answer.mergeable === false ? "dirty" : undefined),
    changed_files: answer.changed_files,
    additions: answer.additions,
    deletions: answer.deletions,
    created_at: answer.created_at,
    url: answer.html_url,
    body: answer.body,
  };
}

export type Pull = Awaited<ReturnType<typeof readPull>>;

/** A pull request as text: its facts line by line, then what its author wrote. */
export function formatPullHead(
  { name }: Repository,
  pull: Pull,
  options: Omit<SayOptions, "source">,
): string {
  const facts = [
    formatPull(pull),
    `head ${pull.head_sha}${pull.mergeable === undefined ? "" : `, mergeable: ${pull.mergeable}`}`,
    ...(pull.labels.length > 0 ? [`labels ${pull.labels.join(", ")}`] : []),
    `${pull.changed_files ?? "?"} files, +${pull.additions ?? "?"} -${pull.deletions ?? "?"}`,
    `created ${pull.created_at}, updated ${pull.updated_at}`,
    pull.url,
  ].join("\n");
  options.share.take(facts);
  const source = `${name}#${pull.number} by ${pull.author}`;
  return [facts, sayFrom(pull.body, { ...options, source })]
    .filter((part) => part !== "")
    .join("\n");
}

/** The requests for the lists a pull request has besides those of an issue. */
export const pullLists = {
  files: (number: number, query: PageQuery) => ({
    path: path`/pulls/${number}/files`,
    query: paged(query),
  }),
  reviews: (number: number, query: PageQuery) => ({
    path: path`/pulls/${number}/reviews`,
    query: paged(query),
  }),
  comments: (number: number, query: PageQuery) => ({
    path: path`/pulls/${number}/comments`,
    query: paged(query),
  }),
};

/** The files a pull request changes: what its author wants in, so its author is judged first. */
export async function listPullFiles(repository: Repository, number: number, query: PageQuery) {
  const ask = pullLists.files(number, query);
  const { data, next } = await repository.ask(z.array(changedFile), ask);
  return { files: data, next_page: next };
}

export interface NewPull {
  readonly title: string;
  readonly head: string;
  readonly base: string;
  readonly body?: string | undefined;
  readonly draft?: boolean | undefined;
  readonly maintainer_can_modify?: boolean | undefined;
}

export async function createPull(repository: Repository, body: NewPull) {
  const ask = { method: "POST", path: "/pulls", body } as const;
  const { data } = await repository.ask(pullAnswer, ask);
  return { number: data.number, state: data.state, head_sha: data.head.sha, url: data.html_url };
}

export interface PullChange {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly state?: string | undefined;
  readonly base?: string | undefined;
  readonly maintainer_can_modify?: boolean | undefined;
}

/** Changes what a pull request says, where it goes, or whether it is open. */
export async function updatePull(repository: Repository, number: number, body: PullChange) {
  const ask = { method: "PATCH", path: path`/pulls/${number}`, body } as const;
  const { data } = await repository.ask(pullAnswer, ask);
  return { number, state: data.state, head_sha: data.head.sha, url: data.html_url };
}

export interface Merge {
  readonly sha?: string | undefined;
  readonly commit_title?: string | undefined;
  readonly commit_message?: string | undefined;
  readonly merge_method?: string | undefined;
}

const merged = z.object({ sha: z.string(), merged: z.boolean(), message: z.string() });

/** Merges exactly the commits that were reviewed: the head must still be the one named. */
export async function mergePull(repository: Repository, number: number, merge: Merge) {
  if (merge.sha === undefined) {
    const { data } = await repository.ask(pullAnswer, { path: path`/pulls/${number}` });
    throw new GitHubError(
      `Merging #${number} needs sha, the head commit that was reviewed. The head is ${data.head.sha} now.`,
      "Review that commit, then call again with it as sha.",
    );
  }
  const ask = { method: "PUT", path: path`/pulls/${number}/merge`, body: merge } as const;
  const { data } = await repository.ask(merged, ask);
  return { sha: data.sha, merged: data.merged };
}

export async function updatePullBranch(
  repository: Repository,
  number: number,
  expected_head_sha: string | undefined,
) {
  const body = { ...(expected_head_sha && { expected_head_sha }) };
  const ask = { method: "PUT", path: path`/pulls/${number}/update-branch`, body } as const;
  await repository.ask(nothing, ask);
  return { success: true };
}
