import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { LogLevel, Principal } from "../../define/context.ts";
import type { ClientCapabilities } from "../../define/metadata.ts";
import { errorCode, type Json, ProtocolError, type RequestId } from "../../protocol/json-rpc.ts";
import type { Cancellable, Peer } from "../../protocol/peer.ts";
import type { Question } from "../../protocol/questions.ts";
import { isLegacyRevision, type LegacyRevision } from "../../protocol/revisions.ts";
import type { Running, Sessions } from "./sessions.ts";

const keepAliveMs = 15_000;
const none: ClientCapabilities = {};

/** What the peers of one server share. */
export interface PeerHost {
  readonly sessions: Sessions;
  /** Whether an answer is the last on its connection. */
  readonly draining: boolean;
}

/**
 * One POST. Its answer is plain JSON until something has to be said before the end: then it turns
 * into an event stream, if the client takes one.
 */
export class HttpPeer implements Peer {
  readonly principal: Principal;
  readonly headers: IncomingHttpHeaders;
  revision: LegacyRevision | undefined;
  client: Peer["client"];
  clientCapabilities: ClientCapabilities = none;
  readonly stream = undefined;
  status = 200;
  readonly #response: ServerResponse;
  readonly #host: PeerHost;
  /** The request in flight; in the one revision that has batches, each of them. */
  readonly #requests: Running[] = [];
  #streaming = false;
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(
    principal: Principal,
    headers: IncomingHttpHeaders,
    response: ServerResponse,
    host: PeerHost,
  ) {
    this.principal = principal;
    this.headers = headers;
    this.#response = response;
    this.#host = host;
  }

  get logLevel(): LogLevel | undefined {
    const session = this.#session;
    return session === undefined ? undefined : this.#host.sessions.level(session);
  }

  set logLevel(level: LogLevel | undefined) {
    const session = this.#session;
    if (session === undefined) {
      throw new ProtocolError(
        errorCode.invalidRequest,
        'No log level can be kept without a session. Send the Mcp-Session-Id that the response to initialize carries, or speak 2026-07-28 and name the level in _meta["io.modelcontextprotocol/logLevel"] of each request.',
      );
    }
    if (level !== undefined) this.#host.sessions.setLevel(session, level);
  }

  send(frame: string): void {
    if (!this.#takesStream || this.#response.writableEnded) return;
    if (!this.#streaming) this.#startStream();
    this.#response.write(toEvent(frame));
  }

  begin(id: RequestId, request: Cancellable): void {
    const running = { session: this.#session, id, request };
    this.#requests.push(running);
    if (running.session !== undefined && this.#isLegacy) this.#host.sessions.begin(running);
  }

  open(id: RequestId, request: Cancellable): void {
    this.#requests.push({ session: undefined, id, request });
    // What is open for long holds on to as little as it can: the request has been read.
    const { req } = this.#response;
    req.rawHeaders.length = 0;
    for (const event of ["data", "end"]) req.removeAllListeners(event);
  }

  end(id: RequestId): void {
    const index = this.#requests.findIndex((running) => running.id === id);
    const [running] = index < 0 ? [] : this.#requests.splice(index, 1);
    if (running?.session !== undefined) this.#host.sessions.end(running);
  }

  get ask(): Peer["ask"] {
    const session = this.#session;
    if (session === undefined || !this.#isLegacy || !this.#takesStream) return undefined;
    const { questions } = this.#host.sessions;
    return (question: Question) => questions.ask(session, question, (frame) => this.send(frame));
  }

  settle(id: RequestId, answer: Json): void {
    const session = this.#session;
    if (session !== undefined) this.#host.sessions.questions.settle(session, id, answer);
  }

  /** 2025 clients cancel in a POST of its own, which the session ties to the one it is about. */
  cancel(id: RequestId, reason: string): void {
    const session = this.#session;
    if (session !== undefined) this.#host.sessions.cancel(session, id, reason);
  }

  /** Sends the answer; without a frame there was nothing to answer. */
  finish(frame: string | undefined): void {
    clearInterval(this.#keepAlive);
    const response = this.#response;
    if (response.destroyed || response.writableEnded) return;
    if (this.#streaming) {
      response.end(frame === undefined ? undefined : toEvent(frame));
      return;
    }
    if (this.#host.draining) response.shouldKeepAlive = false;
    if (frame === undefined) {
      response.writeHead(202).end();
      return;
    }
    response.writeHead(this.status, {
      // Only a handshake settles a revision here.
      ...(this.revision !== undefined && { "mcp-session-id": this.#host.sessions.createId() }),
      "content-type": "application/json",
      "content-length": Buffer.byteLength(frame),
    });
    response.end(frame);
  }

  /** The connection is closed: a 2026-07-28 request ends with it, an older one only loses the stream. */
  hangUp(): void {
    clearInterval(this.#keepAlive);
    if (this.#requests.length === 0 || this.#isLegacy) return;
    for (const { request } of [...this.#requests]) request.cancel("The client hung up.");
  }

  get #isLegacy(): boolean {
    return isLegacyRevision(this.headers["mcp-protocol-version"] ?? "2025-03-26");
  }

  /** The session, for its principal alone. */
  get #session(): string | undefined {
    const id = this.headers["mcp-session-id"];
    return id === undefined ? undefined : `${this.principal.id}\0${String(id)}`;
  }

  get #takesStream(): boolean {
    return this.headers.accept?.includes("text/event-stream") === true;
  }

  #startStream(): void {
    this.#streaming = true;
    if (this.#host.draining) this.#response.shouldKeepAlive = false;
    this.#response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
    });
    this.#keepAlive = setInterval(() => this.#response.write(":\n\n"), keepAliveMs).unref();
  }
}

function toEvent(frame: string): string {
  return `event: message\ndata: ${frame}\n\n`;
}
