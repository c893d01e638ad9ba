import type { Principal } from "@fairlead/define";
import type { Watcher } from "@fairlead/guard";
import type { Bus } from "@fairlead/store";
import type { ErrorSink } from "../../call/failure.ts";
import { slowDown } from "./slow-down.ts";
import { toNotice, toResourceTopic } from "./topics.ts";

/** Somebody for whom a resource is watched. */
export interface Watching {
  /** The resource is not watched any more. */
  lose(uri: string): void;
}

interface Watched {
  readonly control: AbortController;
  /** For whom. */
  readonly watching: Set<Watching>;
  readonly ready: Promise<void>;
}

/** Begins to watch a resource for a principal; resolves when it is watched. */
export type Watch = (principal: Principal, uri: string, watcher: Watcher) => Promise<void>;

/**
 * The resources that are watched: each from its first listener to its last, once for all of one
 * principal.
 */
export class Watches {
  readonly #watch: Watch;
  readonly #bus: Bus;
  readonly #sink: ErrorSink;
  readonly #watched = new Map<string, Watched>();

  constructor(watch: Watch, bus: Bus, sink: ErrorSink) {
    this.#watch = watch;
    this.#bus = bus;
    this.#sink = sink;
  }

  /** Resolves when the resource is watched; rejects with why it cannot be. */
  join(principal: Principal, uri: string, watching: Watching): Promise<void> {
    const topic = toResourceTopic(principal, uri);
    let watched = this.#watched.get(topic);
    if (watched === undefined) {
      watched = this.#begin(principal, uri, topic);
      this.#watched.set(topic, watched);
    }
    watched.watching.add(watching);
    return watched.ready;
  }

  leave(principal: Principal, uri: string, one: Watching): void {
    const topic = toResourceTopic(principal, uri);
    const watched = this.#watched.get(topic);
    if (watched?.watching.delete(one) !== true || watched.watching.size > 0) return;
    this.#watched.delete(topic);
    watched.control.abort();
  }

  close(): void {
    for (const { control } of this.#watched.values()) control.abort();
    this.#watched.clear();
  }

  #begin(principal: Principal, uri: string, topic: string): Watched {
    const control = new AbortController();
    const { signal } = control;
    const watching = new Set<Watching>();
    const broken = Promise.withResolvers<never>();
    const failed = (error: unknown) => {
      if (signal.aborted) return;
      this.#watched.delete(topic);
      control.abort();
      this.#sink(error, `watching ${uri}`, "-");
      broken.reject(error);
      for (const one of [...watching]) one.lose(uri);
    };
    const notice = toNotice(topic);
    const changed = slowDown(
      () => void this.#bus.publish(topic, notice),
      () => signal.aborted,
    );
    const beginning = this.#watch(principal, uri, { signal, changed, failed });
    // It may break before it has begun.
    const ready = Promise.race([broken.promise, beginning]);
    return { control, watching, ready };
  }
}
