import { cuttable, defineToolset, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { formatLogs, readLogs } from "../logs.ts";
import { cancelRun, dispatch, listRuns, rerun } from "../runs.ts";
import { formatFields, formatList, name, page, perPage } from "./fields.ts";

const runId = z.int().describe("Run.");

const getRuns = defineTool({
  name: "list_workflow_runs",
  title: "List workflow runs",
  description: "Lists workflow runs, newest first.",
  effect: "read",
  input: z.object({
    ...name,
    workflow_id: z.string().optional().describe("File name or id; all."),
    branch: z.string().optional().describe("Branch."),
    event: z.string().optional().describe("Such as push."),
    status: z.string().optional().describe("Status or conclusion, such as failure."),
    page,
    per_page: perPage,
  }),
  output: z.object({
    runs: cuttable(
      z.array(
        z.object({
          id: z.int(),
          name: z.string(),
          title: z.string(),
          event: z.string(),
          status: z.string(),
          branch: z.string(),
          sha: z.string(),
          created_at: z.string(),
        }),
      ),
    ),
    next_page: z.int().optional(),
    hidden: z.int().optional(),
  }),
  async run({ owner, repo, ...query }, { github, signal }) {
    return listRuns(await github.open({ owner, repo }, signal), query);
  },
  render: ({ runs, ...more }) =>
    formatList(
      runs.map(
        (run) => `${run.id} ${run.status} ${run.name}: ${run.title} (${run.branch}, ${run.event})`,
      ),
      more,
    ),
});

const getLogs = defineTool({
  name: "get_job_logs",
  title: "Read job logs",
  description:
    "Lists a run's jobs and returns the end of the logs of those that failed, or of one job.",
  effect: "read",
  input: z.object({
    ...name,
    job_id: z.int().optional().describe("One job."),
    run_id: z.int().optional().describe("Or a run."),
    failed_only: z.boolean().default(true).describe("Not of all jobs."),
    tail_lines: z.int().min(1).max(5_000).default(200).describe("Lines of each."),
  }),
  output: z.object({
    jobs: z.array(z.object({ id: z.int(), name: z.string(), status: z.string() })),
    logs: z.array(z.object({ id: z.int(), name: z.string(), log: z.string() })),
  }),
  async run({ owner, repo, ...query }, { github, signal, budget }) {
    const repository = await github.open({ owner, repo }, signal);
    // Half of it: quoted as JSON a log grows.
    const room = Math.min(budget, 200_000) / 2;
    const read = await readLogs(repository, { ...query, room });
    return reply({ jobs: read.jobs, logs: read.logs }, text(formatLogs(read)));
  },
});

const done = z.object({ success: z.boolean() });

const runAgain = defineTool({
  name: "rerun_workflow_run",
  title: "Run again",
  description: "Runs a workflow run's jobs again.",
  effect: "write",
  input: z.object({
    ...name,
    run_id: runId,
    failed_only: z.boolean().default(false).describe("Only those that failed."),
  }),
  output: done,
  async run({ owner, repo, ...which }, { github, signal }) {
    return rerun(await github.openToWrite({ owner, repo }, signal), which);
  },
  render: formatFields,
});

const cancel = defineTool({
  name: "cancel_workflow_run",
  title: "Cancel run",
  description: "Cancels a workflow run that is going on.",
  effect: "write",
  input: z.object({ ...name, run_id: runId }),
  output: done,
  async run({ owner, repo, run_id }, { github, signal }) {
    return cancelRun(await github.openToWrite({ owner, repo }, signal), run_id);
  },
  render: formatFields,
});

const start = defineTool({
  name: "dispatch_workflow",
  title: "Start workflow",
  description: "Starts a workflow that has a workflow_dispatch trigger.",
  effect: "write",
  aliases: ["run_workflow"],
  input: z.object({
    ...name,
    workflow_id: z.string().describe("File name or id."),
    ref: z.string().describe("Branch or tag."),
    inputs: z.record(z.string(), z.string()).optional().describe("Its inputs."),
  }),
  output: done,
  async run({ owner, repo, ...what }, { github, signal }) {
    return dispatch(await github.openToWrite({ owner, repo }, signal), what);
  },
  render: formatFields,
});

export const actions = defineToolset({
  name: "actions",
  title: "Actions",
  description: "Workflow runs and their logs.",
  optional: true,
  openWorld: true,
  tools: [getRuns, getLogs, runAgain, cancel, start],
});
