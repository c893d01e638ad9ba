import type { IncomingMessage, ServerResponse } from "node:http";
import type { Principal } from "../../define/context.ts";
import type { Refusal } from "../../operate/refusal-line.ts";
import type { Authenticate } from "../../operate/tokens.ts";
import type { Endpoint } from "../../protocol/endpoint.ts";
import { defaultMaxMessageBytes } from "../oversize.ts";
import { addCors } from "./cors.ts";
import { toNotFound, toUnauthorized } from "./directions.ts";
import { type HostRules, isAllowedHost, isAllowedOrigin, isListedOrigin } from "./hosts.ts";
import { HttpPeer, type PeerHost } from "./http-peer.ts";
import { receivePost } from "./post.ts";
import { dropRest, say } from "./refusal.ts";
import { Sessions } from "./sessions.ts";
import { Slots } from "./slots.ts";

/** Of bodies that are on their way there may be as much as so many of the largest. */
const largestHeld = 8;
const anonymous: Principal = { id: "anonymous" };

/** Where HTTP is served, what is served there, and to whom. */
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
  /** Calls that may run at once; with tokens, no more of one principal than are left free. */
  readonly maxCalls: number;
  /** Bytes of one message; 16 MB by default. */
  readonly maxMessageBytes?: number;
  /** Is told of every request that is refused before a message in it was read. */
  refused?(refusal: Refusal): void;
  /** How long a request may take to arrive, and how often that is checked. */
  readonly timeouts?: {
    readonly headersMs: number;
    readonly requestMs: number;
    readonly checkMs: number;
  };
}

/** Decides about every request before it is read: who asks, for what, and whether it may be a message. */
export class HttpHost implements PeerHost {
  /** Every answer is the last on its connection. */
  draining = false;
  readonly sessions = new Sessions();
  readonly #options: HttpOptions;
  readonly #rules: HostRules;
  readonly #maxBytes: number;
  readonly #slots: Slots;

  constructor(options: HttpOptions) {
    const { maxMessageBytes = defaultMaxMessageBytes } = options;
    this.#options = options;
    this.#maxBytes = maxMessageBytes;
    this.#slots = new Slots({
      calls: options.maxCalls,
      bytes: largestHeld * maxMessageBytes,
      shared: options.authenticate !== undefined,
    });
    this.#rules = {
      address: options.host,
      allowedHosts: options.allowedHosts ?? [],
      allowedOrigins: options.allowedOrigins ?? [],
    };
  }

  receive(request: IncomingMessage, response: ServerResponse): void {
    if (this.draining) response.shouldKeepAlive = false;
    const { headers, method } = request;
    const url = request.url ?? "/";
    const query = url.indexOf("?");
    const path = query < 0 ? url : url.slice(0, query);
    const answer = (status: number, text: string) => {
      say(response, status, text);
      dropRest(request);
    };
    if (path === "/livez") return answer(200, "ok");
    if (path === "/readyz") {
      return this.draining ? answer(503, "draining") : answer(200, "ready");
    }
    const tell = (status: number, reason: string) =>
      this.#options.refused?.({ method: method ?? "", path, status, reason });
    const refuse = (status: number, text: string) => {
      tell(status, text);
      answer(status, text);
    };
    const { origin, host } = headers;
    const refusal = this.#refuse(host, origin);
    if (refusal !== undefined) return refuse(403, refusal);
    if (origin !== undefined && isListedOrigin(origin, this.#rules)) {
      addCors(request, response, origin);
    }
    const page = this.#options.pages?.get(path);
    if (page && method === "GET") {
      response.setHeader("content-type", "text/html; charset=utf-8");
      return answer(200, page(`http://${host}`));
    }
    const endpoint = this.#options.endpoints.get(path);
    if (!endpoint) return refuse(404, this.#toNotFound(path));
    if (method === "OPTIONS") {
      response.writeHead(204).end();
      return dropRest(request);
    }
    if (method !== "POST") {
      response.setHeader("allow", "POST");
      return refuse(405, "Send messages with POST.");
    }
    const principal = this.#authenticate(headers.authorization);
    if (!principal) {
      response.setHeader("www-authenticate", 'Bearer error="invalid_token"');
      return refuse(401, toUnauthorized(headers.authorization));
    }
    if (!isJsonType(headers["content-type"])) {
      return refuse(415, "Content-Type must be application/json.");
    }
    const peer = new HttpPeer(principal, headers, response, this);
    return receivePost({
      ...{ endpoint, peer, request, response, tell },
      ...{ slots: this.#slots, maxBytes: this.#maxBytes },
    });
  }

  /** Why a page or a name may not ask; undefined where it may. */
  #refuse(host: string | undefined, origin: string | undefined): string | undefined {
    if (!isAllowedHost(host, this.#rules)) {
      return "This Host is not allowed. Start the server with --allowed-hosts to allow it.";
    }
    return isAllowedOrigin(origin, this.#rules)
      ? undefined
      : "This Origin is not allowed. Start the server with --allowed-origins to allow it.";
  }

  #toNotFound(path: string): string {
    const { endpoints, authenticate } = this.#options;
    return toNotFound(path, endpoints.keys(), { tokens: authenticate !== undefined });
  }

  #authenticate(authorization: string | undefined): Principal | undefined {
    const { authenticate } = this.#options;
    return authenticate ? authenticate(authorization) : anonymous;
  }
}

/** Exactly JSON, whatever its parameters: a form or text body needs no preflight (CVE-2026-33252). */
function isJsonType(type: string | undefined): boolean {
  if (type === "application/json") return true;
  return type?.split(";", 1)[0]?.trim().toLowerCase() === "application/json";
}
