import type { Watcher } from "@fairlead/guard";
import { Client } from "pg";
import { PostgresError, toPostgresError } from "../errors.ts";
import type { Link } from "./link.ts";

/** Bytes of a channel's name, as of any name in PostgreSQL. */
const longestName = 63;
const connectMs = 10_000;
/** Milliseconds between two pings, and for the answer: silence does not tell a dead connection from a quiet one. */
const pingMs = 5_000;

/** Listens to channels of one database, on a connection of its own that lasts as long as somebody does. */
export class Notices {
  readonly #link: Link;
  readonly #channels = new Map<string, Set<Watcher>>();
  #client: Promise<Client> | undefined;

  constructor(link: Link) {
    this.#link = link;
  }

  /** Tells of every NOTIFY on a channel; throws PostgresError where this database cannot be listened to. */
  async listen(channel: string, watcher: Watcher): Promise<void> {
    assertChannel(channel);
    if (this.#link.most === 1) {
      throw new PostgresError(
        `"${this.#link.id}" has one connection, which cannot wait for news.`,
        "Read again instead.",
      );
    }
    const watchers = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, watchers.add(watcher));
    const leave = () => this.#leave(channel, watcher);
    watcher.signal.addEventListener("abort", leave, { once: true });
    try {
      this.#client ??= this.#open();
      const client = await this.#client;
      // Listening twice is listening once.
      await client.query(`LISTEN ${quote(channel)}`);
    } catch (error) {
      leave();
      throw toPostgresError(error, this.#link.secrets);
    }
    if (watcher.signal.aborted) leave();
  }

  close(): void {
    this.#channels.clear();
    this.#end();
  }

  #leave(channel: string, watcher: Watcher): void {
    const watchers = this.#channels.get(channel);
    if (watchers?.delete(watcher) !== true || watchers.size > 0) return;
    this.#channels.delete(channel);
    if (this.#channels.size === 0) return this.#end();
    const forget = async () => (await this.#client)?.query(`UNLISTEN ${quote(channel)}`);
    // A connection that is lost listens to nothing.
    forget().catch(() => undefined);
  }

  #end(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.then((open) => open.end()).catch(() => undefined);
  }

  async #open(): Promise<Client> {
    const client = new Client({
      connectionTimeoutMillis: connectMs,
      ...(await this.#link.toConfig()),
    });
    // Before it is open, opening it fails; without a listener an error would end the process.
    client.on("error", (error) => this.#lose(client, error));
    client.on("end", () => this.#lose(client, lost()));
    client.on("notification", ({ channel }) => {
      for (const { changed } of this.#channels.get(channel) ?? []) changed();
    });
    await client.connect();
    try {
      await assertDirect(client);
    } catch (error) {
      await client.end();
      throw error;
    }
    const pinging = setInterval(() => void this.#ping(client), pingMs).unref();
    client.once("end", () => clearInterval(pinging));
    return client;
  }

  /** Cuts a connection that does not answer, of which its watchers are told then. */
  async #ping(client: Client): Promise<void> {
    const late = setTimeout(() => client.connection.stream.destroy(), pingMs).unref();
    await client.query("SELECT 1").catch(() => undefined);
    clearTimeout(late);
  }

  async #lose(client: Client, error: unknown): Promise<void> {
    const current = await this.#client?.catch(() => undefined);
    if (current !== client) return;
    const shown = toPostgresError(error, this.#link.secrets);
    const watchers = [...this.#channels.values()].flatMap((some) => [...some]);
    for (const { failed } of watchers) failed(shown);
  }
}

/**
 * Throws where there is a pooler on the way, by whose connections nothing would be heard. It gives
 * clients a process number that is not the backend's, or another backend for each transaction.
 */
async function assertDirect(client: Client): Promise<void> {
  const { processID } = Object(client);
  for (let time = 0; time < 2; time += 1) {
    const { rows } = await client.query("SELECT pg_catalog.pg_backend_pid() AS pid");
    if (Object(rows[0]).pid === processID) continue;
    throw new PostgresError(
      "There is a pooler between this server and the database, through which no NOTIFY comes.",
      "The person who runs this server can add the database's own address.",
    );
  }
}

function assertChannel(channel: string): void {
  if (Buffer.byteLength(channel) <= longestName && !channel.includes("\0")) return;
  throw new PostgresError(
    `No channel can be named ${JSON.stringify(channel)}: it would have more than ${longestName} bytes.`,
    "Read again instead.",
  );
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function lost(): PostgresError {
  return new PostgresError("The connection that listens was closed.", "Listen again.", "08006");
}
