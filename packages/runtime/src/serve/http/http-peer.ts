import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { ClientCapabilities, LogLevel, Principal } from "@fairlead/define";
import type { Endpoint } from "../../protocol/endpoint.ts";
import {
  errorCode,
  isJson,
  type Json,
  ProtocolError,
  type RequestId,
} from "../../protocol/json-rpc.ts";
import type { Cancellable, Peer, Stream } from "../../protocol/peer.ts";
import type { Question } from "../../protocol/questions.ts";
import {
  headerlessRevision,
  isLegacyRevision,
  type LegacyRevision,
} from "../../protocol/revisions.ts";
import { EventWriter } from "./event-writer.ts";
import type { Listeners } from "./listeners.ts";
import type { Running, Session } from "./session/session.ts";
import type { SessionStream } from "./session/session-stream.ts";
import type { Sessions } from "./session/sessions.ts";

const none: ClientCapabilities = {};
const idle: readonly Running[] = [];
/** Milliseconds after which an answer to a session becomes a stream, which outlives its connection. */
const streamAfterMs = 2_000;

/** What the peers of one server share. */
export interface PeerHost {
  /** Undefined where 2025 clients get none. */
  readonly sessions: Sessions | undefined;
  readonly listeners: Listeners;
  /** Whether an answer is the last on its connection. */
  readonly draining: boolean;
}

/**
 * One POST. Its answer is plain JSON until something has to be said before the end: then it turns
 * into an event stream, if the client takes one.
 */
export class HttpPeer implements Peer {
  readonly principal: Principal;
  headers: IncomingHttpHeaders;
  revision: LegacyRevision | undefined;
  client: Peer["client"];
  clientCapabilities: ClientCapabilities = none;
  status = 200;
  challenge: string | undefined;
  readonly #endpoint: Endpoint;
  readonly #response: ServerResponse;
  readonly #host: PeerHost;
  /** The request in flight; in the one revision that has batches, each of them. */
  #requests: readonly Running[] = idle;
  #session: Session | undefined;
  /** The session that this handshake opens. */
  #opened: Session | undefined;
  #events: EventWriter | SessionStream | undefined;
  #streamLater: NodeJS.Timeout | undefined;

  constructor(
    principal: Principal,
    endpoint: Endpoint,
    headers: IncomingHttpHeaders,
    response: ServerResponse,
    host: PeerHost,
  ) {
    this.principal = principal;
    this.headers = headers;
    this.#endpoint = endpoint;
    this.#response = response;
    this.#host = host;
  }

