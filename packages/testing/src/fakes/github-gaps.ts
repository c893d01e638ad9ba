import { createVerify } from "node:crypto";
import { listChanges } from "./github-changes.ts";

/** Asks the emulator as whoever a token belongs to. */
export type Emulator = (
  token: string,
  method: string,
  path: string,
  body?: unknown,
) => Promise<GapAnswer>;

export interface GapAnswer {
  readonly status: number;
  readonly data: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GapRequest {
  readonly method: string;
  readonly url: URL;
  readonly token: string;
  readonly login: string;
  readonly body: unknown;
}

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

type Json = { readonly [key: string]: unknown };

const notFound: GapAnswer = { status: 404, data: { message: "Not Found" } };

/** What the emulator does not do, or not as GitHub does. */
export class GitHubGaps {
  readonly #ask: Emulator;
  readonly #moved = new Map<string, string>();
  readonly #runs = new Map<string, FakeRun[]>();
  readonly #statuses = new Map<string, readonly Json[]>();
  readonly #subIssues = new Map<string, readonly number[]>();
  /** Of the app that may log in, and the token its installation gets. */
  app: { readonly publicKey: string; readonly installationToken: string } | undefined;

  /** Where job logs are kept, as GitHub redirects to; they are answered at once without it. */
  logStorage: string | undefined;

  constructor(ask: Emulator) {
    this.#ask = ask;
  }

  /** From now on the first name leads to the repository of the second one. */
  move(from: string, to: string): void {
    this.#moved.set(from.toLowerCase(), to);
  }

  addRun(repository: string, run: FakeRun): void {
    this.#runs.set(repository, [run, ...(this.#runs.get(repository) ?? [])]);
  }

  setStatuses(
    sha: string,
    statuses: readonly { readonly context: string; readonly state: string }[],
  ) {
    this.#statuses.set(sha, statuses);
  }

  setSubIssues(repository: string, number: number, children: readonly number[]): void {
    this.#subIssues.set(`${repository}#${number}`, children);
  }

  /** The token of an installation, for the signed statement of its app (RS256). */
  logIn(jwt: string): GapAnswer {
    const [header = "", payload = "", signature = ""] = jwt.split(".");
    const verifier = createVerify("RSA-SHA256").update(`${header}.${payload}`);
    const valid = this.app && verifier.verify(this.app.publicKey, signature, "base64url");
    if (this.app === undefined || !valid)
      return { status: 401, data: { message: "Bad credentials" } };
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const data = {
      token: this.app.installationToken,
      expires_at,
      permissions: {},
      repository_selection: "all",
    };
    return { status: 201, data };
  }

  /** The answer where the emulator has none. */
  async answer(request: GapRequest): Promise<GapAnswer | undefined> {
    const { method, url } = request;
    const [, kind, owner = "", name = "", ...rest] = url.pathname
      .split("/")
      .map(decodeURIComponent);
    if (kind !== "repos") return undefined;
    const repository = `${owner}/${name}`;
    const target = this.#moved.get(repository.toLowerCase());
    if (target !== undefined) return this.#redirect(request, target, rest);
    const path = `${method} /${rest.map((part) => (/^\d+$/.test(part) ? "N" : part)).join("/")}`;
    // The former address of one ref, which GitHub still answers and the reference server uses.
    if (path.startsWith("GET /git/refs/")) {
      return this.#ask(request.token, "GET", url.pathname.replace("/git/refs/", "/git/ref/"));
    }
    if (path === "POST /git/trees") return this.#grow(request, repository);
    if (path === "GET /pulls/N/files") return this.#files(request, repository, rest[1] ?? "");
    if (path === "GET /issues/N/sub_issues")
      return this.#children(request, repository, rest[1] ?? "");
    if (/^GET \/commits\/[^/]+\/status$/.test(path)) {
      return this.#status(request, repository, rest[1] ?? "");
    }
    if (/^GET \/collaborators\/[^/]+\/permission$/.test(path)) {
      return this.#permission(request, repository, rest[1] ?? "");
    }
    if (rest[0] === "actions") return this.#actions(request, repository, path, rest);
    return undefined;
  }

  /** The emulator's answer, where it is not quite GitHub's. */
  async improve(request: GapRequest, answer: GapAnswer): Promise<GapAnswer> {
    const { method, url, token, login } = request;
    const inRepository = /^\/repos\/([^/]+\/[^/]+)/.exec(url.pathname)?.[1];
    // GitHub does not say that something hidden is there.
    if (inRepository && answer.status === 403) return notFound;
    if (Array.isArray(answer.data) && /\/pulls\/\d+\/comments$/.test(url.pathname)) {
      return {
        ...answer,
        data: toList(answer.data).map(withLinks),
      };
    }
    if (method === "POST" && answer.status < 300 && /^\/user\/repos$|\/forks$/.test(url.pathname)) {
      const { data: source } = await this.#ask(token, "GET", `/repos/${inRepository}`);
      const more = inRepository === undefined ? {} : { parent: source, source };
      return { ...answer, data: withPush({ ...more, ...toJson(answer.data) }) };
    }
    const isRepository = inRepository !== undefined && url.pathname === `/repos/${inRepository}`;
    if (method !== "GET" || answer.status !== 200 || !isRepository) return answer;
    const push = await this.#mayPush(token, inRepository, login);
    return {
      ...answer,
      data: { ...toJson(answer.data), permissions: { push, pull: true, admin: false } },
    };
  }

