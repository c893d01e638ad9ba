import type { Postgres } from "./backends/backend.ts";
import { createCluster } from "./backends/cluster.ts";
import { createPostgresContainer } from "./backends/postgres-container.ts";

/** A way to get one; undefined where this machine cannot. The next is tried then. */
type Provider = () => Promise<Postgres | undefined>;

const providers: readonly Provider[] = [createPostgresContainer, createCluster];

/** Starts a real PostgreSQL, empty, which ends with the test. */
export async function createPostgres(): Promise<Postgres> {
  for (const provider of providers) {
    const found = await provider();
    if (found !== undefined) return found;
  }
  throw new Error("No PostgreSQL can be started on this machine.");
}
