import { stripVTControlCharacters } from "node:util";
import { createRoom, markUntrusted, type Room, revealText } from "@fairlead/guard";
import { z } from "zod";
import type { Repository } from "../access/repository.ts";
import { openShare } from "../answer/parts.ts";
import { line } from "../answer/said.ts";
import type { Share } from "../answer/shares.ts";
import { path } from "../api/address.ts";
import { GitHubError } from "../errors.ts";
import { admitRun } from "./runs.ts";

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
  /** The last line to show; the last of the log without it. */
  readonly end_line?: number | undefined;
  /** What the answer may take. */
  readonly room: Room;
}

const mostLogs = 10;
const longestLine = 1_000;
const failures = ["failure", "timed_out", "startup_failure", "cancelled"];

/** The jobs, and the ends of the logs of one job or of a run's: of those that failed, or of all. */
export async function readLogs(repository: Repository, query: LogQuery): Promise<string> {
  const { run_id: run } = query;
  const [jobs, admitted] = await Promise.all([
    findJobs(repository, query),
    query.job_id === undefined && run !== undefined ? admitRun(repository, run) : undefined,
  ]);
  const { own } = admitted ?? (await admitRun(repository, jobs[0]?.run_id ?? 0));
  const wanted = jobs.filter(
    ({ conclusion }) =>
      query.job_id !== undefined || !query.failed_only || failures.includes(conclusion ?? ""),
  );
  const logged = wanted.slice(0, mostLogs);
  const texts = [jobs.map(formatJob).join("\n") || "No jobs."];
  if (wanted.length > mostLogs) {
    texts.push(`[Logs of the first ${mostLogs} jobs only: ask for the others by job_id.]`);
  }
  query.room.take(texts.join("\n"));
  for (const [at, found] of logged.entries()) {
    const share = openShare(query.room, logged.length - at);
    const head = `--- log of job ${found.id} ${line(found.name)}`;
    share.take(head);
    texts.push(head, await readTail(repository, found.id, { ...query, own, share }));
  }
  return texts.join("\n");
}

function formatJob({ id, name, status, conclusion }: JobAnswer): string {
  return `${id} ${conclusion ?? status} ${line(name)}`;
}

async function findJobs(
  repository: Repository,
  { job_id: id, run_id: run }: LogQuery,
): Promise<readonly JobAnswer[]> {
  if (id !== undefined) {
    const { data } = await repository.ask(job, { path: path`/actions/jobs/${id}` });
    return [data];
  }
  if (run === undefined) {
    throw new GitHubError(
      "Neither job_id nor run_id is given.",
      "Give one of them. list_workflow_runs shows the ids of runs, and this tool those of jobs.",
    );
  }
  const answer = z.object({ jobs: z.array(job) });
  const ask = { path: path`/actions/runs/${run}/jobs`, query: { per_page: 100 } };
  const { data } = await repository.ask(answer, ask);
  return data.jobs;
}

const body = z.union([z.string(), z.instanceof(ArrayBuffer)]);

interface TailQuery extends Pick<LogQuery, "tail_lines" | "end_line"> {
  /** Whether the run works on the repository's own commits. */
  readonly own: boolean;
  readonly share: Share;
}

/** The last lines of a job's log. GitHub answers with a redirect to where logs are stored. */
async function readTail(
  repository: Repository,
  id: number,
  { tail_lines, end_line, own, share }: TailQuery,
): Promise<string> {
  const ask = { path: path`/actions/jobs/${id}/logs`, redirect: "follow" } as const;
  const { data } = await repository.ask(body, ask);
  const text = typeof data === "string" ? data : new TextDecoder().decode(data);
  const all = text.trimEnd().split(/\r?\n/);
  const end = Math.min(Math.max(end_line ?? all.length, 1), all.length);
  const lines = all.slice(Math.max(end - tail_lines, 0), end).map(toPlain);
  const mark = (shown: string) => (own ? shown : markUntrusted(shown, `log of job ${id}`, String));
  const kept = takeEnd(lines, { share, mark });
  if (kept.length === 0) return `[No room for this log: ask for job_id ${id} alone.]`;
  const start = end - kept.length;
  if (start === 0 && end === all.length) return mark(kept.join("\n"));
  const more = start > 0 ? ` Earlier lines: job_id ${id} with end_line ${start}.` : "";
  return `${mark(kept.join("\n"))}\n[Lines ${start + 1}-${end} of ${all.length}.${more}]`;
}

/** As many lines from the end as fit; marks around them can make them longer, so that is tried. */
function takeEnd(
  lines: readonly string[],
  { share, mark }: { readonly share: Share; mark(text: string): string },
): readonly string[] {
  const room = createRoom(share.characters);
  let start = lines.length;
  while (start > 0 && room.take(`${lines[start - 1]}\n`)) start -= 1;
  while (start < lines.length && !share.take(mark(lines.slice(start).join("\n")))) start += 1;
  return lines.slice(start);
}

/** A line without the time in front of it and without colours, with what is invisible shown. */
function toPlain(text: string): string {
  const bare = stripVTControlCharacters(text).replace(/^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z ?/, "");
  const shown = revealText(bare);
  if (shown.length <= longestLine) return shown;
  return `${shown.slice(0, longestLine)} [Cut: ${longestLine} of ${shown.length} characters.]`;
}
