import { toSurface } from "@fairlead/runtime";
import { type ConnectedClient, type ConnectOptions, connect } from "@fairlead/runtime/testing";
import { createFakeGitHub, type FakeGitHub } from "@fairlead/testing/github";
import { onTestFinished } from "vitest";
import { server } from "../../src/index.ts";
import { type OpenOptions, openGitHub, type Surroundings } from "../../src/open.ts";

export const myToken = "ghp_octocat0000000000000000000000000001";
export const eveToken = "ghp_eve00000000000000000000000000000002";
export const bareToken = "ghp_bare0000000000000000000000000000003";
export const fineToken = "github_pat_fine000000000000000000000004";

/** A repository with a branch, a pull request, issues, a run and a release. */
export interface World {
  readonly fake: FakeGitHub;
  /** Of the pull request. */
  readonly headSha: string;
  readonly readmeSha: string;
}

const repo = "/repos/octocat/hello";

/** An emulated GitHub with something in it: `octocat` is whose token is used, `eve` a stranger. */
export async function createWorld(): Promise<World> {
  const fake = await createFakeGitHub({
    tokens: {
      [myToken]: { login: "octocat", scopes: ["repo", "workflow"] },
      [eveToken]: { login: "eve", scopes: ["public_repo"] },
      [bareToken]: { login: "octocat", scopes: ["read:user"] },
      [fineToken]: { login: "octocat" },
    },
    repositories: [
      { owner: "octocat", name: "hello" },
      { owner: "octocat", name: "secret", private: true },
      { owner: "eve", name: "library" },
    ],
  });
  const me = (method: string, path: string, body?: object) => fake.as(myToken, method, path, body);
  const put = (path: string, text: string, branch: string) =>
    me("PUT", `${repo}/contents/${path}`, {
      message: `Add ${path}`,
      content: Buffer.from(text).toString("base64"),
      branch,
    });
  await put(
    "src/app.ts",
    'export const greeting = "hello";\nexport const name = "world";\n',
    "main",
  );
  await put("docs/Grüße und 日本.md", "# Grüße\n", "main");
  const main = await me("GET", `${repo}/git/ref/heads/main`);
  const base = pick(main, "object", "sha");
  await me("POST", `${repo}/git/refs`, { ref: "refs/heads/feature/one", sha: base });
  await put("src/new.ts", "export const added = true;\n", "feature/one");
  await me("POST", `${repo}/pulls`, {
    title: "Add new.ts",
    body: "It is needed.",
    head: "feature/one",
    base: "main",
  });
  const headSha = pick(await me("GET", `${repo}/pulls/1`), "head", "sha");
  fake.gaps.setStatuses(headSha, [{ context: "ci/build", state: "success" }]);
  await me("POST", `${repo}/check-runs`, {
    name: "lint",
    head_sha: headSha,
    status: "completed",
    conclusion: "failure",
  });
  await me("POST", `${repo}/issues`, { title: "It breaks", body: "Steps: none.", labels: [] });
  await me("POST", `${repo}/issues`, { title: "A part of it", body: "" });
  await me("POST", `${repo}/issues/2/comments`, { body: "I see it too. 👨‍👩‍👧" });
  fake.gaps.setSubIssues("octocat/hello", 2, [3]);
  fake.gaps.actions.addRun("octocat/hello", {
    id: 501,
    name: "CI",
    conclusion: "failure",
    branch: "main",
    sha: base,
    jobs: [
      { id: 601, name: "test", conclusion: "failure", log: toLog("test") },
      { id: 602, name: "lint", conclusion: "success", log: toLog("lint") },
    ],
  });
  await me("POST", `${repo}/releases`, { tag_name: "v1.0.0", name: "One", body: "First." });
  const readmeSha = pick(await me("GET", `${repo}/contents/README.md`), "sha");
  onTestFinished(() => fake[Symbol.asyncDispose]());
  return { fake, headSha, readmeSha };
}

function toLog(name: string): string {
  const lines = Array.from({ length: 400 }, (_, at) => `${name} line ${at + 1}`);
  return lines.map((line) => `2026-11-21T00:00:00.0000000Z \u001b[31m${line}\u001b[0m`).join("\n");
}

/** A value deep in JSON. */
export function pick(json: unknown, ...keys: readonly string[]): string {
  const value = keys.reduce<unknown>((current, key) => Reflect.get(Object(current), key), json);
  return String(value);
}

const defaults: OpenOptions = {
  personalAccessToken: myToken,
  host: "github.com",
  repos: [],
  lockdown: false,
  allowCrossVisibility: false,
  demo: false,
};

export interface ClientSettings {
  readonly options?: Partial<OpenOptions>;
  readonly around?: Surroundings;
  readonly connect?: ConnectOptions;
  /** Leaves the client open for the tests that follow. */
  readonly keep?: boolean;
}

/** A client of the server on an emulated GitHub, with every tool there is. */
export async function createClient(
  url: string,
  { options = {}, around, connect: how = {}, keep = false }: ClientSettings = {},
): Promise<ConnectedClient> {
  const opened = await openGitHub({ ...defaults, host: url, ...options }, around);
  const client = await connect(server, {
    context: { github: opened.github },
    policy: { toolsets: ["all"], legacy: true },
    ...how,
  });
  if (!keep) {
    onTestFinished(async () => {
      await client.close();
      await opened.close();
    });
  }
  return client;
}

export const surface = toSurface(server);

/** Every tool of every toolset. */
export const tools = surface.toolsets.flatMap((toolset) => toolset.tools);
