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

/** Requests that a server gets at once, as it takes so many calls; streams that are listened to come on top. */
const seats = 64;

/** Milliseconds between two questions whether a server is ready. */
const probeMs = 100;

/** What concerns one connection and not the message. */
const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding"]);

/**
 * A balancer before servers that share nothing: a request goes to the next server, and one that names a
 * session to the server that opened it. It keeps to the rules of a real one:
 *
 * - It is not told that a server is about to leave. It asks each at /readyz, ten times a second.
 * - It passes a request on to the next server only where the connection was refused, so that nothing of
 *   the request was sent. Whatever else goes wrong is answered with 502.
 * - It lets no connection be idle for longer than a server keeps it while it shuts down.
 * - It gives a server no more requests at once than so many; the others wait here.
 */
export interface Balancer {
  /** Where the servers are reached through it. */
  readonly url: string;
  /** Requests that another server took, as the first refused the connection. */
  readonly passedOn: number;
  /** The most connections of clients at once. */
  readonly mostConnections: number;
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
  let open = 0;
  let mostConnections = 0;
  server.on("connection", (socket) => {
    open += 1;
    mostConnections = Math.max(mostConnections, open);
    socket.once("close", () => {
      open -= 1;
    });
  });
  server.listen({ host: "127.0.0.1", port: 0, backlog: 2_048 });
  await once(server, "listening");
  const { port } = addressOf(server.address());
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    get passedOn() {
      return group.passedOn;
    },
    get mostConnections() {
      return mostConnections;
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
  /** Requests that it has at the moment. */
  busy = 0;
  /** It was, and will not be again once it is not: another comes in its place. */
  ready = true;
  // The one that is idle for longest comes first: then each is used, or is too old.
  readonly #agent = new Agent({ keepAlive: true, scheduling: "fifo" });
  readonly #idleSince = new WeakMap<Socket, number>();
  readonly #probing: NodeJS.Timeout;

  constructor(url: string) {
    this.url = new URL(url);
    this.#agent.on("free", (socket: Socket) => this.#idleSince.set(socket, performance.now()));
    this.#probing = setInterval(() => this.#probe(), probeMs);
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
    clearInterval(this.#probing);
    this.#agent.destroy();
  }

  #probe(): void {
    const leaves = () => {
      this.ready = false;
      clearInterval(this.#probing);
    };
    const { hostname: host, port } = this.url;
    this.#dropStale();
    const asked = sendRequest({ host, port, path: "/readyz", agent: this.#agent }, (answer) => {
      if (answer.statusCode !== 200) leaves();
      answer.resume();
    });
    asked.once("error", leaves);
    asked.end();
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

/** A request that waits for a server to have a seat for it. */
interface Waiting {
  /** Where its session is. */
  readonly home: Member | undefined;
  /** Those that took no connection for it. */
  readonly refused: ReadonlySet<Member>;
  resolve(member: Member): void;
}

/** The servers there are at the moment. */
class Group {
  passedOn = 0;
  #members: readonly Member[] = [];
  readonly #homes = new Map<string, Member>();
  readonly #waiting: Waiting[] = [];
  #turn = 0;

  find(url: string): Member | undefined {
    return this.#members.find((member) => member.url.href === url);
  }

  join(url: string): void {
    this.#members = [...this.#members, new Member(url)];
    for (let waiting = this.#waiting.length; waiting > 0; waiting -= 1) this.#seat();
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
    const body = await readAll(request);
    const refused = new Set<Member>();
    const home = this.#homes.get(String(request.headers["mcp-session-id"]));
    while (refused.size < this.#members.length) {
      const member = this.#find(home, refused) ?? (await this.#wait(home, refused));
      // A stream that is listened to has no end.
      const busy = request.method === "GET" ? 0 : 1;
      member.busy += busy;
      const answer = await member.send(request, response, body).finally(() => {
        member.busy -= busy;
        this.#seat();
      });
      if (answer !== undefined) return this.#relay(member, answer, response);
      refused.add(member);
      this.passedOn += 1;
    }
    throw new Error("No server takes a connection.");
  }

  /** Who takes a request now. */
  #find(home: Member | undefined, refused: ReadonlySet<Member>): Member | undefined {
    if (home?.ready === true && !refused.has(home)) return home.busy < seats ? home : undefined;
    for (let tries = 0; tries < this.#members.length; tries += 1) {
      this.#turn = (this.#turn + 1) % this.#members.length;
      const member = this.#members[this.#turn];
      if (member?.ready && !refused.has(member) && member.busy < seats) return member;
    }
    return undefined;
  }

  #wait(home: Member | undefined, refused: ReadonlySet<Member>): Promise<Member> {
    return new Promise((resolve) => this.#waiting.push({ home, refused, resolve }));
  }

  /** Gives a seat that has become free to the first that waits for it. */
  #seat(): void {
    for (const [at, { home, refused, resolve }] of this.#waiting.entries()) {
      const member = this.#find(home, refused);
      if (member === undefined) continue;
      this.#waiting.splice(at, 1);
      return resolve(member);
    }
  }

  #relay(member: Member, answer: IncomingMessage, response: ServerResponse): void {
    member.answered += 1;
    const opened = answer.headers["mcp-session-id"];
    if (typeof opened === "string") {
      member.sessions.add(opened);
      this.#homes.set(opened, member);
    }
    const status = answer.statusCode ?? 502;
    const headers = toEndToEnd(answer.rawHeaders);
    // One that breaks off must not look as if it had ended.
    answer.once("error", () => response.destroy());
    if (answer.headers["content-type"] === "text/event-stream") {
      response.writeHead(status, headers).flushHeaders();
      answer.pipe(response);
      return;
    }
    void readAll(answer).then((body) => {
      const length = answer.headers["content-length"] === undefined && status !== 204;
      if (length) headers.push("content-length", String(body.length));
      response.writeHead(status, headers).end(body);
    });
  }
}

/** All that a message holds; never settles for one that breaks off. */
function readAll(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    message.on("data", (piece: Buffer) => pieces.push(piece));
    message.once("end", () =>
      resolve(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)),
    );
  });
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
  const length = Buffer.byteLength(reason);
  const headers = { "content-type": "text/plain", "content-length": length };
  response.writeHead(502, headers).end(reason);
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === "string") throw new TypeError("Not a TCP server.");
  return address;
}
