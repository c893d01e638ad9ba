import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { LogLevel, Principal } from "../define/context.ts";
import type { ClientCapabilities } from "../define/metadata.ts";
import type { Cancellable, Peer } from "../protocol/peer.ts";
import { isLegacyRevision, type LegacyRevision } from "../protocol/revisions.ts";

const keepAliveMs = 15_000;

/**
 * One POST. Its answer is plain JSON until something has to be said before the end: then it turns
 * into an event stream, if the client takes one.
 */
export class HttpPeer implements Peer {
  readonly principal: Principal;
  readonly headers: IncomingHttpHeaders;
  revision: LegacyRevision | undefined;
  logLevel: LogLevel | undefined;
  client: Peer["client"];
  clientCapabilities: ClientCapabilities = {};
  status = 200;
  readonly #response: ServerResponse;
  #request: Cancellable | undefined;
  #streaming = false;
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(principal: Principal, headers: IncomingHttpHeaders, response: ServerResponse) {
    this.principal = principal;
    this.headers = headers;
    this.#response = response;
  }

  send(frame: string): void {
    if (!this.#takesStream || this.#response.writableEnded) return;
    if (!this.#streaming) this.#startStream();
    this.#response.write(toEvent(frame));
  }

  begin(_id: string | number, request: Cancellable): void {
    this.#request = request;
    // Hanging up cancels a 2026-07-28 request; before, it only loses the stream.
    if (!isLegacyRevision(this.headers["mcp-protocol-version"] ?? "2025-03-26")) {
      this.#response.once("close", () => this.#hangUp());
    }
  }

  end(): void {
    this.#request = undefined;
  }

  /** 2025 clients cancel in a POST of its own, which a stateless server cannot tie to this one. */
  cancel(): void {}

  /** Sends the answer; without a frame there was nothing to answer. */
  finish(frame: string | undefined): void {
    clearInterval(this.#keepAlive);
    const response = this.#response;
    if (response.destroyed || response.writableEnded) return;
    if (this.#streaming) {
      response.end(frame === undefined ? undefined : toEvent(frame));
      return;
    }
    if (frame === undefined) {
      response.writeHead(202).end();
      return;
    }
    response.writeHead(this.status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(frame),
    });
    response.end(frame);
  }

  get #takesStream(): boolean {
    return this.headers.accept?.includes("text/event-stream") === true;
  }

  #startStream(): void {
    this.#streaming = true;
    this.#response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
    });
    this.#keepAlive = setInterval(() => this.#response.write(":\n\n"), keepAliveMs).unref();
  }

  #hangUp(): void {
    clearInterval(this.#keepAlive);
    this.#request?.cancel("The client hung up.");
  }
}

function toEvent(frame: string): string {
  return `event: message\ndata: ${frame}\n\n`;
}
