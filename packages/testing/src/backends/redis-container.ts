import { freePort } from "../processes.ts";
import type { Breakable, Redis } from "./backend.ts";
import { startContainer } from "./container.ts";
import { findEngine } from "./engine.ts";
import { redisPassword, redisSettings } from "./redis-settings.ts";

/** Starts a Redis in a container; undefined where there is no engine. */
export async function createRedisContainer(): Promise<(Redis & Breakable) | undefined> {
  const engine = await findEngine();
  if (engine === undefined) return undefined;
  const container = await startContainer(engine, {
    image: "redis:7.0-bookworm",
    port: 6379,
    // It is the same after a stop, as a client expects.
    hostPort: await freePort(),
    command: ["redis-server", ...redisSettings, "--protected-mode", "no"],
    ready: /Ready to accept connections/,
  });
  const { pause, resume, kill } = container;
  return {
    ...{ pause, resume, kill },
    url: `redis://:${redisPassword}@127.0.0.1:${container.port}`,
    password: redisPassword,
    stop: () => container.stop(),
    start: () => container.start(),
    async close() {
      await container.close();
    },
  };
}
