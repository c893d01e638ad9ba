import { type HttpServer, serveHttp } from "@fairlead/testing";
import {
  Client as ClientV2,
  StreamableHTTPClientTransport as HttpV2,
} from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as HttpV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { bin } from "./bin.ts";

const identity = { name: "sessions", version: "1.0.0" };
const url = new URL("http://server.example/mcp");
let server: HttpServer;
afterEach(() => server.close());

/** Whatever serves at the moment: the client knows one URL. */
const toServer = (_: string | URL, init?: RequestInit) => fetch(server.url, init);

/** One of the official clients, connected at a 2025 revision. */
interface Connection {
  readonly session: string | undefined;
  call(name: string): Promise<unknown>;
}

const clients = {
  async v1(): Promise<Connection> {
    const client = new ClientV1(identity);
    const transport = new HttpV1(url, { fetch: toServer });
    onTestFinished(() => client.close());
    await client.connect(transport);
    return {
      session: transport.sessionId,
      call: (name) => client.callTool({ name, arguments: {} }),
    };
  },
  async v2(): Promise<Connection> {
    const client = new ClientV2(identity, { versionNegotiation: { mode: "legacy" } });
    const transport = new HttpV2(url, { fetch: toServer });
    onTestFinished(() => client.close());
    await client.connect(transport);
    return {
      session: transport.sessionId,
      call: (name) => client.callTool({ name, arguments: {} }),
    };
  },
} as const;

/** A host: neither client connects again by itself after a 404, so the host that uses them does. */
class Host {
  readonly sessions: (string | undefined)[] = [];
  readonly #connect: () => Promise<Connection>;
  #connection: Promise<Connection>;

  constructor(connect: () => Promise<Connection>) {
    this.#connect = connect;
    this.#connection = this.#open();
  }

  async call(name: string): Promise<unknown> {
    try {
      return await (await this.#connection).call(name);
    } catch (error) {
      if (!isLost(error)) throw error;
      this.#connection = this.#open();
      return (await this.#connection).call(name);
    }
  }

  async #open(): Promise<Connection> {
    const connection = await this.#connect();
    this.sessions.push(connection.session);
    return connection;
  }
}

/** Version 1 has the HTTP status as `code`, version 2 as `status`. */
function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("status" in error ? error.status : "code" in error ? error.code : 0) === 404;
}

const done = { content: [{ type: "text", text: "The work is done." }] };

describe.for(Object.entries(clients))("the official client %s", ([, connect]) => {
  test("gets another session after a restart lost its first, and its user notices nothing", async () => {
    server = await serveHttp(bin);
    const host = new Host(connect);
    expect(await host.call("describe_caller")).toMatchObject({
      structuredContent: { client: { name: "sessions" } },
    });
    expect(await server.close()).toBe(0);
    server = await serveHttp(bin);
    expect(await host.call("describe_caller")).toMatchObject({
      structuredContent: { client: { name: "sessions" } },
    });
    expect(new Set(host.sessions).size).toBe(2);
  });

  test("comes back for an answer whose stream was closed before it", async () => {
    server = await serveHttp(bin, ["--max-stream-seconds", "1"]);
    const host = new Host(connect);
    expect(await host.call("test_reconnection")).toMatchObject(done);
    expect(host.sessions).toHaveLength(1);
  });
});
