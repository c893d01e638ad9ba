import type { Postgres } from "./backend.ts";
import { startContainer } from "./container.ts";
import { findEngine } from "./engine.ts";
import { buildBackendImage } from "./images.ts";

/** Starts a PostgreSQL in a container; undefined where there is no engine. */
export async function createPostgresContainer(): Promise<Postgres | undefined> {
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
    command: ["postgres", ...settings.flatMap((setting) => ["-c", setting])],
    env: {
      POSTGRES_HOST_AUTH_METHOD: "trust",
      POSTGRES_INITDB_ARGS: "--no-sync --encoding=UTF8 --no-locale",
    },
    // Once for what sets it up, and once more to stay.
    ready: /database system is ready to accept connections/,
    times: 2,
  });
  return {
    url: (database = "postgres") => `postgres://postgres@127.0.0.1:${container.port}/${database}`,
    async close() {
      await container.close();
    },
  };
}
