import { randomUUID } from "node:crypto";
import { type Bus, type Listener, MemoryBus, type Notice } from "@fairlead/store";
import type { Channels, Ear } from "./connection/channels.ts";
import type { Link } from "./connection/link.ts";

/** Maximum number of topics whose last notice waits until Redis is back. */
const mostOwed = 10_000;

/**
 * Carries notices between processes by Pub/Sub, at most once. The listeners of the same process hear
 * them without Redis. While Redis is out of reach, the other processes hear nothing. When it is back,
 * their listeners are told that they may have missed something, and this process sends the last unsent
 * notice of each topic.
 */
export class RedisBus implements Bus {
  readonly #link: Link;
  readonly #channels: Channels;
  readonly #prefix: string;
  /** The process that sent the notice. It has told its own listeners already. */
  readonly #origin = randomUUID();
  readonly #local = new MemoryBus();
  readonly #topics = new Map<string, Topic>();
  readonly #owed = new Map<string, Notice>();

  constructor(link: Link, channels: Channels, prefix: string) {
    this.#link = link;
    this.#channels = channels;
    this.#prefix = prefix;
    link.onReturn(() => this.#pay());
  }

  /** Never rejects. */
  async publish(topic: string, notice: Notice): Promise<void> {
    this.#local.publish(topic, notice);
    await this.#send(topic, notice);
  }

  async subscribe(topic: string, listener: Listener): Promise<void> {
    let known = this.#topics.get(topic);
    if (known === undefined) {
      known = new Topic(topic, this.#origin, this.#local);
      this.#topics.set(topic, known);
    }
    known.listeners.add(listener);
    this.#local.subscribe(topic, listener);
    await this.#channels.join(this.#toChannel(topic), known);
  }

  unsubscribe(topic: string, listener: Listener): void {
    this.#local.unsubscribe(topic, listener);
    const known = this.#topics.get(topic);
    if (known === undefined || !known.listeners.delete(listener)) return;
    if (known.listeners.size > 0) return;
    this.#topics.delete(topic);
    this.#channels.leave(this.#toChannel(topic), known);
  }

  #toChannel(topic: string): string {
    return `${this.#prefix}:bus:${topic}`;
  }

  async #send(topic: string, notice: Notice): Promise<void> {
    const { method, params } = notice;
    const message = JSON.stringify({ origin: this.#origin, method, params });
    try {
      await this.#link.send("PUBLISH", this.#toChannel(topic), message);
    } catch {
      if (this.#owed.has(topic) || this.#owed.size < mostOwed) this.#owed.set(topic, notice);
    }
  }

  #pay(): void {
    const owed = [...this.#owed];
    this.#owed.clear();
    for (const [topic, notice] of owed) void this.#send(topic, notice);
  }
}

/** A topic that this process listens to. */
class Topic implements Ear {
  readonly listeners = new Set<Listener>();
  readonly #name: string;
  readonly #origin: string;
  readonly #local: MemoryBus;

  constructor(name: string, origin: string, local: MemoryBus) {
    this.#name = name;
    this.#origin = origin;
    this.#local = local;
  }

  hear(message: string): void {
    const notice = readNotice(message);
    if (notice !== undefined && notice.origin !== this.#origin) {
      this.#local.publish(this.#name, { method: notice.method, params: notice.params });
    }
  }

  missed(): void {
    for (const listener of [...this.listeners]) listener.missed?.(this.#name);
  }
}

/** Anyone who can write to Redis can publish here. Gives undefined for a message that is not a notice. */
function readNotice(message: string): (Notice & { readonly origin: unknown }) | undefined {
  try {
    const said: unknown = JSON.parse(message);
    if (!isRecord(said)) return undefined;
    const { origin, method, params } = said;
    return typeof method === "string" && isRecord(params) ? { origin, method, params } : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
