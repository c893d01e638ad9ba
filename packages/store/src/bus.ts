import type { Json } from "./json.ts";

/** A notification before it is addressed to one of those who listen. */
export interface Notice {
  readonly method: string;
  readonly params: Json;
}

/** Somebody who listens to topics; hearing never throws. */
export interface Listener {
  hear(notice: Notice): void;
  /** Notices of this topic may have been lost on the way: what it is about is to be read again. */
  missed?(topic: string): void;
}

/**
 * Carries notices from where something changes to those who listen, at most once. They are hints: who
 * hears one reads again. A topic belongs to one principal, or to the whole process.
 */
export interface Bus {
  /** Tells everyone who listens to a topic, in the order in which they began to. */
  publish(topic: string, notice: Notice): void | Promise<void>;
  subscribe(topic: string, listener: Listener): void | Promise<void>;
  unsubscribe(topic: string, listener: Listener): void | Promise<void>;
}

/** The bus of one process. */
export class MemoryBus implements Bus {
  readonly #topics = new Map<string, Set<Listener>>();

  publish(topic: string, notice: Notice): void {
    for (const listener of this.#topics.get(topic) ?? []) listener.hear(notice);
  }

  subscribe(topic: string, listener: Listener): void {
    const listeners = this.#topics.get(topic);
    if (listeners) listeners.add(listener);
    else this.#topics.set(topic, new Set([listener]));
  }

  unsubscribe(topic: string, listener: Listener): void {
    const listeners = this.#topics.get(topic);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#topics.delete(topic);
  }
}
