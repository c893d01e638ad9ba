import type { Layout } from "./layout.ts";
import { harmless, isolated, type Override, plain, quiet, toVariables } from "./overrides.ts";
import type { Settings } from "./settings.ts";

/** The whole environment of one git command. */
export function toEnvironment(
  { trusted, inherited }: Settings,
  options: {
    /** Left out for what makes a repository. */
    readonly layout?: Layout;
    readonly config: readonly Override[];
    readonly environment: Readonly<Record<string, string>>;
  },
): Record<string, string> {
  const { layout, config, environment } = options;
  return {
    ...inherited,
    ...quiet,
    ...(!trusted && isolated),
    // No command reaches the network, a partial clone's late fetches included, unless it is told to.
    GIT_ALLOW_PROTOCOL: "none",
    ...(layout && toPlace(layout)),
    ...environment,
    ...toVariables([...plain, ...(trusted ? [] : harmless), ...config]),
  };
}

function toPlace({ top, gitDir, commonDir }: Layout): Record<string, string> {
  return {
    GIT_DIR: gitDir,
    ...(gitDir !== commonDir && { GIT_COMMON_DIR: commonDir }),
    ...(top !== undefined && { GIT_WORK_TREE: top }),
  };
}
