import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Principal } from "../define/context.ts";
import type { Authenticate } from "../operate/tokens.ts";
import type { Endpoint } from "../protocol/endpoint.ts";
import { toNotFound, toUnauthorized } from "./directions.ts";
import { type HostRules, isAllowedHost, isAllowedOrigin, isListedOrigin } from "./hosts.ts";
import { HttpPeer } from "./http-peer.ts";

/** Parsing costs many times a body's size in memory, and there may be many at once. */
const maxBodyBytes = 4 * 1024 * 1024;
/** How long a refused body may still come, since a client reads no answer before it has sent all. */
const lingerMs = 2_000;
const drainPollMs = 50;
const anonymous: Principal = { id: "anonymous" };
const corsHeaders = [
  ...["content-type", "accept", "authorization", "last-event-id", "traceparent"],
  ...["mcp-protocol-version", "mcp-session-id", "mcp-method", "mcp-name"],
];

export interface HttpOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** What is served, by path: `/mcp` for one server. */
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  /** Pages for people, by path. */
  readonly pages?: ReadonlyMap<string, (origin: string) => string>;
  readonly allowedHosts?: readonly string[];
  readonly allowedOrigins?: readonly string[];
  /** Whose token a request bears; without it everybody is anonymous. */
  readonly authenticate?: Authenticate;
  /** Requests that may be in flight at once. */
  readonly maxCalls: number;
  /** How long a request may take to arrive, and how often that is checked. */
  readonly timeouts?: {
    readonly headersMs: number;
    readonly requestMs: number;
    readonly checkMs: number;
  };
}

const defaultTimeouts = { headersMs: 15_000, requestMs: 60_000, checkMs: 5_000 };

/** A listening server. */
export interface HttpService {
  readonly url: string;
  /** Takes no new requests, waits for those in flight up to `graceMs`, then hangs up. */
  close(graceMs: number): Promise<void>;
}

/** Serves endpoints over Streamable HTTP; resolves once it listens. */
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
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
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
    close: (graceMs) => {
      host.draining = true;
      return drain(server, sockets, graceMs);
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

function drain(server: Server, sockets: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const hangUpIdle = () => {
      server.closeIdleConnections();
      // To Node, a connection on which nothing was ever asked is not idle.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    };
    const poll = setInterval(hangUpIdle, drainPollMs);
    const timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, graceMs);
    server.close(() => {
      clearInterval(poll);
      clearTimeout(timer);
      resolve();
    });
    hangUpIdle();
  });
}

/** The status line for what the HTTP parser would not take. */
function toRefusal(error: Error): string {
  const code = "code" in error ? error.code : undefined;
  if (code === "HPE_HEADER_OVERFLOW") return "431 Request Header Fields Too Large";
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? "408 Request Timeout" : "400 Bad Request";
}

