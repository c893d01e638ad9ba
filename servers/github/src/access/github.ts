import { BoundedMap } from "@fairlead/guard";
import { z } from "zod";
import { path } from "../api/address.ts";
import { type RepositoryAnswer, repository as repositoryAnswer } from "../api/answers.ts";
import { Api, type ApiOptions } from "../api/api.ts";
import { assertName, assertOwner, type RepositoryList, type RepositoryName } from "./names.ts";
import { Repository, type RepositoryFacts } from "./repository.ts";
import { Trust } from "./trust.ts";
import { type Visibility, VisibilityLedger } from "./visibility.ts";

/** Repositories are looked at again after this long. */
const keepMs = 60_000;
const most = 500;

export interface Rules {
  /** The repositories that may be touched. */
  readonly repositories: RepositoryList;
  readonly lockdown: boolean;
  readonly allowCrossVisibility: boolean;
}

const user = z.object({
  login: z.string(),
  name: z.string().nullish(),
  html_url: z.string(),
});
export type Me = z.output<typeof user> & { readonly headers: Readonly<Record<string, unknown>> };

/** GitHub as one principal may use it: every way to a repository leads through `open`. */
export class GitHub {
  readonly api: Api;
  readonly rules: Rules;
  readonly trust: Trust;
  readonly ledger: VisibilityLedger;
  readonly #known = new BoundedMap<
    string,
    { readonly until: number; readonly facts: RepositoryFacts }
  >(most);

  constructor(options: ApiOptions, rules: Rules) {
    this.api = new Api(options);
    this.rules = rules;
    this.trust = new Trust(rules);
    this.ledger = new VisibilityLedger({ lenient: rules.allowCrossVisibility });
  }

  /** Opens a repository for reading. Throws GitHubError where it may not be touched. */
  async open(name: RepositoryName, signal: AbortSignal): Promise<Repository> {
    assertName(name);
    const asked = `${name.owner}/${name.repo}`;
    this.rules.repositories.assert(asked);
    const facts = await this.#look(name, asked.toLowerCase(), signal);
    // It may have been renamed or handed over: what counts is what it is called now.
    this.rules.repositories.assert(facts.fullName);
    const { api, trust, ledger } = this;
    const onMoved = () => this.#known.delete(asked.toLowerCase());
    return new Repository({ api, facts, trust, ledger, signal, onMoved });
  }

  /** The same, for a call that changes something there. */
  async openToWrite(name: RepositoryName, signal: AbortSignal): Promise<Repository> {
    const repository = await this.open(name, signal);
    this.ledger.assertWrite(repository.name, repository.facts.visibility);
    return repository;
  }

  /** Throws GitHubError unless a repository of this name and visibility may be made. */
  assertNew({ owner, repo }: RepositoryName, visibility: Visibility): void {
    assertName({ owner, repo });
    this.rules.repositories.assert(`${owner}/${repo}`);
    this.ledger.assertWrite(`${owner}/${repo}`, visibility);
  }

  /** Whose token it is, with the headers that say what it may do. */
  async readMe(signal: AbortSignal): Promise<Me> {
    const { data, headers } = await this.api.ask(user, { path: "/user" }, signal);
    assertOwner(data.login);
    return { ...data, headers };
  }

  close(): void {
    this.api.close();
  }

  async #look(name: RepositoryName, key: string, signal: AbortSignal): Promise<RepositoryFacts> {
    const known = this.#known.get(key);
    if (known && known.until > performance.now()) return known.facts;
    const ask = { path: path`/repos/${name.owner}/${name.repo}`, redirect: "follow" } as const;
    const { data } = await this.api.ask(repositoryAnswer, ask, signal);
    const facts = toFacts(data);
    this.#known.set(key, { until: performance.now() + keepMs, facts });
    return facts;
  }
}

/** Reads GitHub's answer; where it says nothing of visibility, whether it is private decides. */
export function toFacts(answer: RepositoryAnswer): RepositoryFacts {
  return {
    fullName: answer.full_name,
    visibility: toVisibility(answer),
    defaultBranch: answer.default_branch ?? "main",
    url: answer.html_url,
    mayPush: answer.permissions?.push === true,
  };
}

export function toVisibility({
  visibility,
  private: isPrivate,
}: Pick<RepositoryAnswer, "visibility" | "private">): Visibility {
  if (visibility === "internal") return "internal";
  return isPrivate ? "private" : "public";
}