  /** Takes up what was settled in the session the headers name; false where there is none (any more). */
  join(message: unknown): boolean {
    const id = this.headers["mcp-session-id"];
    const { sessions } = this.#host;
    if (id === undefined || sessions === undefined || !this.#isLegacy) return true;
    // A client that lost its session may still name it when it asks for a new one.
    if (isJson(message) && message["method"] === "initialize") return true;
    const { principal } = this;
    const session = sessions.find(String(id), { principal, endpoint: this.#endpoint });
    if (session === undefined) return false;
    this.#session = session;
    ({
      revision: this.revision,
      client: this.client,
      clientCapabilities: this.clientCapabilities,
    } = session.handshake);
    return true;
  }

  get logLevel(): LogLevel | undefined {
    return this.#session?.logLevel;
  }

  set logLevel(level: LogLevel | undefined) {
    if (this.#session === undefined) {
      throw new ProtocolError(
        errorCode.invalidRequest,
        'No log level can be kept without a session. Send the Mcp-Session-Id that the response to initialize carries, or speak 2026-07-28 and name the level in _meta["io.modelcontextprotocol/logLevel"] of each request.',
      );
    }
    this.#session.logLevel = level;
  }

  /** Of a session that there is, or that a handshake opens. */
  get stream(): Stream | undefined {
    return (this.#session ?? this.#openSession())?.stream;
  }

  send(frame: string): void {
    this.#openEvents()?.send(frame);
  }

  begin(id: RequestId, request: Cancellable): void {
    const running = { id, request };
    this.#add(running);
    this.#session?.begin(running);
  }

  open(id: RequestId, request: Cancellable): void {
    this.#add({ id, request });
    this.#host.listeners.add(this.#response, this.principal);
    // What is open for long holds on to as little as it can: the request has been read. Whether its
    // client may still call is asked again.
    const { req } = this.#response;
    const { accept, authorization, host, "mcp-protocol-version": revision } = this.headers;
    this.headers = { accept, authorization, host, "mcp-protocol-version": revision };
    req.headers = this.headers;
    req.rawHeaders.length = 0;
    for (const event of ["data", "end"]) req.removeAllListeners(event);
  }

  end(id: RequestId): void {
    const ended = this.#requests.find((running) => running.id === id);
    if (ended === undefined) return;
    this.#requests =
      this.#requests.length === 1 ? idle : this.#requests.filter((running) => running !== ended);
    this.#session?.end(ended);
  }

  /** A list of the size it needs: one that is pushed to has room for sixteen more. */
  #add(running: Running): void {
    this.#requests = this.#requests === idle ? [running] : [...this.#requests, running];
  }

  get ask(): Peer["ask"] {
    const session = this.#session;
    if (session === undefined) return undefined;
    if (!this.#takesStream && !session.general.connected) return undefined;
    return (question: Question) =>
      session.questions.ask("", question, (frame) => this.#reach(session, frame));
  }

  settle(id: RequestId, answer: Json): void {
    this.#session?.questions.settle("", id, answer);
  }

  /** 2025 clients cancel in a POST of its own, which the session ties to the one it is about. */
  cancel(id: RequestId, reason: string): void {
    this.#session?.cancel(id, reason);
  }

  /** The answer takes a while: a client with a session shall be able to come back for it. */
  wait(): void {
    if (this.#session === undefined || this.#events !== undefined) return;
    this.#streamLater = setTimeout(() => this.#openEvents(), streamAfterMs).unref();
  }

  /** Sends the answer; without a frame there was nothing to answer. */
  finish(frame: string | undefined): void {
    clearTimeout(this.#streamLater);
    if (this.#events !== undefined) return this.#events.end(frame);
    const response = this.#response;
    if (response.destroyed || response.writableEnded) return;
    if (this.#host.draining) response.shouldKeepAlive = false;
    if (frame === undefined) {
      response.writeHead(202).end();
      return;
    }
    // Of a batch each answer says for itself how it went.
    if (this.challenge !== undefined && this.status === 403) {
      response.setHeader("www-authenticate", this.challenge);
    }
    const opened = this.#openSession();
    const length = Buffer.byteLength(frame);
    const head = { "content-type": "application/json", "content-length": length };
    response.writeHead(
      this.status,
      opened === undefined ? head : { "mcp-session-id": opened.id, ...head },
    );
    response.end(frame);
  }

  /** The connection is closed: a 2026-07-28 request ends with it, an older one only loses the stream. */
  hangUp(): void {
    if (this.#events instanceof EventWriter) this.#events.close();
    if (this.#requests.length === 0 || this.#isLegacy) return;
    for (const { request } of this.#requests) request.cancel("The client hung up.");
  }

  get #isLegacy(): boolean {
    return isLegacyRevision(this.headers["mcp-protocol-version"] ?? headerlessRevision);
  }

  get #takesStream(): boolean {
    return this.headers.accept?.includes("text/event-stream") === true;
  }

  /** Only a handshake settles a revision without a session. */
  #openSession(): Session | undefined {
    const { revision, client, clientCapabilities, principal } = this;
    if (revision === undefined || this.#session !== undefined) return undefined;
    const endpoint = this.#endpoint;
    this.#opened ??= this.#host.sessions?.open({
      ...{ principal, endpoint, revision, client, clientCapabilities },
    });
    return this.#opened;
  }

  /** Where events of this POST go; undefined where its client takes none, or is gone. */
  #openEvents(): EventWriter | SessionStream | undefined {
    if (this.#events !== undefined) return this.#events;
    const response = this.#response;
    if (!this.#takesStream || response.writableEnded || response.destroyed) return undefined;
    const last = this.#host.draining;
    const stream = this.#session?.openStream();
    stream?.connect(response, 0, { last });
    this.#events = stream ?? new EventWriter(response, { last });
    return this.#events;
  }

  /** Asks where the client listens: in the stream of this POST, else in that of its session. */
  #reach({ general }: Session, frame: string): void {
    const own = this.#openEvents();
    const lost = own === undefined || ("connected" in own && !own.connected && general.connected);
    (lost ? general : own).send(frame);
  }
}
