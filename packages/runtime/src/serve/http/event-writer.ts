import type { ServerResponse } from "node:http";

const keepAliveMs = 15_000;
/** Of what waits for a client, it must have read something in this time. */
const stalledMs = 60_000;
/** Bytes that may wait for a client to read them, besides what the system's own buffers hold. */
export const maxUnreadBytes = 1024 * 1024;

/** A response that carries events. A client that leaves too many of them unread is hung up on. */
export class EventWriter {
  readonly #response: ServerResponse;
  readonly #keepAlive: NodeJS.Timeout;

  /** Begins the stream; with `last`, it is the last answer on its connection. */
  constructor(response: ServerResponse, { last }: { readonly last: boolean }) {
    this.#response = response;
    if (last) response.shouldKeepAlive = false;
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
    });
    // Node counts it from the last write or the last byte that was read of one.
    response.setTimeout(stalledMs);
    // A function of all writers, as a thousand may be open.
    this.#keepAlive = setInterval(beat, keepAliveMs, this).unref();
  }

  /** Whether so much waits for the client that no more should be written for now. */
  get full(): boolean {
    return this.#response.writableNeedDrain;
  }

  /** Calls back once, when the client has read what waited. */
  onceRead(callback: () => void): void {
    this.#response.once("drain", callback);
  }

  send(frame: string): void {
    this.write(toEvent(frame));
  }

  /** Writes what an event looks like on the wire; false where nobody takes it any more. */
  write(event: string): boolean {
    const response = this.#response;
    if (response.writableEnded || response.destroyed) return false;
    if (response.writableLength > maxUnreadBytes) {
      this.drop();
      return false;
    }
    response.write(event);
    return true;
  }

  /** Hangs up on a client that does not read. */
  drop(): void {
    this.close();
    this.#response.destroy();
  }

  /** Ends the stream, after a last frame if there is one. */
  end(frame?: string): void {
    this.close();
    if (this.#response.writableEnded || this.#response.destroyed) return;
    this.#response.end(frame === undefined ? undefined : toEvent(frame));
  }

  /** The connection is closed. */
  close(): void {
    clearInterval(this.#keepAlive);
  }
}

/** A message as an event; `id` is what a client may name to have those that came after it. */
export function toEvent(frame: string, id?: string): string {
  const event = `event: message\ndata: ${frame}\n\n`;
  return id === undefined ? event : `id: ${id}\n${event}`;
}

function beat(writer: EventWriter): void {
  if (!writer.full) writer.write(":\n\n");
}
