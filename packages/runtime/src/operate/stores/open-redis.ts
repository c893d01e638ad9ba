import type { LimitStore, Vault } from "@fairlead/store";
import type { Operations, OperationsHost } from "../operations.ts";
import { OptionProblems } from "../option-problems.ts";
import { isRedisUrl, toUrlProblem } from "./redis-url.ts";

/** What the processes of a server share. */
interface Shared extends Partial<Operations> {
  readonly limits: LimitStore;
  readonly vault: Vault;
}

/** Opens what several processes share, in Redis. */
export async function openRedis(host: Omit<OperationsHost, "stores">): Promise<Shared | undefined> {
  const { common, surface, log } = host;
  const { redisUrl, redisPrefix, stateKeys } = common;
  if (typeof redisUrl !== "string") return undefined;
  if (!host.http) {
    log.warn(
      "--redis-url: a server over stdio has one client and shares nothing. Redis is not used.",
    );
    return undefined;
  }
  if (!isRedisUrl(redisUrl)) {
    throw new OptionProblems([toUrlProblem("--redis-url", "FAIRLEAD_REDIS_URL")]);
  }
  if (stateKeys === undefined) {
    log.warn(
      "--redis-url without --state-keys: a call that asks its client has to go on in this process.",
    );
  }
  const redis = await import("@fairlead/redis");
  const prefix = typeof redisPrefix === "string" ? redisPrefix : `fairlead:${surface.name}`;
  try {
    const { bus, tasks, states, limits, vault, close } = await redis.openRedis({
      ...{ url: redisUrl, prefix },
      notes: log,
    });
    return { stores: { bus, tasks, states }, limits, vault, close: async () => close() };
  } catch (error) {
    if (!(error instanceof redis.RedisError)) throw error;
    throw new OptionProblems([
      `--redis-url (FAIRLEAD_REDIS_URL): Redis cannot be used (${error.reason}). Check the address, the password, what the user may do, and that a Redis of version 6.2 or later listens there.`,
    ]);
  }
}
