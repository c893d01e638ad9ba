import type { Principal } from "@fairlead/define";
import type { Watcher } from "@fairlead/guard";
import type { ErrorSink } from "../../call/failure.ts";
import type { Bus } from "./bus.ts";

/** Milliseconds between two notices of one resource: what changes all the time is read again by then. */
const restMs = 250;

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

/** What tells of changes to a resource is the principal's own: another may not read what they read. */
export function toResourceTopic(principal: Principal, uri: string): string {
  return JSON.stringify(["resource", principal.id, uri]);
}

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
    const failed = (error: unknown) => {
      if (signal.aborted) return;
      this.#watched.delete(topic);
      control.abort();
      this.#sink(error, `watching ${uri}`, "-");
      for (const one of [...watching]) one.lose(uri);
    };
    const notice = { method: "notifications/resources/updated", params: { uri } };
    const changed = slowDown(signal, () => void this.#bus.publish(topic, notice));
    const ready = this.#watch(principal, uri, { signal, changed, failed });
    return { control, watching, ready };
  }
}

/** Tells the first of several changes at once, and of those that follow within a moment only the last. */
function slowDown(signal: AbortSignal, tell: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  const rest = () => {
    timer = undefined;
    if (again) change();
  };
  const change = () => {
    if (signal.aborted) return;
    again = timer !== undefined;
    if (again) return;
    tell();
    timer = setTimeout(rest, restMs).unref();
  };
  return change;
}
