import type { Bus, EventStore, LimitStore, StateStore, TaskStore, Vault } from "@fairlead/store";
import { Channels } from "./connection/channels.ts";
import { createConnection } from "./connection/connect.ts";
import { Link, type Notes } from "./connection/link.ts";
import { defineScript } from "./connection/script.ts";
import { RedisEventStore } from "./events/redis-event-store.ts";
import { RedisLimits } from "./limits/redis-limits.ts";
import { RedisBus } from "./redis-bus.ts";
import { RedisStates } from "./redis-states.ts";
import { RedisVault } from "./redis-vault.ts";
import { RedisTasks } from "./tasks/redis-tasks.ts";

/** Milliseconds for a command and for a try to connect. */
const defaultTimeoutMs = 3_000;

export interface RedisOptions {
  /**
   * `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS. One primary, or an address
   * that leads to it: not a cluster, whose keys are in several places.
   */
  readonly url: string;
  /** The beginning of every key and channel. Processes with the same prefix share everything. */
  readonly prefix: string;
  /** Where the operator is told that Redis is out of reach, and that it is back. */
  readonly notes: Notes;
  /** Milliseconds for a command and for a try to connect; 3,000 by default. */
  readonly timeoutMs?: number;
}

/** The ports of @fairlead/store, in one Redis. */
export interface RedisStores {
  readonly bus: Bus;
  readonly states: StateStore;
  readonly tasks: TaskStore;
  readonly events: EventStore;
  readonly limits: LimitStore;
  readonly vault: Vault;
  /** Closes both connections. */
  close(): void;
}

/**
 * Connects to Redis, by two connections: one hears and one does the rest. Rejects with a RedisError if
 * that fails at first; later on it connects again by itself.
 *
 * @example
 * ```ts
 * import { openRedis } from "@fairlead/redis";
 *
 * const notes = { warn: console.error, info: console.error };
 * const redis = await openRedis({ url: "redis://127.0.0.1:6379", prefix: "notes", notes });
 * await redis.states.take("nonce", Date.now() + 60_000, "alice"); // true, and false from then on
 * redis.close();
 * ```
 */
export async function openRedis(options: RedisOptions): Promise<RedisStores> {
  const { url, prefix, notes, timeoutMs = defaultTimeoutMs } = options;
  const link = new Link(createConnection({ url, timeoutMs }), notes);
  const channels = new Channels(createConnection({ url, timeoutMs }), link);
  const close = () => {
    channels.close();
    link.close();
  };
  try {
    await link.open();
    await channels.open();
    await tryOut(link, channels, prefix);
  } catch (error) {
    close();
    throw error;
  }
  return {
    bus: new RedisBus(link, channels, prefix),
    states: new RedisStates(link, prefix),
    tasks: new RedisTasks({ link, channels, prefix }),
    events: new RedisEventStore(link, prefix),
    limits: new RedisLimits({ link, prefix }),
    vault: new RedisVault(link, prefix),
    close,
  };
}

const nothing = defineScript("return redis.call('EXISTS', KEYS[1])");

/** Runs each kind of command once, so that a Redis that refuses one is found before a client calls. */
async function tryOut(link: Link, channels: Channels, prefix: string): Promise<void> {
  await link.send("SET", `${prefix}:started`, "1", "PX", 1_000);
  await link.run(nothing, `${prefix}:started`);
  await channels.tryOut(`${prefix}:bus:`);
  await link.send("PUBLISH", `${prefix}:bus:`, "");
}
