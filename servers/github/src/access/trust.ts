import { BoundedMap } from "@fairlead/guard";
import { z } from "zod";
import { path } from "../api/address.ts";
import type { Answer, Ask } from "../api/api.ts";
import { GitHubError } from "../errors.ts";
import type { Visibility } from "./visibility.ts";

/** Somebody's words, as GitHub's answers say whose they are. */
export interface Authored {
  readonly user?: { readonly login: string } | null | undefined;
  readonly author_association?: string | null | undefined;
}

/** Where words stand, and who can be asked about the people there. */
export interface Venue {
  readonly name: string;
  readonly facts: { readonly visibility: Visibility };
  ask<S extends z.ZodType>(schema: S, ask: Ask): Promise<Answer<z.output<S>>>;
}

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
  readonly #pushers = new BoundedMap<
    string,
    { readonly until: number; readonly answer: Promise<boolean> }
  >(most);

  constructor({ lockdown }: { readonly lockdown: boolean }) {
    this.#lockdown = lockdown;
  }

  get isLockdown(): boolean {
    return this.#lockdown;
  }

  isTrusted(venue: Venue, { author_association: association }: Authored): boolean {
    return venue.facts.visibility !== "public" || insiders.includes(association ?? "");
  }

  /** The items that may be shown. */
  async admit<T extends Authored>(venue: Venue, items: readonly T[]): Promise<T[]> {
    if (!this.#lockdown || venue.facts.visibility !== "public") return [...items];
    const verdicts = await Promise.all(
      items.map(async ({ user, author_association: association }) => {
        if (association === "OWNER") return true;
        if (!insiders.includes(association ?? "") || !user) return false;
        return this.#mayPush(venue, user.login);
      }),
    );
    return items.filter((_, at) => verdicts[at]);
  }

  /** An insider may be one who only reads, so GitHub is asked; each person once a minute. */
  async #mayPush(venue: Venue, login: string): Promise<boolean> {
    const key = `${venue.name} ${login}`;
    const known = this.#pushers.get(key);
    if (known && known.until > performance.now()) return known.answer;
    const answer = askPermission(venue, login);
    this.#pushers.set(key, { until: performance.now() + keepMs, answer });
    // What failed, or was cancelled with its call, is not an answer for the next.
    answer.catch(() => this.#pushers.delete(key));
    return answer;
  }
}

async function askPermission(venue: Venue, login: string): Promise<boolean> {
  try {
    const ask = { path: path`/collaborators/${login}/permission` };
    const { data } = await venue.ask(permission, ask);
    return ["admin", "maintain", "write"].includes(data.permission);
  } catch (error) {
    // Whom GitHub does not know as one who may, may not: also where the token may not ask.
    if (error instanceof GitHubError && (error.status === 403 || error.status === 404))
      return false;
    throw error;
  }
}
