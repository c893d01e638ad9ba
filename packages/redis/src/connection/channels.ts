import type { Redis } from "ioredis";
import type { Link } from "./link.ts";
import { RedisError, toReason } from "./redis-error.ts";

/** Channels that are subscribed to in one command after a reconnect. */
const batch = 500;
/**
 * Milliseconds between two pings: a subscriber that hears nothing cannot tell silence from a dead
 * connection.
 */
const defaultPingMs = 5_000;

/** A listener of a channel. */
export interface Ear {
  hear(message: string): void;
  /** The connection was lost, and messages may have been missed. */
  missed(): void;
}

interface Channel {
  readonly ears: Set<Ear>;
  ready: Promise<void>;
}

/** The connection that subscribes to channels (Pub/Sub of Redis). Messages arrive at most once. */
export class Channels {
  readonly #redis: Redis;
  readonly #link: Link;
  readonly #channels = new Map<string, Channel>();
  readonly #pinging: NodeJS.Timeout;
  /** When the connection was made (milliseconds of `performance`). */
  #madeAt = Number.NEGATIVE_INFINITY;
  #reason = "";

  constructor(redis: Redis, link: Link, pingMs = defaultPingMs) {
    this.#redis = redis;
    this.#link = link;
    // What swallowed commands may have swallowed messages too, and the pings need not have noticed.
    link.onReturn((lostAt) => {
      if (this.#madeAt < lostAt) this.#again();
    });
    redis.on("message", (channel: string, message: string) => {
      for (const ear of [...(this.#channels.get(channel)?.ears ?? [])]) ear.hear(message);
    });
    redis.on("error", (error: unknown) => {
      this.#reason = toReason(error);
    });
    redis.on("ready", () => {
      this.#madeAt = performance.now();
      void this.#resume();
    });
    this.#pinging = setInterval(() => {
      if (redis.status === "ready") redis.ping().catch(() => this.#again());
    }, pingMs).unref();
  }

  /** Connects; rejects with a RedisError if the first try fails. */
  async open(): Promise<void> {
    try {
      await this.#redis.connect();
    } catch (error) {
      throw new RedisError(this.#reason || toReason(error));
    }
  }

  /** Subscribes to a channel for a moment; rejects with a RedisError if Redis refuses it. */
  async tryOut(name: string): Promise<void> {
    try {
      await this.#redis.subscribe(name);
      await this.#redis.unsubscribe(name);
    } catch (error) {
      throw new RedisError(toReason(error));
    }
  }

  /**
   * Resolves when the channel is subscribed to. While Redis is out of reach it resolves at once, and the
   * listener is told later, after the subscription, that it may have missed something.
   */
  join(name: string, ear: Ear): Promise<void> {
    const known = this.#channels.get(name);
    if (known !== undefined) {
      known.ears.add(ear);
      return known.ready;
    }
    const channel: Channel = { ears: new Set([ear]), ready: Promise.resolve() };
    this.#channels.set(name, channel);
    if (this.#redis.status === "ready") channel.ready = this.#subscribe([name]);
    return channel.ready;
  }

  leave(name: string, ear: Ear): void {
    const channel = this.#channels.get(name);
    if (channel === undefined || !channel.ears.delete(ear) || channel.ears.size > 0) return;
    this.#channels.delete(name);
    if (this.#redis.status === "ready") this.#redis.unsubscribe(name).catch(() => this.#again());
  }

  close(): void {
    clearInterval(this.#pinging);
    this.#channels.clear();
    this.#redis.disconnect();
  }

  async #subscribe(names: readonly string[]): Promise<void> {
    await this.#redis.subscribe(...names).catch((error: unknown) => {
      this.#link.complain(error);
      this.#again();
    });
  }

  /** After an error, a new connection subscribes again, and then all listeners are told. */
  #again(): void {
    if (this.#redis.status === "ready") this.#redis.disconnect(true);
  }

  async #resume(): Promise<void> {
    const names = [...this.#channels.keys()];
    for (let at = 0; at < names.length; at += batch) {
      await this.#subscribe(names.slice(at, at + batch));
    }
    if (this.#redis.status !== "ready") return;
    for (const name of names) {
      for (const ear of [...(this.#channels.get(name)?.ears ?? [])]) ear.missed();
    }
  }
}
