import type { IncomingMessage, ServerResponse } from "node:http";
import type { Principal } from "@fairlead/define";
import { anonymous } from "@fairlead/define/start";
import type { Authenticate, Refusal } from "@fairlead/operate/auth";
import type { Traffic } from "@fairlead/operate/telemetry";
import { toNotFound, toUnauthorized } from "@fairlead/operate/tokens";
import { type ErrorSink, toMessage } from "../../call/failure.ts";
import { isPromise } from "../../call/promise.ts";
import type { RefusedRequest } from "../../operate/refusal-line.ts";
import type { Endpoint } from "../../protocol/endpoint.ts";
import { defaultMaxMessageBytes } from "../oversize.ts";
import { toClaim } from "./claim.ts";
import { addCors } from "./cors.ts";
import { type HostRules, isAllowedHost, isAllowedOrigin, isListedOrigin } from "./hosts.ts";
import { HttpPeer, type PeerHost } from "./http-peer.ts";
import { Listeners } from "./listeners.ts";
import { receivePost } from "./post.ts";
import { type EndpointReadiness, findReadiness } from "./readiness.ts";
import { dropRest } from "./refusal.ts";
import { type Handler, probe, type Route, toVisit, type Visit } from "./routes.ts";
import { type SessionOptions, Sessions } from "./session/sessions.ts";
import { listen, lostReason, sayLost } from "./session/visits.ts";
import { Slots } from "./slots.ts";

/** Of bodies that are on their way there may be as much as so many of the largest. */
const largestHeld = 8;

/** Where HTTP is served, what is served there, and to whom. */
export interface HttpOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** What is served, by path: `/mcp` for one server. */
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  /** What else is served, by path: pages, documents, probes. */
  readonly routes?: ReadonlyMap<string, Route>;
  readonly allowedHosts?: readonly string[];
  readonly allowedOrigins?: readonly string[];
  /** Tells who sends a message; without it everybody is anonymous. */
  readonly authenticate?: Authenticate;
  /** Who hands out the tokens, for the texts that people read; the operator where it is left out. */
  readonly authorizationServers?: readonly string[];
  /**
   * Tells how many milliseconds a principal has to wait before its next request to the endpoint at a path
   * is read; undefined where it need not.
   */
  throttle?(principal: Principal, path: string): number | undefined;
  /** Is told why `authenticate` failed. */
  readonly sink?: ErrorSink;
  /** Calls that may run at once; with tokens, no more of one principal than are left free. */
  readonly maxCalls: number;
  /** How 2025 clients have sessions; false gives them none. */
  readonly sessions?: SessionOptions | false;
  /** Bytes of one message; 16 MB by default. */
  readonly maxMessageBytes?: number;
  /** Is told of every request that is refused before a message in it was read. */
  refused?(request: RefusedRequest): void;
  /** Are told of sessions and of streams that stay open. */
  readonly traffic?: readonly Partial<Traffic>[];
  /** How `/readyz` asks whether the backends answer, and who is told when that changes. */
  readonly readiness?: EndpointReadiness;
  /** How long a request may take to arrive, and how often that is checked. */
  readonly timeouts?: {
    readonly headersMs: number;
    readonly requestMs: number;
    readonly checkMs: number;
  };
}

/** What becomes of a request once it is known who sends it. */
type Enter = (visit: Visit, principal: Principal) => void;

/** What refuses a request, and whose it is. */
type Sender = Pick<RefusedRequest, "by" | "principal">;

/** Decides about every request before it is read: who asks, for what, and whether it may be a message. */
export class HttpHost implements PeerHost {
  /** Every answer is the last on its connection. */
  draining = false;
  /** Somebody asks whether this server is ready, and so learns of it when it leaves. */
  watched = false;
  readonly sessions: Sessions | undefined;
  readonly listeners: Listeners;
  readonly #options: HttpOptions;
  readonly #rules: HostRules;
  readonly #maxBytes: number;
  readonly #slots: Slots;
  readonly #routes: ReadonlyMap<string, Route>;
  /** The allowed Host of the last request, which most likely is that of the next. */
  #known: string | null = null;

