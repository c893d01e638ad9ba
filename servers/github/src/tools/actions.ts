import { cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { readLogs } from "../actions/logs.ts";
import { cancelRun, dispatch, listRuns, rerun } from "../actions/runs.ts";
import { defineTool } from "../context.ts";
import { formatFields, formatList, listPage, name, page, perPage } from "./fields.ts";

const runId = z.int().describe("Id of the run, from list_workflow_runs.");

const getRuns = defineTool({
  name: "list_workflow_runs",
  title: "List workflow runs",
  description:
    "List the GitHub Actions workflow runs (CI builds) of a repository, newest first, with their status: which build did pass or fail.",
  effect: "read",
  input: z.object({
    ...name,
    workflow_id: z
      .string()
      .optional()
      .describe("Only runs of this workflow: its file name, e.g. ci.yml, or its id."),
    branch: z.string().optional().describe("Only runs on this branch, e.g. main."),
    event: z
      .string()
      .optional()
      .describe("Only runs started by this event, e.g. push or pull_request."),
    status: z
      .string()
      .optional()
      .describe("Only runs with this status or conclusion, e.g. in_progress, success or failure."),
    page,
    per_page: perPage,
  }),
  output: z.object({
    runs: cuttable(
      z.array(
        z.object({
          id: z.int(),
          status: z.string(),
          name: z.string(),
          title: z.string(),
          event: z.string(),
          branch: z.string(),
          sha: z.string(),
          created_at: z.string(),
        }),
      ),
    ),
    next_page: z.int().optional(),
    per_page: z.int().optional(),
    hidden: z.int().optional(),
  }),
  async run({ owner, repo, ...query }, context) {
    const repository = await context.github.open({ owner, repo }, context.signal);
    return listPage(context, query, (asked) => listRuns(repository, asked));
  },
  render: ({ runs, ...more }) => formatList(runs, more),
});

const getLogs = defineTool({
  name: "get_job_logs",
  title: "Read job logs",
  description:
    "Read the logs of GitHub Actions jobs to see why the build or a test did fail. Lists the jobs of a run and shows the end of the log of each one that failed, or of one job.",
  effect: "read",
  input: z.object({
    ...name,
    job_id: z.int().optional().describe("Id of one job to read. Without it run_id is needed."),
    run_id: z.int().optional().describe("Id of a workflow run, from list_workflow_runs."),
    failed_only: z
      .boolean()
      .default(true)
      .describe("With run_id: false shows the logs of all its jobs. Default true."),
    tail_lines: z
      .int()
      .min(1)
      .max(5_000)
      .default(200)
      .describe("Lines of each log to show, counted from its end: 1 to 5000. Default 200."),
    end_line: z
      .int()
      .optional()
      .describe("With job_id: last line to show, to read further up. Default: the end of the log."),
  }),
  output: z.string(),
  async run({ owner, repo, ...query }, { github, signal, room }) {
    const repository = await github.open({ owner, repo }, signal);
    return readLogs(repository, { ...query, room: room() });
  },
});

const done = z.object({ success: z.boolean() });

const runAgain = defineTool({
  name: "rerun_workflow_run",
  title: "Rerun workflow",
  description: "Rerun the jobs of a GitHub Actions workflow run, all of them or those that failed.",
  effect: "write",
  input: z.object({
    ...name,
    run_id: runId,
    failed_only: z
      .boolean()
      .default(false)
      .describe("true runs only the jobs that failed. Default false: all jobs."),
  }),
  output: done,
  async run({ owner, repo, ...which }, { github, signal }) {
    return rerun(await github.openToWrite({ owner, repo }, signal), which);
  },
  render: formatFields,
});

const cancel = defineTool({
  name: "cancel_workflow_run",
  title: "Cancel workflow run",
  description: "Cancel (stop) a GitHub Actions workflow run that is still queued or running.",
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
  description:
    "Start a GitHub Actions workflow by hand, such as a deployment. The workflow needs a workflow_dispatch trigger.",
  effect: "write",
  aliases: ["run_workflow"],
  input: z.object({
    ...name,
    workflow_id: z.string().describe("File name of the workflow, e.g. ci.yml, or its id."),
    ref: z.string().describe("Branch or tag to run it on, e.g. main."),
    inputs: z
      .record(z.string(), z.string())
      .optional()
      .describe('Inputs the workflow takes, by name, e.g. {"environment": "staging"}.'),
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
  description: "GitHub Actions: workflow runs and their logs; start, rerun and cancel them.",
  optional: true,
  openWorld: true,
  tools: [getRuns, getLogs, runAgain, cancel, start],
});
