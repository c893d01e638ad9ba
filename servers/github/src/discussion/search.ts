import { revealName } from "@fairlead/guard";
import { z } from "zod";
import { type GitHub, toFacts } from "../access/github.ts";
import { line } from "../answer/said.ts";
import { found, issue, repository as repositoryAnswer } from "../api/answers.ts";
import { type PageQuery, paged } from "../api/pages.ts";
import { GitHubError } from "../errors.ts";
import { type IssueRow, toRow } from "./issues.ts";

export type SearchQuery = PageQuery & {
  readonly q: string;
  readonly sort?: string | undefined;
  readonly order?: string | undefined;
};

/** A search within the repositories that may be touched. */
function toQuery({ rules }: GitHub, query: SearchQuery) {
  return { ...paged(query), q: rules.repositories.confine(query.q) };
}

/** Finds repositories. Their descriptions are anybody's words. */
export async function searchRepositories(github: GitHub, query: SearchQuery, signal: AbortSignal) {
  const ask = { path: "/search/repositories", query: toQuery(github, query) };
  const { data, next } = await github.api.ask(found(repositoryAnswer), ask, signal);
  const allowed = data.items.filter((item) => github.rules.repositories.includes(item.full_name));
  const repositories = allowed.map((item) => {
    const { fullName, visibility, mayPush } = toFacts(item);
    github.ledger.note(fullName, visibility, { trusted: mayPush || visibility !== "public" });
    const description = line(item.description).slice(0, 300) || undefined;
    return { name: fullName, description, visibility, default_branch: item.default_branch ?? "" };
  });
  return { repositories, total: data.total_count, next_page: next };
}

const codeRepository = z.object({ full_name: z.string() });
const codeItem = z.object({ path: z.string(), sha: z.string(), repository: codeRepository });

/** Finds files by what is in them: their names, not their content. */
export async function searchCode(github: GitHub, query: SearchQuery, signal: AbortSignal) {
  const ask = { path: "/search/code", query: toQuery(github, query) };
  const { data, next } = await github.api.ask(found(codeItem), ask, signal);
  const names = data.items.map((item) => item.repository.full_name);
  const opened = await openAll(github, names, signal);
  // A path is somebody's words too.
  for (const repository of opened.values()) await repository?.noteFiles();
  const files = data.items
    .filter((item) => opened.get(item.repository.full_name) !== undefined)
    .map((item) => ({
      repository: item.repository.full_name,
      path: revealName(item.path),
      sha: item.sha,
    }));
  const hidden = data.items.length - files.length || undefined;
  return { files, total: data.total_count, next_page: next, hidden };
}

const issueItem = issue.extend({ repository_url: z.string() });

/** Finds issues and pull requests, each judged in the repository it is in. */
export async function searchIssues(github: GitHub, query: SearchQuery, signal: AbortSignal) {
  const ask = { path: "/search/issues", query: toQuery(github, query) };
  const { data, next } = await github.api.ask(found(issueItem), ask, signal);
  const names = data.items.map((item) => toName(item.repository_url));
  const byName = await openAll(github, names, signal);
  const issues: (IssueRow & { readonly repository: string })[] = [];
  for (const item of data.items) {
    const name = toName(item.repository_url);
    const { shown = [] } = (await byName.get(name)?.screen([item])) ?? {};
    if (shown.length > 0) issues.push({ repository: name, ...toRow(item) });
  }
  const hidden = data.items.length - issues.length || undefined;
  return { issues, total: data.total_count, next_page: next, hidden };
}

/** Repositories that results are in; undefined for those that may not be touched. */
async function openAll(github: GitHub, names: readonly string[], signal: AbortSignal) {
  const distinct = [...new Set(names)];
  const opened = await Promise.all(distinct.map((name) => openIfAllowed(github, name, signal)));
  return new Map(distinct.map((name, at) => [name, opened[at]]));
}

async function openIfAllowed(github: GitHub, name: string, signal: AbortSignal) {
  if (!github.rules.repositories.includes(name)) return undefined;
  const [owner = "", repo = ""] = name.split("/");
  // One that is gone or withheld is left out like one that is not allowed.
  return github.open({ owner, repo }, signal).catch((error: unknown) => {
    if (error instanceof GitHubError) return undefined;
    throw error;
  });
}

function toName(url: string): string {
  return url.split("/").slice(-2).join("/");
}

const userItem = z.object({ login: z.string(), type: z.string(), html_url: z.string() });

export async function searchUsers(github: GitHub, query: SearchQuery, signal: AbortSignal) {
  const ask = { path: "/search/users", query: paged(query) };
  const { data, next } = await github.api.ask(found(userItem), ask, signal);
  const users = data.items.map(({ login, type, html_url }) => ({ login, type, url: html_url }));
  return { users, total: data.total_count, next_page: next };
}