  async #redirect(
    { token }: GapRequest,
    target: string,
    rest: readonly string[],
  ): Promise<GapAnswer> {
    const { data } = await this.#ask(token, "GET", `/repos/${target}`);
    const location = ["/repositories", String(toJson(data)["id"]), ...rest].join("/");
    return { status: 301, data: { message: "Moved Permanently" }, headers: { location } };
  }

  async #mayPush(token: string, repository: string, login: string): Promise<boolean> {
    if (repository.split("/")[0] === login) return true;
    const path = `/repos/${repository}/collaborators/${login}/permission`;
    const { status, data } = await this.#ask(token, "GET", path);
    return (
      status === 200 && ["admin", "push", "write"].includes(String(toJson(data)["permission"]))
    );
  }

  async #permission({ token }: GapRequest, repository: string, login: string): Promise<GapAnswer> {
    const user = await this.#ask(token, "GET", `/users/${login}`);
    if (user.status !== 200) return notFound;
    const permission = (await this.#mayPush(token, repository, login)) ? "write" : "read";
    return { status: 200, data: { permission, role_name: permission, user: null } };
  }

  /** GitHub takes a commit for its tree, and gives entries a URL, which the emulator does not. */
  async #grow({ token, body }: GapRequest, repository: string): Promise<GapAnswer> {
    const base = toJson(body)["base_tree"];
    const commit = await this.#ask(token, "GET", `/repos/${repository}/git/commits/${base}`);
    const tree = commit.status === 200 ? toJson(toJson(commit.data)["tree"])["sha"] : base;
    const grown = { ...toJson(body), base_tree: tree };
    const { data, ...answer } = await this.#ask(
      token,
      "POST",
      `/repos/${repository}/git/trees`,
      grown,
    );
    const entries = toList(toJson(data)["tree"]).map((entry) => ({ url: "", ...entry }));
    return { ...answer, data: { ...toJson(data), tree: entries } };
  }

  async #files({ token }: GapRequest, repository: string, number: string): Promise<GapAnswer> {
    const pull = await this.#ask(token, "GET", `/repos/${repository}/pulls/${number}`);
    if (pull.status !== 200) return notFound;
    const { base, head } = toJson(pull.data);
    const [from, to] = await Promise.all(
      [base, head].map((side) => this.#tree(token, repository, String(toJson(side)["sha"]))),
    );
    return { status: 200, data: listChanges(from ?? [], to ?? []) };
  }

  async #tree(token: string, repository: string, sha: string) {
    const { data } = await this.#ask(
      token,
      "GET",
      `/repos/${repository}/git/trees/${sha}?recursive=1`,
    );
    const entries = toList(toJson(data)["tree"]).filter((entry) => entry["type"] === "blob");
    return Promise.all(
      entries.map(async (entry) => {
        const blob = await this.#ask(
          token,
          "GET",
          `/repos/${repository}/git/blobs/${entry["sha"]}`,
        );
        const content = Buffer.from(String(toJson(blob.data)["content"]), "base64").toString(
          "utf8",
        );
        return { path: String(entry["path"]), sha: String(entry["sha"]), content };
      }),
    );
  }

  async #children({ token }: GapRequest, repository: string, number: string): Promise<GapAnswer> {
    const issue = await this.#ask(token, "GET", `/repos/${repository}/issues/${number}`);
    if (issue.status !== 200) return notFound;
    const children = this.#subIssues.get(`${repository}#${number}`) ?? [];
    const answers = await Promise.all(
      children.map((child) => this.#ask(token, "GET", `/repos/${repository}/issues/${child}`)),
    );
    return { status: 200, data: answers.map(({ data }) => data) };
  }

  async #status({ token }: GapRequest, name: string, sha: string): Promise<GapAnswer> {
    const { status, data: repository } = await this.#ask(token, "GET", `/repos/${name}`);
    if (status !== 200) return notFound;
    const url = `https://api.github.com/repos/${name}/commits/${sha}`;
    const found = this.#statuses.get(sha) ?? [];
    const at = "2026-11-21T00:00:00Z";
    const statuses = found.map((given, id) => ({
      ...{ id, node_id: String(id), url, avatar_url: null, description: null, target_url: null },
      ...{ created_at: at, updated_at: at },
      ...given,
    }));
    const bad = found.some(({ state }) => state !== "success");
    const state = found.length === 0 ? "pending" : bad ? "failure" : "success";
    const data = {
      state,
      statuses,
      sha,
      total_count: found.length,
      repository,
      commit_url: url,
      url,
    };
    return { status: 200, data };
  }

  #log(log: string): GapAnswer {
    const { logStorage: location } = this;
    if (location === undefined) return { status: 200, data: log };
    return { status: 302, data: "", headers: { location } };
  }

  async #actions(
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
}

function withLinks(comment: Json): Json {
  const [self, html] = [comment["url"], comment["html_url"]].map((href) => ({ href }));
  return { _links: { self, html, pull_request: self }, ...comment };
}

/** GitHub says when a repository that was just made was pushed to. */
function withPush(data: unknown): Json {
  const made = toJson(data);
  const filled = Object.entries(made).map(([key, value]) => [
    key,
    (key === "parent" || key === "source") && isJson(value) ? withPush(value) : value,
  ]);
  return { ...Object.fromEntries(filled), pushed_at: made["pushed_at"] ?? made["created_at"] };
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

function toJson(value: unknown): Json {
  return isJson(value) ? value : {};
}

function toList(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
