import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Group } from "./group.ts";

/**
 * A balancer before servers that share nothing: a request goes to the next server, and one that names a
 * session to the server that opened it. It keeps to the rules of a real one:
 *
 * - It is not told that a server is about to leave. It asks each at /readyz, ten times a second, and takes
 *   an answer that closes its connection for the same.
 * - It passes a request on to the next server only where the connection was refused, so that nothing of
 *   the request was sent. Whatever else goes wrong is answered with 502.
 * - It keeps connections that are idle, for less long than a server does while it serves.
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
