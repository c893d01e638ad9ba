import { z } from "zod";
import type { Repository } from "../access/repository.ts";
import { line } from "../answer/said.ts";
import { path } from "../api/address.ts";
import { type PageQuery, paged } from "../api/pages.ts";

const combined = z.object({
  state: z.string(),
  total_count: z.int(),
  statuses: z.array(
    z.object({
      context: z.string(),
      state: z.string(),
      description: z.string().nullish(),
      target_url: z.string().nullish(),
    }),
  ),
});

/** The requests for what was found in a commit. */
export const commitLists = {
  status: (sha: string, query: PageQuery) => ({
    path: path`/commits/${sha}/status`,
    query: paged(query),
  }),
  checks: (sha: string, query: PageQuery) => ({
    path: path`/commits/${sha}/check-runs`,
    query: paged(query),
  }),
};

/** What services said of a commit, and the word for all of it. */
export async function readStatus(repository: Repository, sha: string, query: PageQuery) {
  const ask = commitLists.status(sha, query);
  const { data, next } = await repository.ask(combined, ask);
  const statuses = data.statuses.map(({ context, state, description, target_url }) => ({
    context: line(context),
    state,
    description: line(description),
    url: target_url ?? undefined,
  }));
  return { state: data.state, statuses, next_page: next };
}

const checkRuns = z.object({
  total_count: z.int(),
  check_runs: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      status: z.string(),
      conclusion: z.string().nullish(),
      html_url: z.string().nullish(),
      output: z.object({ title: z.string().nullish() }).optional(),
    }),
  ),
});

/** What checks found in a commit. A check of Actions has the id of its job. */
export async function listChecks(repository: Repository, sha: string, query: PageQuery) {
  const ask = commitLists.checks(sha, query);
  const { data, next } = await repository.ask(checkRuns, ask);
  const checks = data.check_runs.map(({ id, name, status, conclusion, html_url, output }) => ({
    id,
    name: line(name),
    status: conclusion ?? status,
    title: line(output?.title) || undefined,
    url: html_url ?? undefined,
  }));
  return { checks, next_page: next };
}
