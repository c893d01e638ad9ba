import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Principal } from "../define/context.ts";
import type { Authenticate } from "../operate/tokens.ts";
import type { Endpoint } from "../protocol/endpoint.ts";
import { errorCode, ProtocolError } from "../protocol/json-rpc.ts";
import { addCors } from "./cors.ts";
import { toNotFound, toUnauthorized } from "./directions.ts";
import { type HostRules, isAllowedHost, isAllowedOrigin, isListedOrigin } from "./hosts.ts";
import { HttpPeer } from "./http-peer.ts";
import { defaultMaxMessageBytes, tooLarge } from "./oversize.ts";
import { Pieces } from "./pieces.ts";
import { Sessions } from "./sessions.ts";

/** How long a refused body may still come, since a client reads no answer before it has sent all. */
const lingerMs = 2_000;
const drainPollMs = 50;
const anonymous: Principal = { id: "anonymous" };

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
  /** Bytes of one message; 16 MB by default. */
  readonly maxMessageBytes?: number;
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
  readonly #sessions = new Sessions();
  readonly #maxBytes: number;
  #inFlight = 0;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#maxBytes = options.maxMessageBytes ?? defaultMaxMessageBytes;
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
    const peer = new HttpPeer(principal, headers, response, this.#sessions);
    if (Number(headers["content-length"] ?? 0) > this.#maxBytes) {
      return this.#tooLarge(endpoint, peer, request);
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
    // A call counts until it ends: a 2025 client that hangs up leaves it running.
    let calling: Promise<void> | undefined;
    // Each comes once, and `once` would pay for taking it off again.
    response.on("close", () => {
      peer.hangUp();
      if (calling === undefined) this.#inFlight -= 1;
      else
        void calling.then(() => {
          this.#inFlight -= 1;
        });
    });
    const body = new Pieces();
    request.on("data", (chunk: Buffer) => {
      if (response.headersSent) return;
      body.add(chunk);
      if (body.length > this.#maxBytes) {
        body.take();
        this.#tooLarge(endpoint, peer, request);
      }
    });
    request.on("end", () => {
      if (!response.headersSent) calling = this.#answer(endpoint, peer, body.take().toString());
    });
  }

  /** A promise for a call that is not over yet. */
  #answer(endpoint: Endpoint, peer: HttpPeer, body: string): Promise<void> | undefined {
    let message: unknown;
    try {
      message = JSON.parse(body);
    } catch {
      const error = new ProtocolError(errorCode.parse, "The body is not JSON.", 400);
      peer.finish(endpoint.refuse(error, peer));
      return undefined;
    }
    const answer = endpoint.handle(message, peer);
    if (typeof answer === "object") return answer.then((frame) => peer.finish(frame));
    peer.finish(answer);
    return undefined;
  }

  #toNotFound(path: string): string {
    const { endpoints, authenticate } = this.#options;
    return toNotFound(path, endpoints.keys(), { tokens: authenticate !== undefined });
  }

  #authenticate(authorization: string | undefined): Principal | undefined {
    const { authenticate } = this.#options;
    return authenticate ? authenticate(authorization) : anonymous;
  }

  #tooLarge(endpoint: Endpoint, peer: HttpPeer, request: IncomingMessage): void {
    peer.finish(endpoint.refuse(tooLarge(this.#maxBytes), peer));
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

/** Exactly JSON, whatever its parameters: a form or text body needs no preflight (CVE-2026-33252). */
function isJsonType(type: string | undefined): boolean {
  if (type === "application/json") return true;
  return type?.split(";", 1)[0]?.trim().toLowerCase() === "application/json";
}
