import { Redis } from "ioredis";
import { isReply } from "./redis-error.ts";

/** Milliseconds between two tries to connect grow up to this. */
const mostPauseMs = 2_000;

/** Where a Redis is, and how long it may take to answer. */
export interface Place {
  /** `redis://` or `rediss://` (TLS), with user name, password and number of the database if need be. */
  readonly url: string;
  /** Milliseconds for a command and for a try to connect. */
  readonly timeoutMs: number;
}

/**
 * A connection that is not open yet. Nothing waits in it: a command fails at once while there is no
 * connection, and what was sent when it broke fails too and is not sent again, as it may have been done.
 */
export function createConnection({ url, timeoutMs }: Place): Redis {
  return new Redis(url, {
    connectionName: "fairlead",
    lazyConnect: true,
    commandTimeout: timeoutMs,
    connectTimeout: timeoutMs,
    enableOfflineQueue: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    // ioredis 6.0.0: without this, what was sent waits for its timeout after the connection broke.
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), mostPauseMs),
    // After a failover the name leads to the new primary.
    reconnectOnError: (error) => isReply(error, "READONLY"),
    keepAlive: 10_000,
  });
}
