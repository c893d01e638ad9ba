import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { drain } from "./drain.ts";
import { HttpHost, type HttpOptions } from "./http-host.ts";

export type { HttpOptions };

const defaultTimeouts = { headersMs: 15_000, requestMs: 60_000, checkMs: 5_000 };

/** A listening server. */
export interface HttpService {
  readonly url: string;
  /** Answers what still comes, until nobody connects any more, for up to `graceMs`; then hangs up. */
  close(graceMs: number): Promise<void>;
}

/**
 * Serves endpoints over Streamable HTTP; resolves once it listens.
 *
 * @example
 * ```ts
 * import { type Endpoint, serveHttp } from "@fairlead/runtime/serve";
 *
 * export async function serve(endpoint: Endpoint) {
 *   const endpoints = new Map([["/mcp", endpoint]]);
 *   const service = await serveHttp({ host: "127.0.0.1", port: 3000, endpoints, maxCalls: 64 });
 *   return () => service.close(5_000);
 * }
 * ```
 */
export async function serveHttp(options: HttpOptions): Promise<HttpService> {
  const host = new HttpHost(options);
  const { headersMs, requestMs, checkMs } = options.timeouts ?? defaultTimeouts;
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: checkMs,
      keepAliveTimeout: 65_000,
      maxHeaderSize: 65_536,
    },
    (request, response) => host.receive(request, response),
  );
  const sockets = new Set<Socket>();
  // One function for all: a closure for each would be a part of what an open stream costs.
  function forget(this: Socket) {
    sockets.delete(this);
  }
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", forget);
  });
  server.on("clientError", (error, socket) => {
    if (!socket.writable) return socket.destroy();
    const answer = `HTTP/1.1 ${toRefusal(error)}\r\nConnection: close\r\n\r\n`;
    // Half open, the connection would stay for as long as the client likes.
    return socket.end(answer, () => socket.destroy());
  });
  await listen(server, options);
  const { port } = addressOf(server);
  const name = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    url: `http://${name}:${port}`,
    close: async (graceMs) => {
      host.drain();
      await drain({ server, sockets, graceMs, watched: host.watched });
      host.sessions?.close();
    },
  };
}

function listen(server: Server, { host, port }: HttpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("Not a TCP server.");
  return address;
}

/** The status line for what the HTTP parser would not take. */
function toRefusal(error: Error): string {
  const code = "code" in error ? error.code : undefined;
  if (code === "HPE_HEADER_OVERFLOW") return "431 Request Header Fields Too Large";
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? "408 Request Timeout" : "400 Bad Request";
}
