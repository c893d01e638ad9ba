import { createVerify } from "node:crypto";
import { FakeActions } from "./actions.ts";
import { listChanges } from "./changes.ts";
import {
  type Emulator,
  type GapAnswer,
  type GapRequest,
  isJson,
  type Json,
  notFound,
  toJson,
  toList,
} from "./gap.ts";

/** What the emulator does not do, or not as GitHub does. */
export class GitHubGaps {
  readonly #ask: Emulator;
  readonly #moved = new Map<string, string>();
  readonly #statuses = new Map<string, readonly Json[]>();
  readonly #subIssues = new Map<string, readonly number[]>();
  /** Of the app that may log in, and the token its installation gets. */
  app: { readonly publicKey: string; readonly installationToken: string } | undefined;

  readonly actions: FakeActions;

  constructor(ask: Emulator) {
    this.#ask = ask;
    this.actions = new FakeActions(ask);
  }

  /** From now on the first name leads to the repository of the second one. */
  move(from: string, to: string): void {
    this.#moved.set(from.toLowerCase(), to);
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
    if (rest[0] === "actions") return this.actions.answer(request, repository, path, rest);
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
