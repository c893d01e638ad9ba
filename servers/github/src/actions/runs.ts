import { revealName } from "@fairlead/guard";
import { z } from "zod";
import type { Repository } from "../access/repository.ts";
import { line } from "../answer/said.ts";
import { path } from "../api/address.ts";
import { account, nothing } from "../api/answers.ts";
import { type PageQuery, paged } from "../api/pages.ts";

const run = z.object({
  id: z.int(),
  name: z.string().nullish(),
  display_title: z.string().nullish(),
  event: z.string(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  head_branch: z.string().nullish(),
  head_sha: z.string(),
  created_at: z.string(),
  html_url: z.string(),
  actor: account,
  head_repository: z.object({ full_name: z.string() }).nullish(),
});

export type RunQuery = PageQuery & {
  readonly workflow_id?: string | undefined;
  readonly branch?: string | undefined;
  readonly event?: string | undefined;
  readonly status?: string | undefined;
};

/** Workflow runs, newest first, of one workflow or of all. */
export async function listRuns(repository: Repository, { workflow_id: id, ...query }: RunQuery) {
  const place = id === undefined ? "/actions/runs" : path`/actions/workflows/${id}/runs`;
  const answer = z.object({ total_count: z.int(), workflow_runs: z.array(run) });
  const { data, next } = await repository.ask(answer, { path: place, query: paged(query) });
  const authored = data.workflow_runs.map((found) => toAuthored(repository, found));
  const { shown, hidden } = await repository.screen(authored);
  const runs = shown.map(({ found }) => ({
    id: found.id,
    status: found.conclusion ?? found.status ?? "unknown",
    name: line(found.name),
    title: line(found.display_title),
    event: found.event,
    branch: revealName(found.head_branch ?? ""),
    sha: found.head_sha,
    created_at: found.created_at,
  }));
  return { runs, next_page: next, hidden };
}

/** Runs started from forks show what strangers wrote: noted as such, and held back by lockdown. */
function toAuthored(repository: Repository, found: z.output<typeof run>) {
  const own = found.head_repository?.full_name === repository.name;
  return { found, user: found.actor, author_association: own ? "OWNER" : "NONE" };
}

/** Whether a run works on the repository's own commits. Throws GitHubError where lockdown keeps it back. */
export async function admitRun(repository: Repository, id: number): Promise<{ own: boolean }> {
  const { data } = await repository.ask(run, { path: path`/actions/runs/${id}` });
  const authored = toAuthored(repository, data);
  await repository.admit(authored, `Workflow run ${id}`);
  return { own: authored.author_association === "OWNER" };
}

/** Runs all jobs again, or those that failed. */
export async function rerun(
  repository: Repository,
  { run_id: id, failed_only }: { readonly run_id: number; readonly failed_only: boolean },
) {
  const what = failed_only ? "rerun-failed-jobs" : "rerun";
  await repository.ask(nothing, { method: "POST", path: path`/actions/runs/${id}/${what}` });
  return { success: true };
}

export async function cancelRun(repository: Repository, id: number) {
  await repository.ask(nothing, { method: "POST", path: path`/actions/runs/${id}/cancel` });
  return { success: true };
}

export interface Dispatch {
  readonly workflow_id: string;
  readonly ref: string;
  readonly inputs?: Readonly<Record<string, string>> | undefined;
}

/** Starts a workflow that has a workflow_dispatch trigger. */
export async function dispatch(repository: Repository, { workflow_id: id, ...body }: Dispatch) {
  const place = path`/actions/workflows/${id}/dispatches`;
  await repository.ask(nothing, { method: "POST", path: place, body });
  return { success: true };
}
