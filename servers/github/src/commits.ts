import { cleanText } from "@fairlead/runtime/guard";
import { z } from "zod";
import { path } from "./address.ts";
import { type CommitAnswer, commit as commitAnswer } from "./answers.ts";
import { toChangedFiles } from "./diffs.ts";
import { type PageQuery, paged } from "./pages.ts";
import type { Repository } from "./repository.ts";

const longestMessage = 300;

export type CommitQuery = PageQuery & {
  readonly sha?: string | undefined;
  readonly path?: string | undefined;
  readonly author?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
};

export type Commit = {
  readonly sha: string;
  readonly author: string;
  readonly date: string;
  readonly message: string;
};

/** Commits, newest first, with the beginning of their messages. */
export async function listCommits(repository: Repository, query: CommitQuery) {
  const ask = { path: "/commits", query: paged(query) };
  const { data, next } = await repository.ask(z.array(commitAnswer), ask);
  await repository.noteFiles(query.sha);
  const commits = data.map((answer) => {
    const commit = toCommit(answer);
    return { ...commit, message: cut(commit.message) };
  });
  return { commits, next_page: next };
}

/** One commit with the files it changed. */
export async function readCommit(
  repository: Repository,
  { sha, room, ...query }: PageQuery & { readonly sha: string; readonly room: number },
) {
  const ask = { path: path`/commits/${sha.split("/")}`, query: paged(query) };
  const { data, next } = await repository.ask(commitAnswer, ask);
  await repository.noteFiles(sha);
  return {
    ...toCommit(data),
    url: data.html_url,
    parents: data.parents.map((parent) => parent.sha),
    files: toChangedFiles(data.files ?? [], { room }),
    next_page: next,
  };
}

export function toCommit({ sha, commit, author }: CommitAnswer): Commit {
  return {
    sha,
    author: cleanText(author?.login ?? commit.author?.name ?? "unknown"),
    date: commit.author?.date ?? "",
    message: cleanText(commit.message),
  };
}

function cut(message: string): string {
  return message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message;
}

export function formatCommit({ sha, author, date, message }: Commit): string {
  return `${sha.slice(0, 12)} ${date.slice(0, 10)} ${author}: ${message.replace(/\n+/g, " / ")}`;
}
