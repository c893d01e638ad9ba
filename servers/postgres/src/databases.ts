import { toAddress } from "./connect/address.ts";
import { Database, type Limits } from "./connect/database.ts";
import { createLink, type Link } from "./connect/link.ts";
import { createDemoLink } from "./demo/demo.ts";
import { PostgresError } from "./errors.ts";

export interface DatabasesOptions extends Limits {
  readonly databases: readonly string[];
  readonly demo: boolean;
  readonly allowInsecureTls: boolean;
}

/** The databases of this server by id. Nothing is connected before it is used. */
export class Databases {
  readonly #all: ReadonlyMap<string, Database>;

  constructor(all: readonly Database[]) {
    this.#all = new Map(all.map((database) => [database.id, database]));
  }

  get ids(): readonly string[] {
    return [...this.#all.keys()];
  }

  /** The database of that id, or the first. Throws PostgresError for an id there is not. */
  get(id?: string): Database {
    const found = this.#all.get(id ?? this.ids[0] ?? "");
    if (found !== undefined) return found;
    throw new PostgresError(
      `There is no database ${JSON.stringify(id)}.`,
      `There are: ${this.ids.join(", ")}.`,
    );
  }

  /** The first database at the user and host of a URL; undefined where none of ours is there. */
  at(authority: string): Database | undefined {
    return [...this.#all.values()].find((database) => database.isAt(authority));
  }

  /** Throws PostgresError if none of them answers: those that do are of use without the others. */
  async ping(signal: AbortSignal): Promise<void> {
    const pings = [...this.#all.values()].map((database) => database.ping(signal));
    await Promise.any(pings).catch(() => pings[0]);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all.values()].map((database) => database.close()));
  }
}

/** Opens what the options name. Throws PostgresError for a URL that is none, without any part of it. */
export function openDatabases(
  options: DatabasesOptions,
  { warn }: { warn(message: string): void },
): Databases {
  const links = toLinks(options, warn);
  return new Databases(links.map((link) => new Database(link, options, warn)));
}

function toLinks(
  { databases, demo, allowInsecureTls }: DatabasesOptions,
  warn: (message: string) => void,
): readonly Link[] {
  const addresses = databases.map((text) => toAddress(text, { allowInsecureTls }));
  for (const { id, ignored } of addresses) {
    if (ignored.length === 0) continue;
    warn(`The URL of "${id}" has ${ignored.join(", ")}, which this server ignores.`);
  }
  const links = addresses.map(createLink);
  const all = demo ? [createDemoLink(), ...links] : links;
  if (all.length === 0) {
    throw new PostgresError(
      "No database is configured.",
      "The person who runs this server gives a URL, postgres://user:password@host/name, as an argument or in DATABASE_URL, or --demo for an embedded example.",
    );
  }
  const twice = all.find((link, index) => all.findIndex(({ id }) => id === link.id) !== index);
  if (twice !== undefined) {
    throw new PostgresError(
      `Two databases have the id "${twice.id}".`,
      "Write an id of your own before a URL: sales=postgres://…",
    );
  }
  return all;
}
