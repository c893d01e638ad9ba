import { BoundedMap, cleanPlainText, revealName } from "@fairlead/guard";
import type { Client } from "../api/client.ts";
import { isUserId } from "../api/ids.ts";
import { present, SlackError } from "../errors.ts";

const freshMs = 15 * 60_000;
const maxKnown = 10_000;
/** People asked for one by one to put names into one answer. */
const maxLookups = 25;
/** Pages of the list one call looks through. */
const pagesPerCall = 5;
const pageSize = 200;

/** A person or an app in the few facts that matter. */
export interface Person {
  readonly id: string;
  /** What others call them. */
  readonly name: string;
  readonly handle: string;
  readonly realName: string;
  readonly title: string;
  readonly email: string;
  readonly bot: boolean;
  readonly deleted: boolean;
}

/** A user as Slack describes it, in the parts used here. */
export interface RawUser {
  readonly id?: string;
  readonly name?: string;
  readonly real_name?: string;
  readonly deleted?: boolean;
  readonly is_bot?: boolean;
  readonly profile?: {
    readonly display_name?: string;
    readonly real_name?: string;
    readonly title?: string;
    readonly email?: string;
  };
}

export interface PageOptions {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Who is who. Each is asked for once: names come from what is known, and little is asked at a time. */
export class People {
  readonly #client: Client;
  readonly #teamId: string | undefined;
  readonly #known = new BoundedMap<string, Person>(maxKnown);
  /** Where the list goes on; undefined when it was read to its end. */
  #next: string | undefined = "";
  #readAt = performance.now();

  constructor(client: Client, teamId: string | undefined) {
    this.#client = client;
    this.#teamId = teamId;
  }

  /** The names behind ids; one that cannot be found out is left out. */
  async names(ids: Iterable<string>, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const wanted = [...new Set(ids)].filter(isUserId);
    const unknown = wanted.filter((id) => !this.#known.has(id)).slice(0, maxLookups);
    await Promise.all(unknown.map((id) => this.#lookUp(id, signal)));
    return new Map(
      wanted.flatMap((id) => {
        const person = this.#known.get(id);
        return person === undefined ? [] : [[id, person.name] as const];
      }),
    );
  }

  /** One page of everybody. */
  async page({ limit, cursor }: PageOptions, signal: AbortSignal) {
    const { members, response_metadata } = await this.#client.ask(signal, (api) =>
      api.users.list({
        limit,
        ...(cursor !== undefined && { cursor }),
        ...(this.#teamId !== undefined && { team_id: this.#teamId }),
      }),
    );
    const people = present(members).map((raw) => this.#remember(raw));
    return { people, next: response_metadata?.next_cursor || undefined };
  }

  /**
   * People whose name, title or address holds the words; an e-mail address is looked up as it is.
   * Reads a bounded part of the list and says whether that was all of it.
   */
  async search(
    query: string,
    signal: AbortSignal,
  ): Promise<{ people: Person[]; complete: boolean }> {
    const words = query.trim().replace(/^@/, "").toLowerCase().split(/\s+/);
    if (words.length === 1 && /^[^@\s]+@[^@\s]+$/.test(words[0] ?? "")) {
      const person = await this.#lookUpEmail(words[0] ?? "", signal);
      return { people: person === undefined ? [] : [person], complete: true };
    }
    await this.#readOn(pagesPerCall, signal);
    const people = [...this.#known.values()].filter((person) => {
      const text = [person.name, person.handle, person.realName, person.title, person.email];
      const all = text.join("\n").toLowerCase();
      return words.every((word) => all.includes(word));
    });
    return { people, complete: this.#next === undefined };
  }

  /** Handles and names that begin so, for completion. */
  async complete(prefix: string, signal: AbortSignal): Promise<readonly string[]> {
    const wanted = prefix.trim().replace(/^@/, "").toLowerCase();
    if (this.#known.size === 0) await this.#readOn(1, signal);
    const people = [...this.#known.values()].filter(({ deleted }) => !deleted);
    return people
      .filter(({ handle, name }) =>
        [handle, name].some((text) => text.toLowerCase().startsWith(wanted)),
      )
      .map(({ handle }) => handle)
      .sort();
  }

  /** Everybody the first pages of the list hold. */
  async everybody(signal: AbortSignal): Promise<{ people: Person[]; complete: boolean }> {
    await this.#readOn(pagesPerCall, signal);
    return { people: [...this.#known.values()], complete: this.#next === undefined };
  }

  /** The id behind a handle or name; throws SlackError where there is none, or more than one. */
  async find(text: string, signal: AbortSignal): Promise<string> {
    const wanted = text.trim().replace(/^@/, "").toLowerCase();
    const { people } = await this.search(wanted, signal);
    const [first, second] = people.filter((person) =>
      [person.handle, person.name, person.realName, person.email].some(
        (name) => name.toLowerCase() === wanted,
      ),
    );
    if (first !== undefined && second === undefined) return first.id;
    throw new SlackError(
      first === undefined
        ? `There is nobody called ${JSON.stringify(text)}.`
        : `More than one person is called ${JSON.stringify(text)}.`,
      "slack_search_users finds people and their ids.",
    );
  }

  /** Reads more of the list, once for everybody who wants to know. */
  async #readOn(pages: number, signal: AbortSignal): Promise<void> {
    if (this.#next === undefined && performance.now() - this.#readAt > freshMs) this.#next = "";
    for (let page = 0; page < pages && this.#next !== undefined; page += 1) {
      if (this.#known.size >= maxKnown) return;
      const cursor: string | undefined = this.#next === "" ? undefined : this.#next;
      const { next } = await this.page({ limit: pageSize, cursor }, signal);
      this.#next = next;
      this.#readAt = performance.now();
    }
  }

  async #lookUp(id: string, signal: AbortSignal): Promise<void> {
    try {
      const { user } = await this.#client.ask(signal, (api) => api.users.info({ user: id }));
      if (user !== undefined) this.#remember(user);
    } catch {
      // A name is a courtesy: the answer it belongs to must not fail for it, and shows the id.
      signal.throwIfAborted();
    }
  }

  async #lookUpEmail(email: string, signal: AbortSignal): Promise<Person | undefined> {
    try {
      const { user } = await this.#client.ask(signal, (api) => api.users.lookupByEmail({ email }));
      return this.#remember(present(user));
    } catch (error) {
      if (error instanceof SlackError && error.code === "users_not_found") return undefined;
      throw error;
    }
  }

  #remember(raw: RawUser): Person {
    const person = toPerson(raw);
    this.#known.set(person.id, person);
    return person;
  }
}

function toPerson({ id, name = "", real_name, deleted, is_bot, profile = {} }: RawUser): Person {
  const handle = toName(name);
  const realName = toName(profile.real_name || real_name || "");
  return {
    id: present(id),
    name: toName(profile.display_name ?? "") || realName || handle,
    handle,
    realName,
    title: toLine(profile.title ?? ""),
    email: toLine(profile.email ?? ""),
    bot: is_bot === true,
    deleted: deleted === true,
  };
}

function toName(name: string): string {
  return revealName(name.trim()).slice(0, 120).toWellFormed();
}

function toLine(text: string): string {
  return cleanPlainText(text).replace(/\s+/g, " ").trim().slice(0, 120);
}
