import type { PolicyOptions, Server } from "@fairlead/runtime";
import { server as filesystem } from "@fairlead/server-filesystem";
import { server as git } from "@fairlead/server-git";
import { server as postgres } from "@fairlead/server-postgres";

/** A server with the defaults it is served on: nothing to set up, and nothing it could break. */
export interface Embedded {
  readonly server: Server;
  readonly config: unknown;
  readonly policy: PolicyOptions;
}

/** The servers that need no account, the first two of them on `directory`. */
export function listEmbedded(directory: string): readonly Embedded[] {
  const policy = { readOnly: true };
  return [
    { server: filesystem, config: { directories: [directory] }, policy },
    { server: git, config: { repository: [directory] }, policy },
    { server: postgres, config: { demo: true }, policy },
  ];
}
