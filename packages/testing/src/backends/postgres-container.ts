import { freePort } from "../processes.ts";
import type { Breakable, Postgres } from "./backend.ts";
import { startContainer } from "./container.ts";
import { findEngine } from "./engine.ts";
import { buildBackendImage } from "./images.ts";

/** Starts a PostgreSQL in a container; undefined where there is no engine. */
export async function createPostgresContainer(): Promise<(Postgres & Breakable) | undefined> {
  const engine = await findEngine();
  if (engine === undefined) return undefined;
  const settings = [
    "fsync=off",
    "max_connections=20",
    "shared_preload_libraries=pg_stat_statements",
  ];
  const container = await startContainer(engine, {
    image: await buildBackendImage(engine, "postgres"),
    port: 5432,
    // It is the same after a restart, as a client expects.
    hostPort: await freePort(),
    command: ["postgres", ...settings.flatMap((setting) => ["-c", setting])],
    env: {
      POSTGRES_HOST_AUTH_METHOD: "trust",
      POSTGRES_INITDB_ARGS: "--no-sync --encoding=UTF8 --no-locale",
    },
    // Once for what sets it up, and once more to stay.
    ready: /database system is ready to accept connections/,
    times: 2,
  });
  const { pause, resume, kill, start } = container;
  return {
    ...{ pause, resume, kill, start },
    url: (database = "postgres") => `postgres://postgres@127.0.0.1:${container.port}/${database}`,
    async close() {
      await container.close();
    },
  };
}
