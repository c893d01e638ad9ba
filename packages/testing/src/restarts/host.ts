import {
  Client as ClientV2,
  StreamableHTTPClientTransport as HttpV2,
} from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as HttpV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

/** One of the official clients with its transport, at a 2025 revision. */
export interface Connection {
  /** The id of its session, once there is one. */
  readonly session: string | undefined;
  connect(): Promise<void>;
  call(name: string, args: Record<string, unknown>): Promise<unknown>;
  close(): Promise<void>;
}

/** How the client reaches its server: by `fetch`, unless it is to go another way. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** Makes a new connection each time. */
export type Connect = (url: string, fetch?: Fetch) => Connection;

const identity = { name: "sessions", version: "1.0.0" };

/** The official clients that have sessions. */
export const sessionClients: Readonly<Record<"v1" | "v2", Connect>> = {
  v1(url, fetch = globalThis.fetch) {
    const client = new ClientV1(identity);
    const transport = new HttpV1(new URL(url), { fetch });
    return {
      get session() {
        return transport.sessionId;
      },
      connect: () => client.connect(transport),
      call: (name, args) => client.callTool({ name, arguments: args }),
      close: () => client.close(),
    };
  },
  v2(url, fetch = globalThis.fetch) {
    const client = new ClientV2(identity, { versionNegotiation: { mode: "legacy" } });
    const transport = new HttpV2(new URL(url), { fetch });
    return {
      get session() {
        return transport.sessionId;
      },
      connect: () => client.connect(transport),
      call: (name, args) => client.callTool({ name, arguments: args }),
      close: () => client.close(),
    };
  },
};

/** A session may be lost again while it is made, but not without an end. */
const mostTries = 5;

/**
 * A program with an official client in it. Neither client connects again by itself after a 404, so the
 * host does: with a new client, on which it repeats the call. The person who asked for the call notices nothing.
 */
export class Host {
  /** The sessions that were answered with 404, in the order they were lost. */
  readonly lost: string[] = [];
  readonly #connect: () => Connection;
  #connection: Connection;
  #connected = false;

  constructor(connect: () => Connection) {
    this.#connect = connect;
    this.#connection = connect();
  }

  /** The id of the session there is now. */
  get session(): string | undefined {
    return this.#connection.session;
  }

  async call(name: string, args: Record<string, unknown> = {}): Promise<unknown> {
    for (let tries = 1; ; tries += 1) {
      try {
        if (!this.#connected) await this.#connection.connect();
        this.#connected = true;
        return await this.#connection.call(name, args);
      } catch (error) {
        const { session } = this.#connection;
        const lost = isLost(error) && session !== undefined;
        if (lost) this.lost.push(session);
        // A client that could not connect cannot try again either.
        if (lost || !this.#connected) await this.#replace();
        if (!lost || tries === mostTries) throw error;
      }
    }
  }

  async #replace(): Promise<void> {
    await this.close();
    this.#connection = this.#connect();
  }

  async close(): Promise<void> {
    this.#connected = false;
    await this.#connection.close();
  }
}

/** Version 1 has the HTTP status as `code`, version 2 as `status`. */
function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("status" in error ? error.status : "code" in error ? error.code : 0) === 404;
}
