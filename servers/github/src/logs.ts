import { stripVTControlCharacters } from "node:util";
import { markUntrusted, revealText } from "@fairlead/runtime/guard";
import { z } from "zod";
import { path } from "./address.ts";
import { GitHubError } from "./errors.ts";
import type { Repository } from "./repository.ts";
import { admitRun } from "./runs.ts";
import { line } from "./said.ts";

const job = z.object({
  id: z.int(),
  run_id: z.int(),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullish(),
});
type JobAnswer = z.output<typeof job>;

export interface LogQuery {
  readonly job_id?: number | undefined;
  readonly run_id?: number | undefined;
  readonly failed_only: boolean;
  readonly tail_lines: number;
  /** Characters all logs together may have. */
  readonly room: number;
}

const mostLogs = 10;
const failures = ["failure", "timed_out", "startup_failure", "cancelled"];

/** The ends of the logs of one job, or of a run's jobs: of those that failed, or of all. */
export async function readLogs(repository: Repository, query: LogQuery) {
  const { jobs, runId } = await findJobs(repository, query);
  const { own } = await admitRun(repository, runId);
  const wanted = jobs.filter(
    ({ conclusion }) =>
      query.job_id !== undefined || !query.failed_only || failures.includes(conclusion ?? ""),
  );
  const room = Math.floor(query.room / Math.max(Math.min(wanted.length, mostLogs), 1));
  const logs = [];
  for (const found of wanted.slice(0, mostLogs)) {
    const text = await readTail(repository, found.id, { lines: query.tail_lines, room });
    const shown = own
      ? revealText(text)
      : markUntrusted(text, `log of job ${found.id}`, revealText);
    logs.push({ id: found.id, name: line(found.name), log: shown });
  }
  const rows = jobs.map(({ id, name, status, conclusion }) => {
    return { id, name: line(name), status: conclusion ?? status };
  });
  return { jobs: rows, logs, left_out: Math.max(wanted.length - mostLogs, 0) };
}

async function findJobs(repository: Repository, { job_id: id, run_id: run }: LogQuery) {
  if (id !== undefined) {
    const { data } = await repository.ask(job, { path: path`/actions/jobs/${id}` });
    return { jobs: [data], runId: data.run_id };
  }
  if (run === undefined) {
    throw new GitHubError("Neither job_id nor run_id is given.", "list_workflow_runs has run ids.");
  }
  const answer = z.object({ jobs: z.array(job) });
  const ask = { path: path`/actions/runs/${run}/jobs`, query: { per_page: 100 } };
  const { data } = await repository.ask(answer, ask);
  const jobs: readonly JobAnswer[] = data.jobs;
  return { jobs, runId: run };
}

const body = z.union([z.string(), z.instanceof(ArrayBuffer)]);

/** The last lines of a job's log. GitHub answers with a redirect to where logs are stored. */
async function readTail(
  repository: Repository,
  id: number,
  { lines, room }: { readonly lines: number; readonly room: number },
): Promise<string> {
  const ask = { path: path`/actions/jobs/${id}/logs`, redirect: "follow" } as const;
  const { data } = await repository.ask(body, ask);
  const text = typeof data === "string" ? data : new TextDecoder().decode(data);
  const all = text.trimEnd().split(/\r?\n/);
  const tail = all.slice(-lines).map(toPlain).join("\n").slice(-room);
  const left = all.length - tail.split("\n").length;
  return left > 0 ? `[${left} lines before.]\n${tail}` : tail;
}

/** A line without the time in front of it and without colours. */
function toPlain(text: string): string {
  return stripVTControlCharacters(text).replace(/^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z ?/, "");
}

export function formatLogs({
  jobs,
  logs,
  left_out: leftOut,
}: Awaited<ReturnType<typeof readLogs>>) {
  const rows = jobs.map(({ id, name, status }) => `${id} ${status} ${name}`);
  const texts = logs.map(({ id, name, log }) => `--- ${id} ${name}\n${log}`);
  const more = leftOut > 0 ? [`[${leftOut} more failed; ask for them by job_id.]`] : [];
  return [...rows, ...texts, ...more].join("\n") || "No jobs.";
}
