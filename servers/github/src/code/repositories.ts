import { type GitHub, toFacts } from "../access/github.ts";
import type { RepositoryName } from "../access/names.ts";
import { repository as repositoryAnswer } from "../api/answers.ts";

export interface NewRepository {
  readonly name: string;
  readonly description?: string | undefined;
  readonly private?: boolean | undefined;
  readonly autoInit?: boolean | undefined;
}

/** Makes a repository of the token's owner; private unless it is said to be public. */
export async function createRepository(github: GitHub, wanted: NewRepository, signal: AbortSignal) {
  const { name, description, private: isPrivate = true, autoInit } = wanted;
  const { login } = await github.readMe(signal);
  github.assertNew({ owner: login, repo: name }, isPrivate ? "private" : "public");
  const body = { name, description, private: isPrivate, auto_init: autoInit };
  const ask = { method: "POST", path: "/user/repos", body } as const;
  const { data } = await github.api.ask(repositoryAnswer, ask, signal);
  return toMade(toFacts(data));
}

/** Forks a repository to an organization, or to the token's owner. */
export async function forkRepository(
  github: GitHub,
  { organization, ...name }: RepositoryName & { readonly organization?: string | undefined },
  signal: AbortSignal,
) {
  const source = await github.open(name, signal);
  const owner = organization ?? (await github.readMe(signal)).login;
  const [, repo = ""] = source.name.split("/");
  github.assertNew({ owner, repo }, source.facts.visibility);
  const body = { ...(organization && { organization }) };
  const { data } = await source.ask(repositoryAnswer, { method: "POST", path: "/forks", body });
  return toMade(toFacts(data));
}

function toMade({ fullName, visibility, defaultBranch, url }: ReturnType<typeof toFacts>) {
  return { full_name: fullName, visibility, default_branch: defaultBranch, url };
}
