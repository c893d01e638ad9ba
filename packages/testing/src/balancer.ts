import { once } from "node:events";
import {
  Agent,
  createServer,
  type IncomingMessage,
  type ServerResponse,
  request as sendRequest,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** Milliseconds for which a connection to a server may be idle and is used again. */
const idleMs = 200;

/** What concerns one connection and not the message. */
const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding"]);

/**
 * A balancer before servers that share nothing: a request goes to the next server, and one that names a
 * session to the server that opened it. It keeps to the rules of a real one:
 *
 * - It is not told that a server is about to leave. It finds out by being refused.
 * - It passes a request on to the next server only where the connection was refused, so that nothing of
 *   the request was sent. Whatever else goes wrong is answered with 502.
 * - It lets no connection be idle for longer than a server keeps it while it shuts down.
 */
export interface Balancer {
  /** Where the servers are reached through it. */
  readonly url: string;
  /** Requests that another server took, as the first refused the connection. */
  readonly passedOn: number;
  /** How many requests a server has answered. */
  answeredBy(url: string): number;
  join(url: string): void;
  /** Sends a server nothing any more; gives the sessions that it opened here. */
  leave(url: string): readonly string[];
  close(): Promise<void>;
}

/** Opens one before these servers, on a free port of this machine. */
export async function createBalancer(urls: readonly string[] = []): Promise<Balancer> {
  const group = new Group();
  for (const url of urls) group.join(url);
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    void group.answer(request, response).catch((error: unknown) => refuse(response, error));
  });
  server.listen({ host: "127.0.0.1", port: 0, backlog: 2_048 });
  await once(server, "listening");
  const { port } = addressOf(server.address());
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    get passedOn() {
      return group.passedOn;
    },
    answeredBy: (url) => group.find(url)?.answered ?? 0,
    join: (url) => group.join(url),
    leave: (url) => group.leave(url),
    async close() {
      group.close();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** A server and the connections to it. */
class Member {
  readonly url: URL;
  readonly sessions = new Set<string>();
  answered = 0;
  // The one that is idle for longest comes first: then each is used, or is too old.
  readonly #agent = new Agent({ keepAlive: true, scheduling: "fifo" });
  readonly #idleSince = new WeakMap<Socket, number>();

  constructor(url: string) {
    this.url = new URL(url);
    this.#agent.on("free", (socket: Socket) => this.#idleSince.set(socket, performance.now()));
  }

  /** Sends a request; undefined where the server takes no connection. */
  async send(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): Promise<IncomingMessage | undefined> {
    this.#dropStale();
    const sent = sendRequest({
      host: this.url.hostname,
      port: this.url.port,
      method: request.method ?? "GET",
      path: request.url ?? "/",
      headers: toEndToEnd(request.rawHeaders),
      agent: this.#agent,
    });
    const hangUp = () => {
      if (!response.writableFinished) sent.destroy();
    };
    response.once("close", hangUp);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage | undefined>();
    sent.once("response", resolve);
    sent.on("error", (error) => {
      response.off("close", hangUp);
      if ("code" in error && error.code === "ECONNREFUSED") resolve(undefined);
      else reject(error);
    });
    sent.end(body);
    return promise;
  }

  close(): void {
    this.#agent.destroy();
  }

  #dropStale(): void {
    const oldest = performance.now() - idleMs;
    for (const sockets of Object.values(this.#agent.freeSockets)) {
      for (const socket of sockets ?? []) {
        if ((this.#idleSince.get(socket) ?? 0) > oldest) break;
        socket.destroy();
      }
    }
  }
}

/** The servers there are at the moment. */
class Group {
  passedOn = 0;
  #members: readonly Member[] = [];
  readonly #homes = new Map<string, Member>();
  #turn = 0;

  find(url: string): Member | undefined {
    return this.#members.find((member) => member.url.href === url);
  }

  join(url: string): void {
    this.#members = [...this.#members, new Member(url)];
  }

  leave(url: string): readonly string[] {
    const gone = this.find(url);
    if (gone === undefined) return [];
    this.#members = this.#members.filter((member) => member !== gone);
    gone.close();
    for (const id of gone.sessions) this.#homes.delete(id);
    return [...gone.sessions];
  }

  close(): void {
    for (const member of this.#members) member.close();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // All of it has come before anything is sent on, so that it can be sent to another.
    const body = Buffer.concat(await request.toArray());
    for (const member of this.#order(request)) {
      const answer = await member.send(request, response, body);
      if (answer !== undefined) return this.#relay(member, answer, response);
      this.passedOn += 1;
    }
    throw new Error("No server takes a connection.");
  }

  /** Whom to ask, one after the other. */
  #order({ headers }: IncomingMessage): readonly Member[] {
    const home = this.#homes.get(String(headers["mcp-session-id"]));
    const next = this.#turn % this.#members.length;
    if (home === undefined) this.#turn += 1;
    const turns = [...this.#members.slice(next), ...this.#members.slice(0, next)];
    return home === undefined ? turns : [home, ...turns.filter((member) => member !== home)];
  }

  #relay(member: Member, answer: IncomingMessage, response: ServerResponse): void {
    member.answered += 1;
    const opened = answer.headers["mcp-session-id"];
    if (typeof opened === "string") {
      member.sessions.add(opened);
      this.#homes.set(opened, member);
    }
    response.writeHead(answer.statusCode ?? 502, toEndToEnd(answer.rawHeaders));
    // The first event of a stream may be long in coming.
    if (answer.headers["content-type"] === "text/event-stream") response.flushHeaders();
    // One that breaks off must not look as if it had ended.
    answer.once("error", () => response.destroy());
    answer.pipe(response);
  }
}

function toEndToEnd(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const [name = "", value = ""] = raw.slice(at, at + 2);
    if (!hopByHop.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const reason = error instanceof Error ? error.message : String(error);
  response.writeHead(502, { "content-type": "text/plain" }).end(reason);
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === "string") throw new TypeError("Not a TCP server.");
  return address;
}
