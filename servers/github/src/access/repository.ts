import { z } from "zod";
import { path } from "../api/address.ts";
import { type Answer, type Api, type Ask, type RawAnswer, readAnswer } from "../api/api.ts";
import { GitHubError } from "../errors.ts";
import type { Authored, Trust } from "./trust.ts";
import type { Visibility, VisibilityLedger } from "./visibility.ts";

const comparison = z.object({ status: z.string() });

/** What is known of a repository, under the name GitHub itself gives it. */
export interface RepositoryFacts {
  readonly fullName: string;
  readonly visibility: Visibility;
  readonly defaultBranch: string;
  readonly url: string;
  /** Whether the owner of the token may push. */
  readonly mayPush: boolean;
}

export interface RepositoryParts {
  readonly api: Api;
  readonly facts: RepositoryFacts;
  readonly trust: Trust;
  readonly ledger: VisibilityLedger;
  readonly signal: AbortSignal;
  /** Called when the repository turns out to be gone from its name. */
  onMoved(): void;
}

/** One repository for one call, after every rule about reaching it was asked. */
export class Repository {
  readonly facts: RepositoryFacts;
  readonly signal: AbortSignal;
  readonly #parts: RepositoryParts;
  readonly #ahead = new Map<string, Promise<RawAnswer>>();

  constructor(parts: RepositoryParts) {
    this.facts = parts.facts;
    this.signal = parts.signal;
    this.#parts = parts;
  }

  get name(): string {
    return this.facts.fullName;
  }

  /** Sends a request below the repository's own address. A repository that moved is never followed. */
  async ask<S extends z.ZodType>(schema: S, ask: Ask): Promise<Answer<z.output<S>>> {
    const ahead = this.#ahead.get(toKey(ask));
    return readAnswer(schema, await (ahead ?? this.#send(ask)));
  }

  /**
   * Sends requests whose answers will be asked for, so that none of them waits for another. What fails
   * does so where its answer is asked for.
   */
  askAhead(asks: readonly Ask[]): void {
    for (const ask of asks) {
      if (this.#ahead.has(toKey(ask))) continue;
      const answer = this.#send(ask);
      answer.catch(() => {});
      this.#ahead.set(toKey(ask), answer);
    }
  }

  async #send(ask: Ask): Promise<RawAnswer> {
    const { api, signal, onMoved } = this.#parts;
    const address = this.name.split("/").map(encodeURIComponent).join("/");
    try {
      return await api.send({ ...ask, path: `/repos/${address}${ask.path}` }, signal);
    } catch (error) {
      const moved = error instanceof GitHubError && (error.status ?? 0) >= 300;
      if (moved && (error.status ?? 0) < 400) onMoved();
      throw error;
    }
  }

  /**
   * Notes that files or history are read: trusted where the token's owner has a say in them. Throws
   * GitHubError where lockdown keeps them back.
   */
  async noteFiles(ref?: string): Promise<void> {
    await this.readFiles(ref, undefined);
  }

  /** The same once they are read; whose a ref is is asked meanwhile. */
  async readFiles<T>(ref: string | undefined, reading: T): Promise<Awaited<T>> {
    const { facts, ledger, trust } = this.#parts;
    const isPublic = facts.visibility === "public";
    const [read, own] = await Promise.all([
      reading,
      !isPublic || ref === undefined || this.#isOwn(ref),
    ]);
    if (!own && trust.isLockdown) {
      throw new GitHubError(
        `${ref} is not on ${facts.defaultBranch} of ${this.name}, so it may be a stranger's.`,
        "The server runs with --lockdown. Name a branch, a tag, or a commit of the default branch.",
      );
    }
    ledger.note(facts.fullName, facts.visibility, { trusted: !isPublic || (own && facts.mayPush) });
    return read;
  }

  /**
   * Whether a ref can hold only what was pushed here. GitHub gives commits of forks by their sha, also
   * as where an expression begins, and those of pull requests by refs of their own.
   */
  async #isOwn(ref: string): Promise<boolean> {
    if (/^pull\/|^refs\/(?!heads\/|tags\/)|[~^:]|@\{|\.\./i.test(ref)) return false;
    if (!/^[0-9a-f]{4,40}$/i.test(ref)) return true;
    const place = path`/compare/${`${this.facts.defaultBranch}...${ref}`}`;
    try {
      const { data } = await this.ask(comparison, { path: place, query: { per_page: 1 } });
      return data.status === "behind" || data.status === "identical";
    } catch (error) {
      // No commit, such as a tree, or one without a common history.
      if (error instanceof GitHubError && error.status === 404) return false;
      throw error;
    }
  }

  /** The items that may be shown, with what others wrote noted; lockdown keeps strangers' back. */
  async screen<T extends Authored>(items: readonly T[]): Promise<Screened<T>> {
    const { trust, ledger, facts } = this.#parts;
    const shown = await trust.admit(this, items);
    for (const item of shown) {
      ledger.note(facts.fullName, facts.visibility, { trusted: trust.isTrusted(this, item) });
    }
    return { shown, hidden: items.length - shown.length || undefined };
  }

  /** The item, if it may be shown. Throws GitHubError where lockdown keeps it back. */
  async admit<T extends Authored>(item: T, what: string): Promise<T> {
    const { shown } = await this.screen([item]);
    const [admitted] = shown;
    if (admitted !== undefined) return admitted;
    throw new GitHubError(
      `${what} in ${this.name} is by ${item.user?.login ?? "nobody"}, who may not push there.`,
      "The server runs with --lockdown: it shows only what people with push access wrote.",
    );
  }
}

function toKey({ method = "GET", path: place, query }: Ask): string {
  return JSON.stringify([method, place, query]);
}

export interface Screened<T> {
  readonly shown: readonly T[];
  /** How many were kept back; undefined for none. */
  readonly hidden: number | undefined;
}
