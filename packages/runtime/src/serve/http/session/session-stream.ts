import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { EventStore, StreamEvent } from "@fairlead/store";
import { EventWriter, maxUnreadBytes, toEvent } from "../event-writer.ts";

/** Milliseconds that a client waits before it asks for the rest of a stream that was closed. */
const retryMs = 1_000;

/** What the streams of a session have in common. */
export interface StreamHost {
  readonly session: string;
  readonly store: EventStore;
  /**
   * Whether a stream begins with an empty event that has an id (SEP-1699), by which a client can come
   * back at any moment. Clients from before 2025-11-25 take its data for a broken message.
   */
  readonly primes: boolean;
  /** Milliseconds after which a connection is closed, for the client to come back; 0 for never. */
  readonly maxStreamMs: number;
  /** Is told when a connection is gone. */
  left(): void;
}

/**
 * One stream of a session: what a POST says before its answer and that answer, or what belongs to no
 * request. It is longer than its connections: what is said while there is none is kept.
 */
export class SessionStream {
  readonly id = randomBytes(16).toString("base64url");
  /** Whether nothing more will be said in it. */
  ended = false;
  readonly #host: StreamHost;
  #writer: EventWriter | undefined;
  /** Whether the client has yet to read what was said before: what is said now waits in the store. */
  #behind = false;
  /** How much was said since the client last read. */
  #unread = 0;
  #last = 0;
  #written = 0;

  constructor(host: StreamHost) {
    this.#host = host;
  }

  /** Whether a client listens. */
  get connected(): boolean {
    return this.#writer !== undefined;
  }

  /** The number of the newest event. */
  get last(): number {
    return this.#last;
  }

  /** The number of the newest event that was written to a connection. */
  get written(): number {
    return this.#written;
  }

  send(frame: string): void {
    this.#say(frame);
    if (!this.#behind) return;
    this.#unread += frame.length;
    if (this.#unread > maxUnreadBytes) this.#writer?.drop();
  }

  end(frame?: string): void {
    if (frame !== undefined) this.#say(frame);
    this.ended = true;
    if (!this.#behind) this.disconnect();
  }

  /** Writes to this response from now on, and first what was said after the event with this number. */
  connect(response: ServerResponse, after: number, { last }: { readonly last: boolean }): void {
    this.disconnect();
    const { primes, maxStreamMs } = this.#host;
    const writer = new EventWriter(response, { last });
    this.#writer = writer;
    this.#written = after;
    const limit =
      primes && maxStreamMs > 0 ? setTimeout(() => writer.end(), maxStreamMs).unref() : undefined;
    response.once("close", () => {
      clearTimeout(limit);
      writer.close();
      if (this.#writer === writer) this.#forgetWriter();
      this.#host.left();
    });
    // The first bytes tell the client, and every proxy on the way, that it is connected.
    writer.write(primes ? `id: ${this.id}_${after}\nretry: ${retryMs}\ndata: \n\n` : ":\n\n");
    if (after < this.#last) this.#catchUp(writer);
  }

  /** Ends the connection there is, in order: the client may come back. */
  disconnect(): void {
    this.#writer?.end();
    this.#forgetWriter();
  }

  #say(frame: string): void {
    if (this.ended) return;
    this.#last += 1;
    const event = { stream: this.id, number: this.#last, frame };
    void this.#host.store.add(this.#host.session, event);
    const writer = this.#writer;
    if (writer === undefined || this.#behind) return;
    if (this.#write(writer, event) && writer.full) this.#waitFor(writer);
  }

  /** What is said from now on waits in the store until the client has read what it has. */
  #waitFor(writer: EventWriter): void {
    this.#behind = true;
    writer.onceRead(() => this.#catchUp(writer));
  }

  #catchUp(writer: EventWriter): void {
    this.#behind = true;
    this.#unread = 0;
    this.#writeKept(writer).catch(() => writer.drop());
  }

  /** Writes what is kept, as fast as the client reads. */
  async #writeKept(writer: EventWriter): Promise<void> {
    const { session, store } = this.#host;
    while (this.#written < this.#last) {
      const events = await store.after(session, this.id, this.#written);
      if (this.#writer !== writer) return;
      for (const event of events) {
        if (writer.full) return this.#waitFor(writer);
        if (!this.#write(writer, event)) return;
      }
      // The rest is no longer kept.
      if (events.length === 0) break;
    }
    this.#behind = false;
    if (this.ended) this.disconnect();
  }

  #write(writer: EventWriter, { number, frame }: StreamEvent): boolean {
    const written = writer.write(toEvent(frame, `${this.id}_${number}`));
    if (written) this.#written = number;
    return written;
  }

  #forgetWriter(): void {
    this.#writer = undefined;
    this.#behind = false;
    this.#unread = 0;
  }
}
