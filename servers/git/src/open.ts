import { createPathGuard, toInherited } from "@fairlead/guard";
import type { Options } from "./config.ts";
import { createWorkspace, type GitWorkspace } from "./repository/workspace.ts";
import { isInherited } from "./run/settings.ts";

/** What the server takes from the process it is in. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

export interface Opened {
  readonly git: GitWorkspace;
  close(): Promise<void>;
}

/** Opens the allowed directories for git. Throws GitError where the installed git is too old. */
export async function openWorkspace(
  options: Options,
  { environment, signal }: Surroundings,
): Promise<Opened> {
  const guard = await createPathGuard({ directories: options.repository });
  const settings = {
    trusted: options.trustRepoConfig,
    allowForce: options.allowForce,
    protocols: options.allowProtocols,
    privateHosts: options.allowHosts,
    token: options.token,
    tokenHosts: options.tokenHosts,
    identity: { name: options.authorName, email: options.authorEmail },
    running: new Set<Promise<unknown>>(),
    inherited: toInherited(environment, isInherited),
  };
  return {
    git: await createWorkspace(guard, settings, signal),
    async close() {
      // Their calls have been aborted; a transport without its git would wait on for its network.
      await Promise.allSettled(settings.running);
    },
  };
}
