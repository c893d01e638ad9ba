import type { Redis } from "./backends/backend.ts";
import { createRedisContainer } from "./backends/redis-container.ts";
import { createRedisProcess } from "./backends/redis-process.ts";

/**
 * Starts a real Redis, empty, which ends with the test: in a container, or else what `redis-server`
 * this machine has. Undefined where there is neither.
 */
export async function createRedis(): Promise<Redis | undefined> {
  return (await createRedisContainer()) ?? (await createRedisProcess());
}
