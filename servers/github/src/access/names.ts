import { GitHubError } from "../errors.ts";

/** A repository by its address. */
export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

const ownerPattern = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})$/;
const repoPattern = /^[A-Za-z0-9._-]{1,100}$/;

/** Throws GitHubError unless both are names as GitHub gives them: nothing that could be a path. */
export function assertName({ owner, repo }: RepositoryName): void {
  assertOwner(owner);
  if (!repoPattern.test(repo) || repo === "." || repo === "..") {
    throw new GitHubError(
      `"${repo}" is not a repository name.`,
      'Give owner and repo separately, e.g. "octocat" and "hello-world".',
    );
  }
}

/** Throws GitHubError unless it is a login or an organization. */
export function assertOwner(owner: string): void {
  if (ownerPattern.test(owner)) return;
  throw new GitHubError(
    `"${owner}" is not an owner name.`,
    "Give the login of a user or organization: letters, digits and hyphens.",
  );
}

/** The repositories this server may touch: `owner/name` or `owner/*`; all where none is named. */
export class RepositoryList {
  readonly #entries: readonly RepositoryName[];

  constructor(entries: readonly string[]) {
    this.#entries = entries.map((entry) => {
      const [owner = "", repo = "", ...rest] = entry.toLowerCase().split("/");
      if (rest.length > 0 || repo === "")
        throw new GitHubError(`"${entry}" is not a repository or an owner.`, entryForm);
      assertName({ owner, repo: repo === "*" ? "all" : repo });
      return { owner, repo };
    });
  }

  get isOpen(): boolean {
    return this.#entries.length === 0;
  }

  includes(fullName: string): boolean {
    const [owner, repo] = fullName.toLowerCase().split("/");
    return (
      this.isOpen ||
      this.#entries.some((entry) => entry.owner === owner && ["*", repo].includes(entry.repo))
    );
  }

  /** Throws GitHubError for a repository outside the list. */
  assert(fullName: string): void {
    if (this.includes(fullName)) return;
    throw new GitHubError(
      `${fullName} is outside the repositories this server may use.`,
      `It may use ${this.#names} (--repos).`,
    );
  }

  /**
   * A search that cannot look outside the list: the names in it must be listed, and where it has none
   * it gets them all, which GitHub joins by or. What reaches further is refused unsent, since even
   * the number of its results tells what is in a repository.
   */
  confine(query: string): string {
    if (this.isOpen) return query;
    const form = /(?<=^|\s)(?:repo:([\w.-]+\/[\w.-]+)|(?:user|org):([\w-]+))(?=\s|$)/gi;
    const named = [...query.matchAll(form)];
    // A whole owner is listed only as owner/*.
    for (const [, name, owner = ""] of named) this.assert(name ?? `${owner}/*`);
    const rest = named.reduce((left, [qualifier]) => left.replace(qualifier, " "), query);
    if (/(?:repo|org|user|owner|enterprise)\s*:|\b(?:or|not)\b|[()]/i.test(rest)) {
      throw new GitHubError(
        `${JSON.stringify(query)} could look outside the repositories this server may use.`,
        `Name repositories as repo:owner/name, without OR, NOT and parentheses. It may use ${this.#names}.`,
      );
    }
    return named.length > 0 ? query : `${query} ${this.#qualifiers}`.trim();
  }

  get #qualifiers(): string {
    return this.#entries
      .map(({ owner, repo }) => (repo === "*" ? `user:${owner}` : `repo:${owner}/${repo}`))
      .join(" ");
  }

  get #names(): string {
    return this.#entries.map(({ owner, repo }) => `${owner}/${repo}`).join(", ");
  }
}

const entryForm = "Give --repos as owner/name or owner/*.";