class HttpHost {
  draining = false;
  readonly #options: HttpOptions;
  readonly #rules: HostRules;
  #inFlight = 0;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#rules = {
      address: options.host,
      allowedHosts: options.allowedHosts ?? [],
      allowedOrigins: options.allowedOrigins ?? [],
    };
  }

  receive(request: IncomingMessage, response: ServerResponse): void {
    const { headers, method } = request;
    const url = request.url ?? "/";
    const query = url.indexOf("?");
    const path = query < 0 ? url : url.slice(0, query);
    if (path === "/livez") return this.#say(response, 200, "ok");
    if (path === "/readyz") {
      return this.#say(response, this.draining ? 503 : 200, this.draining ? "draining" : "ready");
    }
    if (!isAllowedHost(headers.host, this.#rules)) {
      return this.#say(
        response,
        403,
        "This Host is not allowed. Start the server with --allowed-hosts to allow it.",
      );
    }
    const { origin } = headers;
    if (origin !== undefined) {
      if (!isAllowedOrigin(origin, this.#rules)) {
        return this.#say(
          response,
          403,
          "This Origin is not allowed. Start the server with --allowed-origins to allow it.",
        );
      }
      if (isListedOrigin(origin, this.#rules)) addCors(request, response, origin);
    }
    const page = this.#options.pages?.get(path);
    if (page && method === "GET") {
      response.setHeader("content-type", "text/html; charset=utf-8");
      return this.#say(response, 200, page(`http://${headers.host}`));
    }
    const endpoint = this.#options.endpoints.get(path);
    if (!endpoint) return this.#say(response, 404, this.#toNotFound(path));
    this.#receiveMessage(endpoint, request, response);
  }

  #receiveMessage(endpoint: Endpoint, request: IncomingMessage, response: ServerResponse): void {
    const { headers, method } = request;
    if (method === "OPTIONS") {
      response.writeHead(204).end();
      return;
    }
    if (method !== "POST") {
      response.setHeader("allow", "POST");
      return this.#say(response, 405, "Send messages with POST.");
    }
    const principal = this.#authenticate(headers.authorization);
    if (!principal) {
      response.setHeader("www-authenticate", 'Bearer error="invalid_token"');
      return this.#say(response, 401, toUnauthorized(headers.authorization));
    }
    if (!isJsonType(headers["content-type"])) {
      return this.#say(response, 415, "Content-Type must be application/json.");
    }
    if (Number(headers["content-length"] ?? 0) > maxBodyBytes) {
      return this.#tooLarge(request, response);
    }
    if (this.draining || this.#inFlight >= this.#options.maxCalls) {
      response.setHeader("retry-after", "1");
      return this.#say(
        response,
        this.draining ? 503 : 429,
        this.draining ? "Shutting down." : `${this.#options.maxCalls} calls are in flight.`,
      );
    }
    this.#inFlight += 1;
    response.once("close", () => {
      this.#inFlight -= 1;
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) chunks.push(chunk);
      else if (!response.headersSent) this.#tooLarge(request, response);
    });
    request.once("end", () => {
      if (response.headersSent) return;
      const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
      this.#answer(endpoint, new HttpPeer(principal, headers, response), body?.toString() ?? "");
    });
  }

  #answer(endpoint: Endpoint, peer: HttpPeer, body: string): void {
    let message: unknown;
    try {
      message = JSON.parse(body);
    } catch {
      peer.finish(endpoint.refuse("The body is not JSON.", peer));
      return;
    }
    const answer = endpoint.handle(message, peer);
    if (answer === undefined || typeof answer === "string") peer.finish(answer);
    else void answer.then((frame) => peer.finish(frame));
  }

  #toNotFound(path: string): string {
    const { endpoints, authenticate } = this.#options;
    return toNotFound(path, endpoints.keys(), { tokens: authenticate !== undefined });
  }

  #authenticate(authorization: string | undefined): Principal | undefined {
    const { authenticate } = this.#options;
    return authenticate ? authenticate(authorization) : anonymous;
  }

  #tooLarge(request: IncomingMessage, response: ServerResponse): void {
    this.#say(response, 413, `A body holds at most ${maxBodyBytes} bytes.`);
    const hangUp = setTimeout(() => request.destroy(), lingerMs).unref();
    request.once("close", () => clearTimeout(hangUp));
  }

  /** An answer below the protocol, as plain text for a person. */
  #say(response: ServerResponse, status: number, text: string): void {
    if (!response.hasHeader("content-type")) {
      response.setHeader("content-type", "text/plain; charset=utf-8");
    }
    response.writeHead(status, {
      "content-length": Buffer.byteLength(text),
      "x-content-type-options": "nosniff",
    });
    response.end(text);
  }
}

function addCors(request: IncomingMessage, response: ServerResponse, origin: string): void {
  const asked = request.headers["access-control-request-headers"]?.toLowerCase().split(/\s*,\s*/);
  const params = asked?.filter((name) => /^mcp-param-[\w-]+$/.test(name)) ?? [];
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("vary", "origin");
  response.setHeader("access-control-allow-methods", "POST");
  response.setHeader("access-control-allow-headers", [...corsHeaders, ...params].join(", "));
  response.setHeader("access-control-expose-headers", "mcp-session-id, www-authenticate");
  response.setHeader("access-control-max-age", "600");
}

/** Exactly JSON, whatever its parameters: a form or text body needs no preflight (CVE-2026-33252). */
function isJsonType(type: string | undefined): boolean {
  if (type === "application/json") return true;
  return type?.split(";", 1)[0]?.trim().toLowerCase() === "application/json";
}
