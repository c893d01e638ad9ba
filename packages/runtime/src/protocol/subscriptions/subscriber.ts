import type { Principal } from "@fairlead/define";
import type { Bus, Listener, Notice } from "@fairlead/store";
import type { Shares } from "./shares.ts";
import { toNotice, toResourceTopic } from "./topics.ts";
import type { Watches, Watching } from "./watches.ts";

/** What subscribers share. */
export interface Exchange {
  readonly bus: Bus;
  readonly watches: Watches;
  /** Resources that may be listened to. */
  readonly shares: Shares;
}

/** How somebody who listens is reached. */
export interface Outlet {
  tell(notice: Notice): void;
  /** One of their resources is not watched any more. */
  lost?(uri: string): void;
}

/** One who listens, to lists and to resources, until it is closed. */
export class Subscriber implements Listener, Watching {
  readonly #exchange: Exchange;
  readonly #principal: Principal;
  readonly #outlet: Outlet;
  // A thousand of these may be open: arrays of the size they need, and no Set.
  #lists: readonly string[] = [];
  #uris: readonly string[] = [];
  #closed = false;

  constructor(exchange: Exchange, principal: Principal, outlet: Outlet) {
    this.#exchange = exchange;
    this.#principal = principal;
    this.#outlet = outlet;
  }

  has(uri: string): boolean {
    return this.#uris.includes(uri);
  }

  hear(notice: Notice): void {
    this.#outlet.tell(notice);
  }

  /** What was said is lost: that something changed is all that there was to say. */
  missed(topic: string): void {
    this.#outlet.tell(toNotice(topic));
  }

  lose(uri: string): void {
    this.remove(uri);
    this.#outlet.lost?.(uri);
  }

  async follow(topics: readonly string[]): Promise<void> {
    this.#lists = topics;
    for (const topic of topics) await this.#exchange.bus.subscribe(topic, this);
    // It may have been closed meanwhile, as may any of what is added below.
    if (this.#closed) this.close();
  }

  /**
   * Listens to a resource once it is known that it may be read; rejects where it may not, where it
   * cannot be watched, or where there are too many.
   */
  async add(uri: string, mayRead: () => Promise<void>): Promise<void> {
    const known = this.has(uri);
    if (!known) {
      this.#exchange.shares.take(this.#principal);
      this.#uris = [...this.#uris, uri];
    }
    try {
      await mayRead();
      if (this.#closed) this.close();
      if (!this.has(uri)) return;
      await this.#exchange.watches.join(this.#principal, uri, this);
      if (known) return;
      await this.#exchange.bus.subscribe(toResourceTopic(this.#principal, uri), this);
    } catch (error) {
      this.remove(uri);
      throw error;
    }
    if (!this.has(uri)) this.#detach(uri);
  }

  remove(uri: string): void {
    if (!this.has(uri)) return;
    this.#uris = this.#uris.filter((other) => other !== uri);
    this.#exchange.shares.give(this.#principal);
    this.#detach(uri);
  }

  close(): void {
    this.#closed = true;
    for (const uri of this.#uris) this.remove(uri);
    for (const topic of this.#lists) void this.#exchange.bus.unsubscribe(topic, this);
  }

  #detach(uri: string): void {
    this.#exchange.watches.leave(this.#principal, uri, this);
    void this.#exchange.bus.unsubscribe(toResourceTopic(this.#principal, uri), this);
  }
}
