import { join } from "node:path";
import type { ConnectedClient } from "@fairlead/runtime/testing";
import { test } from "vitest";
import { call, createOwner, type Owner, start, temporaryDirectory } from "./repo.ts";

interface Desk {
  /** The directory the server may work in. */
  readonly top: string;
  /** Whose repository lies in it. */
  readonly owner: Owner;
  readonly client: ConnectedClient;
  /** Calls a tool on the owner's repository, or on the one that is named. */
  readonly run: (name: string, args?: object) => ReturnType<typeof call>;
}

/** A test with a repository, and a client of a server that may work there. */
export const it = test.extend<Desk>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from it what a fixture needs.
  top: async ({}, use) => use(await temporaryDirectory()),
  owner: async ({ top }, use) => use(await createOwner(join(top, "repo"))),
  client: async ({ top }, use) => use(await start([top])),
  run: async ({ client, owner }, use) =>
    use((name, args = {}) => call(client, name, { repo_path: owner.path, ...args })),
});
