import {
  Agent,
  type IncomingMessage,
  type ServerResponse,
  request as sendRequest,
} from "node:http";
import type { Socket } from "node:net";
import { toEndToEnd } from "./messages.ts";

/** Milliseconds for which a connection to a server may be idle and is used again; nginx has the same. */
const idleMs = 60_000;

/** Milliseconds between two questions whether a server is ready. */
const probeMs = 100;

/** A server and the connections to it. */
export class Member {
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
  #probing: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(url: string) {
    this.url = new URL(url);
    this.#agent.on("free", (socket: Socket) => this.#idleSince.set(socket, performance.now()));
    this.#probeLater();
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
    sent.once("response", (answer) => {
      // Ours keep every connection until they leave; what is asked at /readyz may be heard much later.
      if (answer.headers.connection === "close") this.ready = false;
      resolve(answer);
    });
    sent.on("error", (error) => {
      response.off("close", hangUp);
      if (isRefused(error)) resolve(undefined);
      else reject(error);
    });
    sent.end(body);
    return promise;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#probing);
    this.#agent.destroy();
  }

  #probeLater(): void {
    if (!this.#closed) this.#probing = setTimeout(() => this.#probe(), probeMs);
  }

  /** Asks whether it still takes requests, and goes on asking while it does. */
  #probe(): void {
    const { hostname: host, port } = this.url;
    this.#dropStale();
    const asked = sendRequest({ host, port, path: "/readyz", agent: this.#agent }, (answer) => {
      answer.resume();
      this.ready = answer.statusCode === 200;
      if (this.ready) this.#probeLater();
    });
    asked.once("error", (error) => {
      this.ready = !isRefused(error);
      if (this.ready) this.#probeLater();
    });
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

/** Whether nothing was sent, as the server took no connection. */
function isRefused(error: Error): boolean {
  return "code" in error && error.code === "ECONNREFUSED";
}