  constructor(options: HttpOptions) {
    const { maxMessageBytes = defaultMaxMessageBytes, sessions = {} } = options;
    const shared = options.authenticate !== undefined;
    const { traffic = [] } = options;
    this.listeners = new Listeners(options.authenticate, traffic);
    this.sessions = sessions === false ? undefined : new Sessions(sessions, { shared, traffic });
    this.#options = options;
    this.#maxBytes = maxMessageBytes;
    this.#slots = new Slots({
      calls: options.maxCalls,
      bytes: largestHeld * maxMessageBytes,
      shared,
    });
    this.#rules = {
      address: options.host,
      allowedHosts: options.allowedHosts ?? [],
      allowedOrigins: options.allowedOrigins ?? [],
    };
    const ready = findReadiness(options.endpoints, options.readiness);
    this.#routes = new Map([
      ["/livez", probe(() => [200, "ok"])],
      [
        "/readyz",
        probe(() => {
          this.watched = true;
          return this.draining ? [503, "draining"] : this.#toReadiness(ready);
        }),
      ],
      ...(options.routes ?? []),
      ...[...options.endpoints].map(([path, endpoint]) => [path, this.#toRoute(endpoint)] as const),
    ]);
  }

  receive(request: IncomingMessage, response: ServerResponse): void {
    if (this.draining) response.shouldKeepAlive = false;
    const visit = toVisit(request, response);
    const route = this.#routes.get(visit.path);
    if (route?.probe !== true) {
      const { origin, host } = request.headers;
      const checked = route?.anyOrigin === true ? undefined : origin;
      const refusal = this.#refuse(host, checked);
      if (refusal !== undefined) return this.#deny(visit, 403, refusal);
      if (checked !== undefined && isListedOrigin(checked, this.#rules)) {
        addCors(request, response, checked);
      }
    }
    if (route === undefined) return this.#deny(visit, 404, this.#toNotFound(visit.path));
    const handler = route.methods.get(request.method ?? "");
    if (handler !== undefined) return handler(visit);
    return this.#denyMethod(visit, [...route.methods.keys()]);
  }

  /** Takes no new streams, and ends those that would stay open. */
  drain(): void {
    this.draining = true;
    this.sessions?.drain();
    for (const endpoint of this.#options.endpoints.values()) void endpoint.stopListening();
  }

  /** Where messages for an endpoint arrive, and where the sessions of 2025 clients are. */
  #toRoute(endpoint: Endpoint): Route {
    const read: Enter = (visit, principal) => this.#read(endpoint, visit, principal);
    const post: Handler = (visit) => this.#admit(visit, read);
    const enter: Enter = (visit, principal) => this.#visitSession(endpoint, visit, principal);
    const denyMethod: Enter = (visit) => this.#denyMethod(visit, ["POST", "OPTIONS"]);
    // A client may look for the way to sign in by a GET, so who is not let in is told that first.
    const visitSession: Handler = (visit) => {
      const hasSession = visit.request.headers["mcp-session-id"] !== undefined;
      this.#admit(visit, this.sessions !== undefined && hasSession ? enter : denyMethod);
    };
    const options: Handler = ({ request, response }) => {
      response.writeHead(204).end();
      dropRest(request);
    };
    return {
      methods: new Map([
        ["POST", post],
        ["OPTIONS", options],
        ["GET", visitSession],
        ["DELETE", visitSession],
      ]),
    };
  }

  /** Goes on as the principal who sends the request, or says why they may not. */
  #admit(visit: Visit, enter: Enter): void {
    const { authenticate } = this.#options;
    if (authenticate === undefined) return this.#enter(visit, anonymous, enter);
    const { response } = visit;
    const access = authenticate(toClaim(visit, { standing: false }));
    if (!isPromise(access)) return this.#enter(visit, access, enter);
    access.then(
      (found) => {
        // One that hung up in the meantime has nobody left to answer.
        if (!response.destroyed) this.#enter(visit, found, enter);
      },
      (error: unknown) => {
        const reason = toMessage(error, "authentication", this.#options.sink ?? (() => undefined));
        response.setHeader("retry-after", "1");
        this.#deny(visit, 503, reason);
      },
    );
    return undefined;
  }

  #enter(visit: Visit, access: Principal | Refusal, enter: Enter): void {
    if (!("challenge" in access)) {
      const waitMs = this.#options.throttle?.(access, visit.path);
      return waitMs === undefined ? enter(visit, access) : this.#slowDown(visit, access, waitMs);
    }
    const { status, challenge, reason } = access;
    visit.response.setHeader("www-authenticate", challenge);
    const said = reason ?? toUnauthorized(visit.request.headers.authorization);
    this.#deny(visit, status, said, { by: "authentication", principal: access.principal });
  }

  #slowDown(visit: Visit, principal: Principal, waitMs: number): void {
    const seconds = Math.ceil(waitMs / 1_000);
    visit.response.setHeader("retry-after", String(seconds));
    const reason = `You send too many requests. Try again in ${seconds} s.`;
    this.#deny(visit, 429, reason, { by: "limit", principal });
  }

  #read(endpoint: Endpoint, visit: Visit, principal: Principal): void {
    const { request, response } = visit;
    if (!isJsonType(request.headers["content-type"])) {
      return this.#deny(visit, 415, "Content-Type must be application/json.");
    }
    const peer = new HttpPeer(principal, endpoint, request.headers, response, this);
    return receivePost({
      ...{ endpoint, peer, request, response },
      tell: (status, reason) => this.#tell(visit, status, reason, { by: "protocol", principal }),
      ...{ slots: this.#slots, maxBytes: this.#maxBytes },
    });
  }

  /** A GET listens to a session, a DELETE ends it. */
  #visitSession(endpoint: Endpoint, visit: Visit, principal: Principal): void {
    const { request, response } = visit;
    const id = String(request.headers["mcp-session-id"]);
    const session = this.sessions?.find(id, { principal, endpoint });
    dropRest(request);
    if (session === undefined) {
      this.#tell(visit, 404, lostReason);
      return sayLost(response);
    }
    if (request.method === "GET") {
      this.listeners.add(response, principal);
      const deny = (status: number, reason: string) => this.#deny(visit, status, reason);
      return listen(session, visit, { draining: this.draining, deny });
    }
    this.sessions?.end(session);
    response.writeHead(204).end();
  }

  #denyMethod(visit: Visit, methods: readonly string[]): void {
    visit.response.setHeader("allow", methods.join(", "));
    const { method } = visit.request;
    this.#deny(visit, 405, `${method} is not answered here. Send ${methods[0]}.`);
  }

  #deny(visit: Visit, status: number, reason: string, sender?: Sender): void {
    this.#tell(visit, status, reason, sender);
    visit.answer(status, reason);
  }

  #tell({ request, path }: Visit, status: number, reason: string, sender?: Sender): void {
    const { by = "protocol", principal } = sender ?? {};
    this.#options.refused?.({
      ...{ method: request.method ?? "", path, status, reason, by },
      address: request.socket.remoteAddress,
      ...(principal !== undefined && principal !== anonymous && { principal }),
    });
  }

  /** Why a page or a name may not ask; undefined where it may. */
  #refuse(host: string | undefined, origin: string | undefined): string | undefined {
    if (host !== this.#known && !isAllowedHost(host, this.#rules)) {
      return "This Host is not allowed. Start the server with --allowed-hosts to allow it.";
    }
    this.#known = host ?? null;
    return isAllowedOrigin(origin, this.#rules)
      ? undefined
      : "This Origin is not allowed. Start the server with --allowed-origins to allow it.";
  }

  async #toReadiness(ready: ReturnType<typeof findReadiness>): ReturnType<typeof ready> {
    const found = await ready();
    // The balancer might ask again only when the connections that it keeps are closed.
    return this.draining ? [503, "draining"] : found;
  }

  #toNotFound(path: string): string {
    const { endpoints, authenticate, authorizationServers = [] } = this.#options;
    const access = { tokens: authenticate !== undefined, issuers: authorizationServers };
    return toNotFound(path, endpoints.keys(), access);
  }
}

/** Exactly JSON, whatever its parameters: a form or text body needs no preflight (CVE-2026-33252). */
function isJsonType(type: string | undefined): boolean {
  if (type === "application/json") return true;
  return type?.split(";", 1)[0]?.trim().toLowerCase() === "application/json";
}
