import {
  type Emulator,
  type GapAnswer,
  type GapRequest,
  type Json,
  notFound,
  toJson,
} from "./gap.ts";

export interface FakeRun {
  readonly id: number;
  readonly name: string;
  readonly conclusion: string;
  readonly branch: string;
  readonly sha: string;
  /** Where its commits are from; the repository itself by default. */
  readonly headRepository?: string;
  readonly jobs: readonly {
    readonly id: number;
    readonly name: string;
    readonly conclusion: string;
    readonly log: string;
  }[];
}

/** Workflow runs, which the emulator does not know. */
export class FakeActions {
  readonly #ask: Emulator;
  readonly #runs = new Map<string, FakeRun[]>();

  /** Where job logs are kept, as GitHub redirects to; they are answered at once without it. */
  logStorage: string | undefined;

  constructor(ask: Emulator) {
    this.#ask = ask;
  }

  addRun(repository: string, run: FakeRun): void {
    this.#runs.set(repository, [run, ...(this.#runs.get(repository) ?? [])]);
  }

  async answer(
    { token, body }: GapRequest,
    name: string,
    path: string,
    rest: readonly string[],
  ): Promise<GapAnswer> {
    const { status, data: repository } = await this.#ask(token, "GET", `/repos/${name}`);
    if (status !== 200) return notFound;
    const runs = this.#runs.get(name) ?? [];
    const run = runs.find(({ id }) => id === Number(rest[2]));
    const job = runs.flatMap(({ jobs }) => jobs).find(({ id }) => id === Number(rest[2]));
    const owner = runs.find(({ jobs }) => job !== undefined && jobs.includes(job));
    const list = runs.map((found) => toRun(found, repository));
    if (path === "GET /actions/runs" || /^GET \/actions\/workflows\/[^/]+\/runs$/.test(path)) {
      return { status: 200, data: { total_count: list.length, workflow_runs: list } };
    }
    if (/^POST \/actions\/workflows\/[^/]+\/dispatches$/.test(path)) {
      const ref = toJson(body)["ref"];
      return ref === "main"
        ? { status: 204, data: undefined }
        : invalid(`No ref found for: ${ref}`);
    }
    if (path.startsWith("GET /actions/jobs/N") && job && owner) {
      return path.endsWith("/logs") ? this.#log(job.log) : { status: 200, data: toJob(job, owner) };
    }
    if (run === undefined) return notFound;
    if (path === "GET /actions/runs/N") return { status: 200, data: toRun(run, repository) };
    if (path === "GET /actions/runs/N/jobs") {
      const jobs = run.jobs.map((found) => toJob(found, run));
      return { status: 200, data: { total_count: jobs.length, jobs } };
    }
    if (path === "POST /actions/runs/N/cancel") return { status: 202, data: {} };
    if (/^POST \/actions\/runs\/N\/rerun(?:-failed-jobs)?$/.test(path))
      return { status: 201, data: {} };
    return notFound;
  }

  #log(log: string): GapAnswer {
    const { logStorage: location } = this;
    if (location === undefined) return { status: 200, data: log };
    return { status: 302, data: "", headers: { location } };
  }
}

function invalid(message: string): GapAnswer {
  return { status: 422, data: { message } };
}

function toRun(run: FakeRun, repository: unknown): Json {
  const url = `https://github.com/runs/${run.id}`;
  const at = "2026-11-21T00:00:00Z";
  const { owner, full_name: ownName } = toJson(repository);
  const full_name = run.headRepository ?? ownName;
  const urls = ["url", "html_url", "jobs_url", "logs_url", "check_suite_url", "artifacts_url"];
  const more = ["cancel_url", "rerun_url", "workflow_url"];
  return {
    ...Object.fromEntries([...urls, ...more].map((key) => [key, url])),
    ...{ id: run.id, name: run.name, display_title: run.name, node_id: String(run.id) },
    ...{ head_branch: run.branch, head_sha: run.sha, path: ".github/workflows/ci.yml" },
    ...{ run_number: 1, event: "push", status: "completed", conclusion: run.conclusion },
    ...{ workflow_id: 1, pull_requests: [], created_at: at, updated_at: at, head_commit: null },
    ...{ actor: owner, triggering_actor: owner, repository },
    head_repository: { ...toJson(repository), full_name },
  };
}

function toJob(job: FakeRun["jobs"][number], run: FakeRun): Json {
  const url = `https://github.com/jobs/${job.id}`;
  const at = "2026-11-21T00:00:00Z";
  return {
    ...{ id: job.id, run_id: run.id, run_url: url, node_id: String(job.id), url, html_url: url },
    ...{ head_sha: run.sha, head_branch: run.branch, workflow_name: run.name, name: job.name },
    ...{ status: "completed", conclusion: job.conclusion, check_run_url: url, labels: [] },
    ...{ created_at: at, started_at: at, completed_at: at },
    ...{ runner_id: 1, runner_name: "r", runner_group_id: 1, runner_group_name: "g" },
  };
}
