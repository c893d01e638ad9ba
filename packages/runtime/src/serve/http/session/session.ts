import { randomBytes } from "node:crypto";
import type { ClientCapabilities, LogLevel, Principal } from "@fairlead/define";
import type { EventStore } from "@fairlead/store";
import { fillFromEnd } from "../../../call/deadlines.ts";
import type { Endpoint } from "../../../protocol/endpoint.ts";
import type { RequestId } from "../../../protocol/json-rpc.ts";
import type { Cancellable, Peer, Stream } from "../../../protocol/peer.ts";
import { Questions } from "../../../protocol/questions.ts";
import type { LegacyRevision } from "../../../protocol/revisions.ts";
import { SessionStream, type StreamHost } from "./session-stream.ts";

/** Streams that have ended and whose events can still be fetched. */
const endedStreams = 64;
const eventId = /^([\w-]{22})_(\d{1,15})$/;

/** Whom a session is for: no one else can tell it from one that never was. */
export interface Owner {
  readonly principal: Principal;
  readonly endpoint: Endpoint;
}

/** What a handshake settled. */
export interface Handshake extends Owner {
  readonly revision: LegacyRevision;
  readonly client: Peer["client"];
  readonly clientCapabilities: ClientCapabilities;
}

/** A call in flight, by the id its client knows it by. */
export interface Running {
  readonly id: RequestId;
  readonly request: Cancellable;
}

/** One 2025 client over HTTP: what its handshake settled, what it may name in a later request. */
export class Session {
  readonly id = randomBytes(24).toString("base64url");
  readonly handshake: Handshake;
  /** What belongs to no request. */
  readonly general: SessionStream;
  readonly stream: Stream;
  /** What was asked in one POST is answered in another. */
  readonly questions = new Questions();
  logLevel: LogLevel | undefined;
  usedAt = performance.now();
  readonly #running: Running[] = [];
  readonly #streams = new Map<string, SessionStream>();
  readonly #host: StreamHost;
  readonly #left: (() => void)[] = [];
  #closed = false;

  constructor(handshake: Handshake, store: EventStore, maxStreamMs: number) {
    this.handshake = handshake;
    this.#host = {
      session: this.id,
      store,
      maxStreamMs,
      primes: handshake.revision >= "2025-11-25",
      left: () => this.touch(),
    };
    const general = this.openStream();
    this.general = general;
    this.stream = {
      get connected() {
        return general.connected;
      },
      send: (frame) => general.send(frame),
      onClose: (callback) => {
        if (this.#closed) callback();
        else this.#left.push(callback);
      },
    };
  }

  isFor({ principal, endpoint }: Owner): boolean {
    const own = this.handshake;
    const { id, client } = own.principal;
    return own.endpoint === endpoint && id === principal.id && client === principal.client;
  }

  /** Whether nothing of it is under way, and nobody listens. */
  get idle(): boolean {
    return this.#running.length === 0 && !this.#isHeard;
  }

  get #isHeard(): boolean {
    return [...this.#streams.values()].some(({ connected }) => connected);
  }

  touch(): void {
    this.usedAt = performance.now();
  }

  begin(running: Running): void {
    this.#running.push(running);
  }

  end(running: Running): void {
    const index = this.#running.indexOf(running);
    if (index >= 0) fillFromEnd(this.#running, index);
    this.touch();
  }

  cancel(id: RequestId, reason: string): void {
    for (const running of [...this.#running]) if (running.id === id) running.request.cancel(reason);
  }

  openStream(): SessionStream {
    const stream = new SessionStream(this.#host);
    stream.ended = this.#closed;
    this.#streams.set(stream.id, stream);
    for (const { id, ended, connected } of this.#streams.values()) {
      if (this.#streams.size <= endedStreams) break;
      if (ended && !connected) this.#streams.delete(id);
    }
    return stream;
  }

  /** The event that a client saw last, by the id it was sent with; undefined for any other. */
  findEvent(id: string): { readonly stream: SessionStream; readonly number: number } | undefined {
    const [, name = "", digits] = eventId.exec(id) ?? [];
    const stream = this.#streams.get(name);
    const number = Number(digits);
    return stream !== undefined && number <= stream.last ? { stream, number } : undefined;
  }

  /** Ends it with everything that was under way. */
  close(): void {
    this.#closed = true;
    for (const { request } of [...this.#running]) request.cancel("The session has ended.");
    this.questions.close(new Error("The session has ended."));
    for (const stream of this.#streams.values()) stream.end();
    void this.#host.store.forget(this.id);
    for (const callback of this.#left.splice(0)) callback();
  }
}
