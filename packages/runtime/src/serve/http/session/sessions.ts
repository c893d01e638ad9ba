import type { Principal } from "@fairlead/define";
import type { Traffic } from "@fairlead/operate/telemetry";
import { type EventStore, MemoryEventStore } from "@fairlead/store";
import { type Handshake, type Owner, Session } from "./session.ts";

/** How long the sessions of 2025 clients last, and how many there may be. */
export interface SessionOptions {
  /** Milliseconds, up to a minute more, after which a session ends that is not used; 30 minutes by default. */
  readonly idleMs?: number;
  /** Sessions at once; 1,000 by default, of which one principal has at most half where they are told apart. */
  readonly max?: number;
  /** Milliseconds after which an event stream is closed, for its client to come back; 0 for never. */
  readonly maxStreamMs?: number;
  /** Where events are kept for a client whose connection broke; in memory by default. */
  readonly events?: EventStore;
}

const sweepMs = 60_000;

/** The sessions of one server. Only the owner of a session finds it. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #idleMs: number;
  readonly #max: number;
  readonly #shared: boolean;
  readonly #maxStreamMs: number;
  readonly #events: EventStore;
  #sweeping: NodeJS.Timeout | undefined;

  readonly #traffic: readonly Partial<Traffic>[];

  constructor(
    options: SessionOptions,
    {
      shared,
      traffic = [],
    }: { readonly shared: boolean; readonly traffic?: readonly Partial<Traffic>[] },
  ) {
    this.#traffic = traffic;
    const { idleMs = 30 * 60_000, max = 1_000, maxStreamMs = 0 } = options;
    this.#idleMs = idleMs;
    this.#max = max;
    this.#shared = shared;
    this.#maxStreamMs = maxStreamMs;
    this.#events = options.events ?? new MemoryEventStore();
  }

  /**
   * Opens a session, in the place of the one that is idle for longest where there are too many;
   * undefined if none is idle: its client does without.
   */
  open(handshake: Handshake): Session | undefined {
    if (!this.#makeRoom(handshake.principal)) return undefined;
    const session = new Session(handshake, this.#events, this.#maxStreamMs);
    this.#sessions.set(session.id, session);
    for (const each of this.#traffic) {
      const ended = each.session?.(handshake.revision);
      if (ended !== undefined) session.stream.onClose(ended);
    }
    this.#sweeping ??= setInterval(
      () => this.#endExpired(),
      Math.min(this.#idleMs, sweepMs),
    ).unref();
    return session;
  }

  /** The session with this id, if it is this owner's; it counts as used. */
  find(id: string, owner: Owner): Session | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined || !session.isFor(owner)) return undefined;
    session.touch();
    return session;
  }

  end(session: Session): void {
    if (!this.#sessions.delete(session.id)) return;
    session.close();
    if (this.#sessions.size > 0) return;
    clearInterval(this.#sweeping);
    this.#sweeping = undefined;
  }

  /** Ends the streams that would stay open for as long as their clients like. */
  drain(): void {
    for (const { general } of this.#sessions.values()) general.disconnect();
  }

  close(): void {
    for (const session of [...this.#sessions.values()]) this.end(session);
  }

  #makeRoom({ id }: Principal): boolean {
    const all = this.#sessions;
    if (this.#shared) {
      const own = [...all.values()].filter(({ handshake }) => handshake.principal.id === id);
      if (own.length >= this.#max / 2) return this.#endOldest(own);
    }
    return all.size < this.#max || this.#endOldest(all.values());
  }

  #endExpired(): void {
    const since = performance.now() - this.#idleMs;
    for (const session of [...this.#sessions.values()]) {
      if (session.usedAt < since && session.idle) this.end(session);
    }
  }

  #endOldest(sessions: Iterable<Session>): boolean {
    let oldest: Session | undefined;
    for (const session of sessions) {
      if (session.usedAt < (oldest?.usedAt ?? Number.POSITIVE_INFINITY) && session.idle) {
        oldest = session;
      }
    }
    if (oldest !== undefined) this.end(oldest);
    return oldest !== undefined;
  }
}
