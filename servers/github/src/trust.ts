import { z } from "zod";
import { path } from "./address.ts";
import { GitHubError } from "./errors.ts";
import type { Authored, Repository } from "./repository.ts";

/** What GitHub says of people who belong to a repository or its organization. */
const insiders = ["OWNER", "MEMBER", "COLLABORATOR"];
const permission = z.object({ permission: z.string() });
const keepMs = 60_000;
const most = 1_000;

/**
 * Decides whose words count. Content that is not public is by people who were let in. In public,
 * insiders are trusted; under lockdown only those who may push are shown at all.
 */
export class Trust {
  readonly #lockdown: boolean;
  readonly #pushers = new Map<
    string,
    { readonly until: number; readonly answer: Promise<boolean> }
  >();

  constructor({ lockdown }: { readonly lockdown: boolean }) {
    this.#lockdown = lockdown;
  }

  get isLockdown(): boolean {
    return this.#lockdown;
  }

  isTrusted(repository: Repository, { author_association: association }: Authored): boolean {
    return repository.facts.visibility !== "public" || insiders.includes(association ?? "");
  }

  /** The items that may be shown. */
  async admit<T extends Authored>(repository: Repository, items: readonly T[]): Promise<T[]> {
    if (!this.#lockdown || repository.facts.visibility !== "public") return [...items];
    const verdicts = await Promise.all(
      items.map(async ({ user, author_association: association }) => {
        if (association === "OWNER") return true;
        if (!insiders.includes(association ?? "") || !user) return false;
        return this.#mayPush(repository, user.login);
      }),
    );
    return items.filter((_, at) => verdicts[at]);
  }

  /** An insider may be one who only reads, so GitHub is asked; each person once a minute. */
  async #mayPush(repository: Repository, login: string): Promise<boolean> {
    const key = `${repository.name} ${login}`;
    const known = this.#pushers.get(key);
    if (known && known.until > Date.now()) return known.answer;
    const answer = askPermission(repository, login);
    if (this.#pushers.size >= most) this.#pushers.clear();
    this.#pushers.set(key, { until: Date.now() + keepMs, answer });
    // What failed, or was cancelled with its call, is no answer for the next.
    answer.catch(() => this.#pushers.delete(key));
    return answer;
  }
}

async function askPermission(repository: Repository, login: string): Promise<boolean> {
  try {
    const ask = { path: path`/collaborators/${login}/permission` };
    const { data } = await repository.ask(permission, ask);
    return ["admin", "maintain", "write"].includes(data.permission);
  } catch (error) {
    // Whom GitHub does not know as one who may, may not: also where the token may not ask.
    if (error instanceof GitHubError && (error.status === 403 || error.status === 404))
      return false;
    throw error;
  }
}
