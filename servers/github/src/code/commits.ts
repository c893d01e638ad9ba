import { cleanText, type Room } from "@fairlead/guard";
import { z } from "zod";
import type { Repository } from "../access/repository.ts";
import { formatPart, openShare, readRows } from "../answer/parts.ts";
import { path } from "../api/address.ts";
import { type CommitAnswer, commit as commitAnswer } from "../api/answers.ts";
import { type PageQuery, paged, toNext } from "../api/pages.ts";
import { formatDiff, formatFiles } from "./diffs.ts";

const longestMessage = 300;
/** Of a commit that is looked at alone: what people write is never that long. */
const longestShown = 5_000;

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
  const reading = repository.ask(z.array(commitAnswer), ask);
  const { data, next } = await repository.readFiles(query.sha, reading);
  const commits = data.map((answer) => {
    const commit = toCommit(answer);
    return { ...commit, message: toSummary(commit.message) };
  });
  return { commits, next_page: next };
}

interface OneCommit extends PageQuery {
  readonly sha: string;
  readonly patches: boolean;
  /** What the answer may take. */
  readonly room: Room;
}

/** One commit with the files it changed, as text. */
export async function readCommit(
  repository: Repository,
  { sha, patches, room, ...query }: OneCommit,
): Promise<string> {
  const place = path`/commits/${sha.split("/")}`;
  const read = async (asked: PageQuery) => {
    const { data, next } = await repository.ask(commitAnswer, { path: place, query: paged(asked) });
    return { commit: data, files: data.files ?? [], next_page: next };
  };
  const { commit, ...first } = await repository.readFiles(sha, read(query));
  const head = formatHead(commit, Math.min(longestShown, Math.floor(room.characters / 4)));
  room.take(head);
  const share = openShare(room);
  const { facts, name } = repository;
  const foreign = facts.visibility === "public" && !facts.mayPush;
  const source = foreign ? `diff of ${commit.sha} of ${name}` : undefined;
  const files = patches
    ? {
        ...toNext(query, first.next_page),
        ...formatDiff(first.files, { ...query, share, source }),
      }
    : await readRows({ ...query, share }, async (asked) => {
        const { files: rows, next_page } =
          asked.per_page === query.per_page ? first : await read(asked);
        return { next_page, text: formatFiles(rows) };
      });
  return `${head}\n${formatPart("files", files, query.page)}`;
}

function formatHead(answer: CommitAnswer, longest: number): string {
  const { sha, author, date, message } = toCommit(answer);
  const parents = answer.parents.map((parent) => parent.sha).join(" ");
  const facts = [
    `commit ${sha}`,
    `author ${author}`,
    `date ${date}`,
    `parents ${parents || "none"}`,
  ];
  const shown = message.slice(0, longest);
  const cut = shown === message ? [] : [`[Cut: ${longest} of ${message.length} characters shown.]`];
  return [...facts, answer.html_url, "", shown, ...cut, ""].join("\n");
}

export function toCommit({ sha, commit, author }: CommitAnswer): Commit {
  return {
    sha,
    author: cleanText(author?.login ?? commit.author?.name ?? "unknown"),
    date: commit.author?.date ?? "",
    message: cleanText(commit.message),
  };
}

/** The beginning of a message, in one line. */
function toSummary(message: string): string {
  const text = message.trim().replace(/\s*\n\s*/g, " / ");
  return text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
}

/** A commit of a list as a line. */
export function formatCommit({ sha, author, date, message }: Commit): string {
  return `${sha.slice(0, 12)} ${date.slice(0, 10)} ${author}: ${message}`;
}
