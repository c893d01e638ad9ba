import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What is at a path: a page, or what answers. */
export type Answer = string | ((request: IncomingMessage, response: ServerResponse) => void);

export interface Site {
  readonly port: number;
  /** `http://localhost:<port>`. */
  readonly origin: string;
  /** `method path` of every request, in order. */
  readonly seen: readonly string[];
  /** How many connections were made, whatever was said on them. */
  connections(): number;
  close(): Promise<void>;
}

/** A web site on loopback, of pages by their path. */
export async function createSite(pages: Readonly<Record<string, Answer>>): Promise<Site> {
  const seen: string[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    seen.push(`${request.method} ${request.url}`);
    const answer = pages[path];
    if (answer === undefined) response.writeHead(404).end("nothing here");
    else if (typeof answer === "function") answer(request, response);
    else {
      const type = path.endsWith(".js") ? "text/javascript" : "text/html";
      response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(answer);
    }
  });
  server.on("connection", () => {
    connections += 1;
  });
  server.on("upgrade", (request, socket) => {
    seen.push(`UPGRADE ${request.url}`);
    socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = toAddress(server.address());
  return {
    port,
    origin: `http://localhost:${port}`,
    seen,
    connections: () => connections,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function toAddress(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return address;
}
