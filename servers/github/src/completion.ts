import { z } from "zod";
import type { GitHub } from "./access/github.ts";
import type { RepositoryName } from "./access/names.ts";
import type { Repository } from "./access/repository.ts";
import { path, toParts } from "./api/address.ts";
import { named, reference } from "./api/answers.ts";
import { readContents } from "./code/contents.ts";
import { listIssues } from "./discussion/issues.ts";
import { listPulls } from "./discussion/pulls.ts";
import { GitHubError } from "./errors.ts";

const most = 100;
const repositories = z.array(z.object({ full_name: z.string() }));

/** Owners of the repositories the token reaches. */
export async function completeOwner(github: GitHub, typed: string, signal: AbortSignal) {
  const names = await listNames(github, signal);
  return begin([...new Set(names.map((name) => name.split("/")[0] ?? ""))], typed);
}

/** Repositories of one owner. */
export async function completeRepo(
  github: GitHub,
  owner: string,
  typed: string,
  signal: AbortSignal,
) {
  const names = (await listNames(github, signal)).map((name) => name.split("/"));
  const own = names.filter(([of]) => of?.toLowerCase() === owner.toLowerCase());
  return begin(
    own.map(([, repo]) => repo ?? ""),
    typed,
  );
}

async function listNames(github: GitHub, signal: AbortSignal): Promise<string[]> {
  const query = { per_page: most, sort: "pushed" };
  const names = await (github.api.isApp
    ? installed(github, signal)
    : owned(github, query, signal)
  ).catch(orNothing);
  return (names ?? []).filter((name) => github.rules.repositories.includes(name));
}

async function owned(github: GitHub, query: Record<string, string | number>, signal: AbortSignal) {
  const { data } = await github.api.ask(repositories, { path: "/user/repos", query }, signal);
  return data.map((found) => found.full_name);
}

async function installed(github: GitHub, signal: AbortSignal) {
  const ask = { path: "/installation/repositories", query: { per_page: most } };
  const { data } = await github.api.ask(z.object({ repositories }), ask, signal);
  return data.repositories.map((found) => found.full_name);
}

/** Branches that begin with what was typed. */
export function completeBranch(
  github: GitHub,
  name: RepositoryName,
  typed: string,
  signal: AbortSignal,
) {
  return inside(github, name, signal, async (repository) => {
    const prefix =
      typed === ""
        ? "/git/matching-refs/heads"
        : path`/git/matching-refs/heads/${typed.split("/")}`;
    const { data } = await repository.ask(z.array(reference), { path: prefix });
    return data.map(({ ref }) => ref.replace("refs/heads/", "")).slice(0, most);
  });
}

/** Files and directories of the directory that was typed so far. */
export function completePath(
  github: GitHub,
  { ref, ...name }: RepositoryName & { readonly ref?: string | undefined },
  typed: string,
  signal: AbortSignal,
) {
  return inside(github, name, signal, async (repository) => {
    const directory = toParts(typed.slice(0, typed.lastIndexOf("/") + 1)).join("/");
    const read = await readContents(repository, directory, ref);
    const entries = read.kind === "directory" ? read.entries : [];
    const below = directory === "" ? "" : `${directory}/`;
    return begin(
      entries.map(({ name: entry, type }) => `${below}${entry}${type === "dir" ? "/" : ""}`),
      typed,
    );
  });
}

export function completeLabel(
  github: GitHub,
  name: RepositoryName,
  typed: string,
  signal: AbortSignal,
) {
  return inside(github, name, signal, async (repository) =>
    begin(await listLabels(repository), typed),
  );
}

/** The names of a repository's labels, as GitHub knows them. */
export async function listLabels(repository: Repository): Promise<string[]> {
  const ask = { path: "/labels", query: { per_page: most } };
  const { data } = await repository.ask(z.array(named), ask);
  return data.map((label) => label.name);
}

/** Numbers of open issues, or of open pull requests, the latest first. */
export function completeNumber(
  github: GitHub,
  { kind, ...name }: RepositoryName & { readonly kind: "issue" | "pull" },
  typed: string,
  signal: AbortSignal,
) {
  return inside(github, name, signal, async (repository) => {
    const rows =
      kind === "pull"
        ? (await listPulls(repository, { per_page: most })).pulls
        : (await listIssues(repository, { per_page: most })).issues;
    return begin(
      rows.map(({ number }) => String(number)),
      typed,
    );
  });
}

async function inside(
  github: GitHub,
  name: RepositoryName,
  signal: AbortSignal,
  list: (repository: Repository) => Promise<string[]>,
): Promise<string[]> {
  const propose = async () => list(await github.open(name, signal));
  return (await propose().catch(orNothing)) ?? [];
}

function begin(values: readonly string[], typed: string): string[] {
  const start = typed.toLowerCase();
  return values.filter((value) => value.toLowerCase().startsWith(start)).slice(0, most);
}

/** What cannot be reached has nothing to propose; any other error is not ours to hide. */
function orNothing(error: unknown): undefined {
  if (error instanceof GitHubError) return undefined;
  throw error;
}
