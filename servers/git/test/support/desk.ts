import { join } from "node:path";
import { test } from "vitest";
import { call, createOwner, start, temporaryDirectory } from "./repo.ts";

/**
 * A test with a directory `top`, the `owner` of a repository in it, a `client` of a server that may
 * work there, and `run`, which calls a tool on that repository or on the one that is named.
 */
export const it = test
  .extend("top", () => temporaryDirectory())
  .extend("owner", ({ top }) => createOwner(join(top, "repo")))
  .extend("client", ({ top }) => start([top]))
  .extend("run", ({ client, owner }) => (name: string, args: object = {}) => {
    return call(client, name, { repo_path: owner.path, ...args });
  });
